"""Which store an order is for. There is no single field for it anywhere: when signs conflict, a person decides."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import msgspec

from sync.hq.orders.rules.draft import Draft, Pickup

DoubtCode = Literal[
    "store_missing",
    "store_unknown",
    "stores_contradict",
    "mixed_shipping",
    "store_changed",
    "no_longer_pickup",
    "lines_unclear",
    "not_fetched",
    "methods_contradict",
    "several_locations",
    "local_delivery",
    "method_unknown",
]
MOST_SUGGESTIONS = 3
NO_LOCATIONS: Mapping[str, str] = MappingProxyType({})
_BANDS_M = ((1_000, "under 1 km"), (5_000, "1 to 5 km"), (20_000, "5 to 20 km"))
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}")

Pin = tuple[float, float]
Distance = Callable[[Pin, Pin], float]


class KnownStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store as routing sees it."""

    store_id: str
    name: str
    texts: tuple[str, ...] = ()
    public_host: str = ""
    zone: str = "UTC"
    currency: str = ""
    pin: Pin | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A store that might be meant; how far, in words, never where."""

    store_id: str
    band: str = ""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person has to look."""

    code: DoubtCode
    said: str = ""
    suggestions: tuple[Suggestion, ...] = ()


def normal(text: str) -> str:
    """One spelling of a store's name: width, case, blanks and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def route(
    draft: Draft,
    stores: Sequence[KnownStore],
    *,
    default_store: str = "",
    locations: Mapping[str, str] = NO_LOCATIONS,
) -> str | Doubt:
    """The store's id, or why a person has to look. `locations`: the shop's location id -> store id."""
    pickup = draft.pickup
    said = said_of(draft)
    if draft.unclear:
        return Doubt(code="lines_unclear", said=draft.unclear)
    if pickup.doubt:
        return Doubt(code=pickup.doubt, said=said)
    if pickup.shipping == "mixed":
        return Doubt(code="mixed_shipping", said=said)
    mapped = locations.get(pickup.location, "")
    if any(store.store_id == mapped for store in stores):
        return mapped
    return _named(pickup, stores, said=said, default_store=default_store)


def _named(
    pickup: Pickup, stores: Sequence[KnownStore], *, said: str, default_store: str
) -> str | Doubt:
    named = [_meant(text, stores) for text in pickup.texts]
    found = {store_id for store_id in named if store_id}
    found |= {store_id for each in pickup.methods if (store_id := _meant(each, stores))}
    if len(found) > 1:
        return Doubt(code="stores_contradict", said=said)
    if pickup.texts and not named[0]:
        return Doubt(code="store_unknown", said=said)
    if not found and default_store:
        return default_store
    return found.pop() if found else Doubt(code="store_missing", said=said)


def said_of(draft: Draft) -> str:
    """What the message called the store, for the person who decides; nothing that looks like a place."""
    said = draft.pickup.texts[0][:80] if draft.pickup.texts else ""
    return "" if _COORDINATES.search(said) else said


def nearest(pin: Pin, stores: Sequence[KnownStore], distance: Distance) -> tuple[Suggestion, ...]:
    """The stores nearest to a hint, with the distance as a band only."""
    pinned = [(distance(pin, store.pin), store.store_id) for store in stores if store.pin]
    return tuple(
        Suggestion(store_id=store_id, band=_band(metres))
        for metres, store_id in sorted(pinned)[:MOST_SUGGESTIONS]
    )


def alike(said: str, stores: Sequence[KnownStore]) -> tuple[Suggestion, ...]:
    """The stores whose names read most like what was said."""
    matcher = difflib.SequenceMatcher(b=normal(said))

    def likeness(store: KnownStore) -> float:
        ratios = []
        for text in (store.name, *store.texts):
            matcher.set_seq1(normal(text))
            ratios.append(matcher.ratio())
        return max(ratios)

    ranked = sorted(stores, key=lambda store: (-likeness(store), store.store_id))
    return tuple(Suggestion(store_id=store.store_id) for store in ranked[:MOST_SUGGESTIONS])


def _meant(text: str, stores: Sequence[KnownStore]) -> str:
    wanted = normal(text)
    for store in stores:
        if wanted and wanted in {
            normal(each) for each in (store.store_id, store.name, *store.texts)
        }:
            return store.store_id
    return ""


def _band(metres: float) -> str:
    return next((band for limit, band in _BANDS_M if metres < limit), "over 20 km")
