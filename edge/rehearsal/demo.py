"""One rehearsal from the empty folder to the verdict; then, if wished, a shop that stays open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from edge.rehearsal.day import Day
from edge.rehearsal.hq_view import HqView
from edge.rehearsal.live import Live
from edge.rehearsal.opening import NIGHTLY_AT, ZONE, Opening
from edge.rehearsal.play import Play, Progress
from edge.rehearsal.processes import ask_service
from edge.rehearsal.result import Result, judge
from edge.rehearsal.scene import STATES, Scene
from edge.rehearsal.stage import STORE_ID, Stage
from edge.rehearsal.trips import Trips
from sync.doors.clock import SystemClock

_AFTER_NIGHTLY = timedelta(minutes=2)
_BEAT_SECONDS = 0.5

Say = Callable[[str], None]


class Demo:
    """A day that can be played, judged and looked at."""

    def __init__(self, home: Path, day: Day, trips: Trips, *, plant: str = "") -> None:
        self._home, self._day, self._trips, self._plant = home, day, trips, plant
        self._clock = SystemClock()
        self._stage: Stage | None = None

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Whatever happened, nothing stays behind."""
        if self._stage is not None:
            self._stage.close()

    def play(self, say: Say, progress: Progress) -> Result:
        """Set up, play the day, let the night compare, and judge."""
        say("Starting HQ, its front door and the store ...")
        stage = self._stage = Opening(self._home, self._day).build()
        began = self._clock.monotonic()
        play = Play(self._day, self._trips, stage, plant=self._plant)
        play.run(progress)
        store_day = self._local(self._day.opens_s).date().isoformat()
        figures = stage.kiosk.figures(store_day)
        hq = HqView(stage.hq_database, STORE_ID)
        self._night(play, hq)
        return judge(play, hq, figures, self._clock.monotonic() - began)

    def stay(self, say: Say, stopped: threading.Event) -> None:
        """A morning to click through; business time flows as real time does until somebody has seen enough."""
        stage = self._stage
        if stage is None:
            return
        passes = Scene(stage, self._day.orders, self._next_morning()).set()
        say(self.links(passes=passes, hint="one minute there is one minute here"))
        began, at_s = self._clock.monotonic(), stage.tempo.at_s
        while not stopped.wait(_BEAT_SECONDS):
            stage.tempo.go_to(at_s + self._clock.monotonic() - began)

    def live(self, speed: float) -> Live | None:
        """The same shop, with people still coming; None before it was played."""
        if self._stage is None:
            return None
        return Live(self._stage, self._trips, speed=speed)

    def links(self, *, passes: Sequence[str] = (), hint: str = "") -> str:
        """Where to click, with codes that were made now: they end ten minutes of real time after that."""
        stage = self._stage
        if stage is None:
            return ""
        stage.links.pairing_codes = self.pairing_codes()
        return _links(stage, passes, hint=hint)

    def pairing_codes(self) -> list[str]:
        """Two fresh codes with which a screen is paired."""
        return [ask_service(self._home / "store", "devices.code", {}) for _ in range(2)]

    def _night(self, play: Play, hq: HqView) -> None:
        """The nightly runs at store time, on its own."""
        stage = play.stage
        hour, minute = (int(part) for part in NIGHTLY_AT.split(":"))
        morning = self._local(self._day.opens_s).date() + timedelta(days=1)
        nightly = datetime.combine(morning, time(hour, minute), ZoneInfo(ZONE))
        stage.tempo.settle()
        if self._plant == "flip-row-at-hq":
            play.planted.append(f"the state of order {hq.flip_a_row()} is changed at HQ")
        stage.tempo.go_to(max(stage.tempo.at_s, stage.tempo.seconds(nightly + _AFTER_NIGHTLY)))

    def _next_morning(self) -> float:
        return 24 * 3600.0 + self._day.opens_s - 1800.0

    def _local(self, seconds: float) -> datetime:
        assert self._stage is not None
        return self._stage.tempo.moment(seconds).astimezone(ZoneInfo(ZONE))


def _links(stage: Stage, passes: Sequence[str], *, hint: str) -> str:
    links = stage.links
    now = stage.tempo.moment(stage.tempo.at_s).astimezone(ZoneInfo(ZONE))
    staff = ", ".join(f"{name} {pin}" for name, pin in links.staff.items())
    screens = links.board.removesuffix("board")
    return "\n".join(
        [
            f"Board       {links.board}",
            f"Kiosk       {links.kiosk}",
            f"Display     {screens}display",
            f"  pair a screen with one of these codes (10 minutes): {', '.join(links.pairing_codes)}",
            f"  sign in with a name and PIN: {staff}",
            f"Manager     {screens}manage  on a paired screen, signed in as Mio: the day, offers, sheets",
            f"HQ          {links.hq}  sign in as {links.hq_login}",
            *_pass_lines(passes),
            f"Offer       {links.front_door}/q/{links.offer_code}",
            f"Folder      {stage.home}  databases and logs, gone at the end unless --keep",
            f"Now         {now:%a %d %b %Y, %H:%M} in the store; {hint}",
            "Stop with Ctrl-C.",
        ]
    )


def _pass_lines(passes: Sequence[str]) -> list[str]:
    if not passes:
        return []
    return [
        "Passes      as customers get them (open in Chromium, which knows *.localhost):",
        *(f"            {one}  {state}" for one, state in zip(passes, STATES, strict=True)),
    ]
