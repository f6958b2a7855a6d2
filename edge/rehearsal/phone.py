"""A customer's phone on the road: it reaches the store through the front door only, and obeys the plan it is given."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from edge.arrivals.rules import plan as plans
from edge.arrivals.rules.plan import Plan
from edge.rehearsal.asking import Answer, Asks
from edge.rehearsal.trips import Sight

_CODE = re.compile(r'class="code[^"]*"[^>]*>([0-9A-Z]{4} [0-9A-Z]{4})<')


class Phone:
    """What one customer taps, and what their phone then does by itself."""

    def __init__(self, asks: Asks, link: str) -> None:
        self.link = link
        self._asks, self._at = asks, f"/p/{link.rpartition('/')[2]}"
        self._reports = 0
        self.state: dict[str, Any] = {}
        self.code = ""

    def open_pass(self) -> bool:
        """Follow the link; what the pass shows stays on the phone, also when it is offline later."""
        page = self._asks.get(self._at, accept="text/html")
        if not page.is_fine:
            return False
        self.code = code_on(page.text)
        return self.look()

    def look(self) -> bool:
        """Fetch the state, as the open page does all the time."""
        answer = self._asks.get(f"{self._at}/state")
        if answer.is_fine:
            self.state = answer.said
        return answer.is_fine

    def say_yes(self) -> bool:
        """Allow what the pass asks for, card by card, as each was shown."""
        answered = self._answer_card("yes")
        while answered and self._answer_card("yes"):
            pass
        return answered

    def offers(self) -> list[str]:
        """What the pass proposes now, beside the order."""
        return [one["offer_id"] for one in self.state.get("offers", []) if not one["is_taken"]]

    def say_no(self) -> bool:
        """Refuse it."""
        return self._answer_card("no")

    def set_out(self) -> Answer:
        """Tap "on my way"."""
        answer = self._asks.post(f"{self._at}/on-my-way")
        self.look()
        return answer

    def is_here(self) -> Answer:
        """Tap "I am here"."""
        return self._asks.post(f"{self._at}/arrival")

    def take_offer(self, offer_id: str) -> Answer:
        """Tap "add" on an offer."""
        return self._asks.post(f"{self._at}/offers/{offer_id}", {"answer": "add"})

    def smile(self, score: int) -> Answer:
        """One tap after the handover."""
        return self._asks.post(f"{self._at}/smile", {"score": score})

    def plan(self) -> Plan | None:
        """When to report, if the store wants to hear anything at all."""
        said = self.state.get("plan")
        return msgspec.convert(said, Plan) if said else None

    def report(self, sight: Sight, t: float, plan: Plan) -> Answer:
        """Send one distance: no place, rounded as the plan says."""
        self._reports += 1
        one = {
            "seq": self._reports,
            "t": t,
            "distance_m": plans.rounded(sight.distance_m, plan),
            "accuracy_m": round(sight.accuracy_m),
        }
        return self._asks.post(f"{self._at}/ranges", {"reports": [one]})

    def _answer_card(self, answer: str) -> bool:
        served = self.state.get("consent", {}).get("served_id", "")
        if not served:
            return False
        said = self._asks.post(f"{self._at}/consent", {"answer": answer, "served_id": served})
        return said.is_fine and self.look()


def code_on(page: str) -> str:
    """The eight characters that the pass shows under its QR code."""
    found = _CODE.search(page)
    return found[1].replace(" ", "") if found else ""
