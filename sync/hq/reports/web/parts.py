"""What the pages of reports are given by app.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sync.hq.base.rows import Reader


class KnownStore(Protocol):
    """What a report needs to know of a store."""

    @property
    def store_id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def zone(self) -> str:
        """Its time zone."""


class Happened(Protocol):
    """All events of some kinds at a store that came in between two moments, oldest first."""

    def __call__(
        self,
        reader: Reader,
        store_id: str,
        kinds: Sequence[str],
        *,
        since: datetime,
        until: datetime,
    ) -> Sequence[Any]:
        """See sync.hq.stores.store.course.of_kinds."""


@dataclass(frozen=True)
class ReportsParts:
    """Ports of the reports feature. `offer_titles` gives titles by offer id, then by language."""

    stores: Callable[[Reader], Sequence[KnownStore]]
    happened: Happened
    offer_titles: Callable[[Reader], Mapping[str, Mapping[str, str]]]
