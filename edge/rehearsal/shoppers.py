"""Shoppers in the store: they scan a printed code and redeem, by phone while the line is up, else at the kiosk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from edge.rehearsal.agenda import Agenda
from edge.rehearsal.asking import Answer, Asks, Surprises
from edge.rehearsal.people import Kiosk
from edge.rehearsal.truth import Truth
from sync.doors.ids import Ids

_SOLD_OUT = {409, 410}


@dataclass(frozen=True)
class Printed:
    """An offer and the code that is printed for it; `limit` is how many there really are."""

    offer_id: str
    code: str
    limit: int


@dataclass
class Shoppers:
    """Everybody who scans a code today."""

    agenda: Agenda
    truth: Truth
    kiosk: Kiosk
    surprises: Surprises
    phone: Callable[[int], Asks]
    is_line_up: Callable[[], bool]
    taken: dict[str, int] = field(default_factory=dict)

    def come(
        self,
        printed: list[Printed],
        count: int,
        until_s: float,
        chance: Ids,
        *,
        from_s: float = 0.0,
    ) -> None:
        """Spread so many scans over the day."""
        for n in range(count):
            offer = printed[n % len(printed)]
            at_s = round(chance.uniform(from_s + 300, until_s - 300), 1)
            self.agenda.at(at_s, self._scan(offer, n), quiet=True)

    def _scan(self, offer: Printed, n: int) -> Callable[[float], None]:
        def scan(at_s: float) -> None:
            answer = self._by_phone(offer, n) if self.is_line_up() else self._at_kiosk(offer)
            self._note(at_s, offer, answer)

        return scan

    def _by_phone(self, offer: Printed, n: int) -> Answer:
        asks = self.phone(n)
        page = asks.get(f"/q/{offer.code}", accept="text/html")
        fields = hidden_fields(page.text)
        return asks.submit(f"/q/{offer.code}/redeem", fields) if page.is_fine else page

    def _at_kiosk(self, offer: Printed) -> Answer:
        return self.kiosk.redeem(offer.offer_id, offer.code)

    def _note(self, at_s: float, offer: Printed, answer: Answer) -> None:
        taken = self.taken.get(offer.offer_id, 0)
        if answer.is_fine:
            self.taken[offer.offer_id] = taken + 1
            self.truth.redeemed.append((at_s, offer.offer_id))
        elif answer.status in _SOLD_OUT and taken >= offer.limit:
            self.truth.refused_redemptions += 1
        else:
            self.surprises.note(
                f"redeeming was refused with {offer.limit - taken} left: {answer.status} {answer.text[:200]}"
            )


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


def hidden_fields(page: str) -> dict[str, str]:
    """What a page's form sends along by itself."""
    form = _Form()
    form.feed(page)
    return form.fields
