"""The gates every offer passes, in order of priority: the first that declines gives the reason.

Shared by the store's decision and by HQ's dry run. A new gate is a file beside these and a word in GATES.
"""

from __future__ import annotations

from sync.core.gates import (
    basket,
    consent,
    once_per_customer,
    own_pause,
    preparation,
    stock,
    window,
)
from sync.core.gates.facts import Declined, Gate

GATES: tuple[Gate, ...] = (
    consent,
    own_pause,
    window,
    stock,
    once_per_customer,
    basket,
    preparation,
)
# What somebody asks for at a shelf or a kiosk is not chosen for them: neither purpose nor order is looked at.
PULL_GATES: tuple[Gate, ...] = (window, stock, once_per_customer)

REASONS: frozenset[Declined] = frozenset(reason for gate in GATES for reason in gate.REASONS)
