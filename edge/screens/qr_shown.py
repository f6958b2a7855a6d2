"""What the page of a printed code shows; every word in the reader's language."""

from __future__ import annotations

import msgspec


class Link(msgspec.Struct, kw_only=True):
    """A way on to an offer."""

    url: str
    title: str
    price: str


class OfferView(msgspec.Struct, kw_only=True):
    """An offer; `said` is the code to say at the desk once it was taken, `state` why it cannot be."""

    body: str
    price: str
    was: str
    until: str
    until_note: str
    left: int | None
    per_person: str
    aisle: str
    fresh: str
    why: str
    said: str
    state: str
    form_key: str


class ProductView(msgspec.Struct, kw_only=True):
    """A product: what it costs and where it stands."""

    price: str
    aisle: str
    zone: str
    fresh: str
    offers: list[Link]


class PlaceView(msgspec.Struct, kw_only=True):
    """Where somebody stands, and what to do there."""

    lead: str
    mark: str = ""
    steps: list[str] = []
    # The bay to say, the seal of the form that says it, and the order that was said to be here.
    bay: str = ""
    form_key: str = ""
    number: str = ""


class QrView(msgspec.Struct, kw_only=True):
    """The whole page: exactly one of offer, product and place, or only a message and the ways on."""

    kind: str
    title: str
    code: str = ""
    message: str = ""
    offer: OfferView | None = None
    product: ProductView | None = None
    place: PlaceView | None = None
    others: list[Link] = []
