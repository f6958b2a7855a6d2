"""What the routes about stores are given by app.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sync.hq.base.rows import Reader, Unit
from sync.hq.stores.actions.comparing import Down
from sync.hq.stores.actions.folding import Refused
from sync.hq.stores.actions.forking import TellBack
from sync.hq.stores.actions.taking import BodyOf, Heard
from sync.protocol.wire import NightReport


@dataclass(frozen=True)
class StoresParts:
    """Ports of the stores feature."""

    down: Down
    body_of: BodyOf
    keep_report: Callable[[Unit, str, NightReport], None]
    last_report: Callable[[Reader, str], NightReport | None]
    nights: Callable[[Reader, str], Sequence[Any]]
    heard: Heard
    refused: Refused
    tell_back: TellBack
    # A new store is told the whole catalogue and every offer.
    tell_everything: Callable[[Unit, str], None]
