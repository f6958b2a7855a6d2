"""Everything that stands when the curtain rises: processes, uplinks, people at their devices, printed codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.rehearsal.asking import Asks, Surprises
from edge.rehearsal.conducting import Tempo
from edge.rehearsal.people import Kiosk, Worker
from edge.rehearsal.processes import Process
from edge.rehearsal.shoppers import Printed
from edge.rehearsal.uplink import Uplink
from edge.rehearsal.webshop import Webshop
from sync.doors.ids import Ids

STORE_ID = "harbour-lane"
STORE_NAME = "Harbour Lane"


@dataclass
class Links:
    """Where a person may click, and with what."""

    board: str = ""
    kiosk: str = ""
    hq: str = ""
    front_door: str = ""
    offer_code: str = ""
    pairing_codes: list[str] = field(default_factory=list)
    staff: dict[str, str] = field(default_factory=dict)
    hq_login: str = ""


@dataclass
class Stage:
    """A running HQ, front door and store, and the hands that actors use."""

    home: Path
    tempo: Tempo
    processes: list[Process]
    uplinks: list[Uplink]
    webshop: Webshop
    kiosk: Kiosk
    office: Asks
    tell: Callable[[str, Mapping[str, object]], Any]
    workers: list[Worker]
    printed: list[Printed]
    on_the_road: Callable[[int], Asks]
    ids: Ids
    surprises: Surprises
    links: Links
    promise_seconds: float
    hold_seconds: float

    @property
    def hq_database(self) -> Path:
        """HQ's own file."""
        return self.home / "hq" / "hq.sqlite3"

    def close(self) -> None:
        """End every process that was started, and let the sockets go."""
        self.tempo.close()
        for process in self.processes:
            process.ask_to_end()
        for process in self.processes:
            process.stop()
        for uplink in self.uplinks:
            uplink.stop()
