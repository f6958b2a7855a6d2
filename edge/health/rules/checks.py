"""The table of checks, in the order in which a doctor tells them."""

from __future__ import annotations

from collections.abc import Callable

from edge.health.rules import box, shop
from edge.health.rules.findings import Finding
from edge.health.rules.seen import Seen

CHECKS: tuple[Callable[[Seen], Finding], ...] = (
    shop.service,
    shop.set_up,
    shop.pins,
    box.settings,
    box.clock,
    shop.database,
    shop.sqlite,
    box.disk,
    box.files,
    box.certificate,
    shop.jobs,
    shop.hq,
    shop.night,
    shop.waiting,
    shop.backup,
    shop.drill,
    shop.restored,
    box.leftovers,
    box.printer,
    box.memory,
    box.heat,
    box.versions,
)


def judge(seen: Seen) -> list[Finding]:
    """What every check says."""
    return [check(seen) for check in CHECKS]
