"""What actors need of a store, and no more: over HTTP in the demo, called directly in the simulator."""

from __future__ import annotations

from typing import Protocol

from edge.arrivals.rules.plan import Plan
from edge.rehearsal.asking import Answer
from edge.rehearsal.day import Person
from edge.rehearsal.trips import Sight
from edge.screens.shown import BoardView, Button


class Hands(Protocol):
    """One member of staff at a screen."""

    person: Person
    is_at_work: bool

    def board(self) -> BoardView:
        """What the board shows."""

    def walk(self, order_id: str) -> list[int]:
        """The numbers of the lines to fetch, in walking order."""

    def start_picking(self, order_id: str) -> Answer:
        """Claim an order."""

    def pick(self, order_id: str, line_no: int, qty: int) -> Answer:
        """Say how many of a line are in the bag."""

    def undo(self, order_id: str) -> Answer:
        """Take the last step back."""

    def stage(self, order_id: str, bin_name: str) -> Answer:
        """Put the bags into a bin."""

    def finish(self, order_id: str, state: str) -> Answer:
        """Begin or end making."""

    def bring_out(self, order_id: str) -> Answer:
        """Say "I'll bring it"."""

    def hand_over(self, order_id: str, *, code: str = "", reason: str = "") -> Answer:
        """Scan the pass, or say why without."""

    def press(self, button: Button, **said: object) -> Answer:
        """Press a button of the board."""


class Handset(Protocol):
    """One customer's phone; `code` is what the pass shows once it was opened, `link` leads to it."""

    link: str
    code: str

    def open_pass(self) -> bool:
        """Follow the link; False when the store was not reached."""

    def look(self) -> bool:
        """See the pass as it is now, as the open page does all the time."""

    def say_yes(self) -> bool:
        """Allow what the pass asks for."""

    def say_no(self) -> bool:
        """Refuse it."""

    def set_out(self) -> Answer:
        """Tap "on my way"."""

    def is_here(self) -> Answer:
        """Tap "I am here"."""

    def offers(self) -> list[str]:
        """What the pass proposes now, beside the order."""

    def take_offer(self, offer_id: str) -> Answer:
        """Tap "add" on an offer."""

    def smile(self, score: int) -> Answer:
        """One tap after the handover."""

    def plan(self) -> Plan | None:
        """When to report, if the store wants to hear anything at all."""

    def report(self, sight: Sight, t: float, plan: Plan) -> Answer:
        """Send one distance: no place, rounded as the plan says."""


class Scanner(Protocol):
    """The kiosk at the door."""

    def check_in(self, scan: str) -> Answer:
        """Hold a phone to it."""
