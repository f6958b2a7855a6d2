"""Watching the shop live: one status line, and a few words to type while it runs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import click

from edge.rehearsal.demo import Demo
from edge.rehearsal.live import Live, Seen
from edge.rehearsal.opening import ZONE
from sync.doors.clock import SystemClock

# A pairing code ends after ten minutes; before that, new ones are printed.
_CODES_EVERY_SECONDS = 540.0
_LINE_EVERY_SECONDS = 10.0
_WIDTH = 118
_KEYS = """Type and press Enter:  a number = that speed (1 to 60)   + or - = twice or half as fast
    y = an order of your own   c = cut or mend the internet   p = new pairing codes   l = these links   q = stop"""


class Watching:
    """The terminal of whoever watches."""

    def __init__(self, demo: Demo, speed: float) -> None:
        self._demo = demo
        self._live: Live | None = demo.live(speed)
        self._clock = SystemClock()
        self._stopped = threading.Event()
        self._codes_at = self._shown_at = self._clock.monotonic()

    def run(self) -> None:
        """Live until somebody has seen enough."""
        live = self._live
        if live is None:
            return
        click.echo("\nThe shop goes on: a new morning, a little ahead of your first look ...")
        live.wish(self._open)
        threading.Thread(target=self._read, name="keys", daemon=True).start()
        try:
            live.run(self._stopped, self._tell)
        finally:
            self._newline()
            seen = live.seen()
            click.echo(f"Stopped at {_clock(seen)}: {seen.handed_over} handed over that day.")

    def _open(self) -> None:
        self._say(self._demo.links(hint=f"{self._speed()} seconds there in each second here"))
        click.echo(_KEYS)
        self._yours()

    def _speed(self) -> str:
        return f"{self._live.pace.speed:g}" if self._live else ""

    # -- the status line --

    def _tell(self, seen: Seen) -> None:
        now = self._clock.monotonic()
        if now - self._codes_at > _CODES_EVERY_SECONDS:
            self._codes()
        every = 0.5 if sys.stderr.isatty() else _LINE_EVERY_SECONDS
        if now - self._shown_at < every:
            return
        self._shown_at = now
        text = status_line(seen)
        if sys.stderr.isatty():
            click.echo(f"\r{text:<{_WIDTH}}", err=True, nl=False)
        else:
            click.echo(text, err=True)

    def _newline(self) -> None:
        if sys.stderr.isatty():
            click.echo(err=True)

    def _say(self, text: str) -> None:
        self._newline()
        click.echo(text)

    # -- the keyboard --

    def _read(self) -> None:
        for line in sys.stdin:
            self._typed(line.strip().lower())
            if self._stopped.is_set():
                return

    def _typed(self, word: str) -> None:
        live = self._live
        if live is None:
            return
        words: dict[str, Callable[[], None]] = {
            "q": self._stopped.set,
            "+": lambda: live.change_speed(live.pace.speed * 2),
            "-": lambda: live.change_speed(live.pace.speed / 2),
            "c": live.cut_or_mend,
            "p": lambda: live.wish(self._codes),
            "l": lambda: live.wish(self._open),
            "y": lambda: live.wish(self._yours),
        }
        if word in words:
            words[word]()
        elif word.replace(".", "", 1).isdigit():
            live.change_speed(float(word))
        elif word:
            self._say(_KEYS)

    def _codes(self) -> None:
        self._codes_at = self._clock.monotonic()
        self._say(f"New pairing codes (10 minutes): {', '.join(self._demo.pairing_codes())}")

    def _yours(self) -> None:
        link = self._live.order_for_you() if self._live else ""
        if link:
            self._say(
                f"Your order  {link}\n            the customer is you: say that you come, or that you are here"
            )
        else:
            self._say("The line is cut, so no order comes in. Type c to mend it, then y.")


def status_line(seen: Seen) -> str:
    """This moment in one line."""
    line = "internet up " if seen.is_line_up else "INTERNET CUT"
    waits = f"waits {_min(seen.half)} half, {_min(seen.nine_in_ten)} nine in ten"
    orders = (
        f"{seen.open} open ({seen.ready} ready, {seen.here} here), {seen.handed_over} handed over"
    )
    return f"{_clock(seen)}  x{seen.speed:g}  {line}  {orders}  {waits}"


def _clock(seen: Seen) -> str:
    return f"{seen.now.astimezone(ZoneInfo(ZONE)):%a %H:%M:%S}"


def _min(seconds: float | None) -> str:
    return "-" if seconds is None else f"{int(seconds // 60)}:{int(seconds % 60):02d}"
