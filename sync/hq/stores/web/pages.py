"""The pages about stores: who is heard, how each is, what its nights found; letting a box in and shutting one out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Response, request
from msgspec import Meta

from sync.hq import http
from sync.hq.base import audit
from sync.hq.base.rows import Reader, Unit
from sync.hq.http import Caller, Who
from sync.hq.stores.actions import health
from sync.hq.stores.actions import registry as actions
from sync.hq.stores.rules import NotConfirmed, Place, Store, StoreTaken, StoreUnknown
from sync.hq.stores.store import log, registry
from sync.hq.stores.web.parts import StoresParts

bp = http.blueprint("stores")

Text = Annotated[str, Meta(max_length=80)]
MaybeDegrees = Annotated[str, Meta(pattern=r"^(-?\d{1,3}(\.\d+)?)?$(?!\n)", max_length=20)]


class StoreForm(msgspec.Struct, forbid_unknown_fields=True):
    """A new store. Its door may be left out; nearest stores are suggested by it."""

    store_id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)")]
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}$(?!\n)")]
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    public_host: Annotated[str, Meta(pattern=r"^[a-z0-9.-]+(:\d{1,5})?$(?!\n)", max_length=80)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
    name_ja: Text = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    north: MaybeDegrees = ""
    east: MaybeDegrees = ""


class ConfirmForm(msgspec.Struct, forbid_unknown_fields=True):
    """The store's own code, typed by whoever shuts its box out."""

    code: Annotated[str, Meta(max_length=10)]


class NoForm(msgspec.Struct, forbid_unknown_fields=True):
    """A button without words."""


@http.page(bp, "/stores", who=Who.VIEWER, summary="Stores and their health")
def show_stores(*, caller: Caller) -> str:
    """Every store with what was last heard of it; those that somebody should look at stand first."""
    search = request.args.get("q", "").strip()[:80]
    with http.hq().read() as reader:
        every = registry.every_store(reader)
        wanted = [store for store in every if _matches(store, search)]
        rows = [_row(reader, store) for store in wanted]
    rows.sort(key=lambda row: -row["health"].troubles)
    return http.render(
        "hq_stores",
        rows=rows,
        search=search,
        all_count=len(every),
        is_admin=caller.role == "admin",
    )


@http.page(bp, "/stores/<store_id>", who=Who.VIEWER, summary="One store")
def show_store(store_id: str, *, caller: Caller) -> str:
    """One store: how it is, its log and feed, its nights, and every event whose effect waits."""
    return _store_page(store_id, caller)


@http.page(
    bp, "/stores", method="POST", who=Who.ADMIN, form=StoreForm, summary="Add a store"
)  # fmt: skip
def add_store(*, body: StoreForm, caller: Caller) -> Response:
    """A store that no box speaks for yet; the page that follows makes its code."""
    hq = http.hq()
    store = _new(body)

    def added(unit: Unit) -> None:
        if registry.by_id(unit, store.store_id) is not None:
            raise StoreTaken(store_id=store.store_id)
        actions.save_store(unit, store, feed=hq.feed)
        hq.part(StoresParts).tell_everything(unit, store.store_id)
        audit.note(unit, caller, "store_added", store.name)

    hq.write(added)
    return http.see_other(f"/stores/{store.store_id}#box")


@http.page(
    bp,
    "/stores/<store_id>/code",
    method="POST",
    who=Who.ADMIN,
    form=NoForm,
    summary="Make a one-time code for a store's box",
)
def make_code(store_id: str, *, body: NoForm, caller: Caller) -> str:
    """The code is on this one page only, for ten minutes; codes made before work no longer."""
    hq = http.hq()

    def made(unit: Unit) -> str:
        registry.end_codes(unit, store_id)
        code = actions.make_code(unit, store_id, real_now=hq.clock.wall())
        audit.note(unit, caller, "store_code_made", store_id)
        return code

    return _store_page(store_id, caller, code=hq.write(made))


@http.page(
    bp,
    "/stores/<store_id>/shut-out",
    method="POST",
    who=Who.ADMIN,
    form=ConfirmForm,
    summary="Shut a store's box out",
)
def shut_out(store_id: str, *, body: ConfirmForm, caller: Caller) -> Response:
    """Its key and its log go no further. The store's code is typed, so that nobody does it by accident."""
    hq = http.hq()

    def shut(unit: Unit) -> None:
        store = registry.by_id(unit, store_id)
        if store is None:
            raise StoreUnknown(store_id=store_id)
        if body.code.strip().upper() != store.code:
            raise NotConfirmed(store_code=store.code)
        actions.shut_out(unit, store_id)
        audit.note(unit, caller, "store_shut_out", store.name)

    hq.write(shut)
    return http.see_other(f"/stores/{store_id}")


def _store_page(store_id: str, caller: Caller, *, code: str = "") -> str:
    hq = http.hq()
    with hq.read() as reader:
        store = registry.by_id(reader, store_id)
        if store is None:
            raise StoreUnknown(store_id=store_id)
        view: dict[str, Any] = {
            "row": _row(reader, store),
            "waiting": log.quarantined(reader, store_id),
            "nights": hq.part(StoresParts).nights(reader, store_id),
            "code_until": registry.open_code_until(reader, store_id, real_now=hq.clock.wall()),
        }
    return http.render(
        "hq_store", **view, store=store, code=code, is_admin=caller.role == "admin",
        hq_url=hq.settings.public_url, real_now=hq.clock.wall(),
    )  # fmt: skip


def _matches(store: Store, search: str) -> bool:
    words = (store.store_id, store.code, store.name, store.name_ja)
    return any(search.casefold() in word.casefold() for word in words)


def _row(reader: Reader, store: Store) -> dict[str, Any]:
    hq = http.hq()
    report = hq.part(StoresParts).last_report(reader, store.store_id)
    seen = health.of(reader, store, report=report, now=hq.clock.now(), real_now=hq.clock.wall())
    return {"health": seen, "report": report}


def _new(body: StoreForm) -> Store:
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    north, east = values.pop("north"), values.pop("east")
    pin = Place(label="door", north=float(north), east=float(east)) if north and east else None
    store: Store = http.checked({**values, "pin": pin}, Store)
    return store
