"""Staff and the kiosk: they work on the store's own network, through the API that the screens use."""

from __future__ import annotations

from typing import Any

import msgspec

from edge.rehearsal.asking import Answer, Asks
from edge.rehearsal.day import Person
from edge.screens.shown import BoardView, Button

_NOTHING_SHOWN = BoardView(
    as_of_seq=0, now="", zone="", lang="", volume=0.0, refresh_at="", shift=[], me="", undo=None,
    words={}, cards={}, readings={},
)  # fmt: skip


class Kiosk:
    """A paired device without anybody signed in."""

    def __init__(self, asks: Asks) -> None:
        self.asks = asks

    def pair(self, code: str, name: str) -> None:
        """Use a one-time code; from now on the store knows this device."""
        answer = self.asks.post("/api/v1/devices", {"code": code, "name": name})
        self.asks.wear({"Authorization": f"Bearer {answer.said['device_token']}"})

    def check_in(self, scan: str) -> Answer:
        """Hold a phone to the scanner."""
        return self.asks.post("/api/v1/check-in", {"scan": scan})

    def check_in_by_number(self, number: str, initial: str) -> Answer:
        """Say a number and a name at the staffed desk."""
        return self.asks.post("/api/v1/check-in", {"number": number, "initial": initial})

    def redeem(self, offer_id: str, code: str) -> Answer:
        """Redeem an offer at the kiosk."""
        return self.asks.post(
            f"/api/v1/offers/{offer_id}/redemptions", {"qr": code, "surface": "kiosk"}
        )

    def figures(self, day: str) -> dict[str, Any]:
        """What the product itself says of a store day."""
        return self.asks.get(f"/api/v1/figures?day={day}").said


class Worker:
    """One member of staff at a device of their own."""

    def __init__(self, person: Person, kiosk: Kiosk) -> None:
        self.person = person
        self._asks = kiosk.asks
        self.is_at_work = False

    def sign_in(self, staff_id: str, pin: str) -> None:
        """By PIN, as everybody."""
        self.is_at_work = False
        self._come_in(staff_id, pin)
        self._asks.comes_in_again = lambda: self._come_in(staff_id, pin)

    def _come_in(self, staff_id: str, pin: str) -> None:
        answer = self._asks.post("/api/v1/sessions", {"staff_id": staff_id, "pin": pin})
        self._asks.wear({"X-Staff-Session": answer.said["session_token"]})

    def board(self) -> BoardView:
        """What the board shows; nothing while the store does not answer."""
        answer = self._asks.get("/api/v1/board")
        return msgspec.convert(answer.said, BoardView) if answer.is_fine else _NOTHING_SHOWN

    def order(self, order_id: str) -> dict[str, Any]:
        """One order with its lines in walking order."""
        return self._asks.get(f"/api/v1/orders/{order_id}").said

    def walk(self, order_id: str) -> list[int]:
        """The numbers of the lines to fetch, in walking order."""
        shown = self.order(order_id).get("lines", [])
        return [line["line_no"] for line in shown if not line["made_to_order"]]

    def start_picking(self, order_id: str) -> Answer:
        """Claim an order."""
        return self._do(order_id, "picking")

    def pick(self, order_id: str, line_no: int, qty: int) -> Answer:
        """Say that a line is in the bag."""
        return self._do(order_id, "picks", {"line_no": line_no, "qty": qty})

    def undo(self, order_id: str) -> Answer:
        """Take the last step back."""
        return self._do(order_id, "undo")

    def stage(self, order_id: str, bin_name: str) -> Answer:
        """Put the bags into a bin."""
        return self._do(order_id, "staging", {"bin": bin_name})

    def finish(self, order_id: str, state: str) -> Answer:
        """Begin or end making."""
        return self._do(order_id, "finish", {"state": state})

    def bring_out(self, order_id: str) -> Answer:
        """Say "I'll bring it"."""
        return self._do(order_id, "bringing")

    def hand_over(self, order_id: str, *, code: str = "", reason: str = "") -> Answer:
        """Scan the pass, or say why without."""
        return self._do(
            order_id, "handover", {"code": code} if code else {"override_reason": reason}
        )

    def press(self, button: Button, **said: object) -> Answer:
        """Press a button of the board."""
        return self._asks.post(button.url, {**button.body, **said})

    def _do(self, order_id: str, verb: str, said: dict[str, object] | None = None) -> Answer:
        return self._asks.post(f"/api/v1/orders/{order_id}/{verb}", said)
