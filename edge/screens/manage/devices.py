"""The screens and scanners that the store trusts: letting one in by a one-time code, naming, and shutting one out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import qr, store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.http import Caller
from edge.screens.manage import csv_file, frame, health
from edge.screens.manage.frame import bp
from edge.staff import actions, rules, store
from edge.staff.memory import ShownOnce, Tries
from edge.staff.rules import CODE_LIFE, Device, Kind
from sync.core.bodies import WrongField
from sync.core.errors import Refusal

HERE = "/manage/devices"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# Where a newly paired device of a kind is sent on to.
NEXT = {Kind.KIOSK: "kiosk", Kind.DISPLAY: "display"}


class DeviceRow(NamedTuple):
    """A device in the list."""

    device_id: str
    name: str
    kind: str
    seen: str
    is_quiet: bool
    paired_at: datetime
    is_locked: bool
    is_this: bool


class CodeShown(NamedTuple):
    """A one-time code while it is good; `is_used` once a device has been paired by it."""

    text: str
    kind: str
    url: str
    path: str
    modules: int
    age: str
    minutes_left: int
    is_used: bool


@http.page(bp, "/devices", who=http.MANAGER, summary="The devices that the store trusts")
def devices(*, caller: Caller) -> Response:
    """With the pairing code that was just made, for as long as it is good."""
    return _page(caller)


@http.page(
    bp, "/devices.csv", who=http.MANAGER, summary="The devices that the store trusts, as CSV"
)
def devices_csv(*, caller: Caller) -> Response:
    """What the page shows."""
    with http.edge().read() as reader:
        found = store.devices(reader)
    rows = (
        (each.name, each.kind.value, times.parse(each.paired_at), each.seen_at) for each in found
    )
    return csv_file.answer("devices", ("name", "kind", "paired_at", "seen_at"), rows)


@http.page(
    bp,
    "/devices/code",
    who=http.MANAGER,
    method="POST",
    summary="Make a one-time code for a device",
)
def make_code(*, caller: Caller) -> AnyResponse:
    """Good once, for ten minutes; shown to who made it."""
    edge, wall = http.edge(), http.edge().clock.wall()
    kind = _kind(frame.typed().get("kind", ""))
    code = edge.write(lambda unit: actions.make_code(unit, at=wall, by=caller.id, kind=kind))
    ticket = edge.ids.token(8)
    until = edge.clock.monotonic() + CODE_LIFE.total_seconds()
    secret = f"{kind.value} {code} {times.text(wall)}"
    edge.part(ShownOnce).put(ticket, secret, by=caller.id, until=until)
    return frame.to(HERE, ticket=ticket)


@http.page(
    bp,
    "/devices/<device_id>/name",
    who=http.MANAGER,
    method="POST",
    summary="Call a device otherwise",
)
def rename(device_id: str, *, caller: Caller) -> AnyResponse:
    """At most 40 letters."""
    name = frame.typed().get("name", "")
    try:
        http.edge().write(lambda unit: actions.rename(unit, device_id, name, by=caller.id))
    except rules.NameMissing as refusal:
        return _page(caller, fault=refusal)
    return frame.to(HERE)


@http.page(
    bp,
    "/devices/<device_id>/revoke",
    who=http.MANAGER,
    method="POST",
    summary="Trust a device no longer",
)
def revoke(device_id: str, *, caller: Caller) -> AnyResponse:
    """Sign-ins on it and its live connections end at once."""
    frame.sure()
    http.edge().write(lambda unit: actions.revoke(unit, device_id, by=caller.id))
    return frame.to("/" if device_id == caller.device_id else HERE)


@http.page(
    bp,
    "/devices/<device_id>/unlock",
    who=http.MANAGER,
    method="POST",
    summary="Forgive the wrong PINs typed on a device",
)
def unlock_device(device_id: str, *, caller: Caller) -> AnyResponse:
    """The next try on it need not wait."""
    edge = http.edge()
    edge.write(lambda unit: actions.unlock_device(unit, device_id, by=caller.id))
    edge.part(Tries).forgive(f"d:{device_id}")
    return frame.to(HERE)


def _kind(asked: str) -> Kind:
    if asked not in {each.value for each in Kind}:
        raise WrongField(problem="kind is not one of ours")
    return Kind(asked)


def _page(caller: Caller, *, fault: Refusal | None = None) -> Response:
    edge = http.edge()
    with edge.read() as reader:
        words = frame.words_for(caller, reader)
        rows = [
            _row(each, edge, caller, frame.age(health.unseen(each, edge), words))
            for each in store.devices(reader)
        ]
        code = _code(reader, edge, caller)
    return frame.page(
        caller,
        "manage_devices",
        here="devices",
        status=fault.status if fault else 200,
        rows=rows,
        code=code,
        is_gone=bool(request.args.get("ticket")) and code is None,
        kinds=[each.value for each in Kind],
        fault=fault.message(http.text(fault.sentence)) if fault else "",
    )


def _row(device: Device, edge: Edge, caller: Caller, seen: str) -> DeviceRow:
    seconds = health.unseen(device, edge)
    return DeviceRow(
        device_id=device.device_id,
        name=device.name,
        kind=device.kind.value,
        seen=seen,
        is_quiet=seconds is None or seconds >= health.UNSEEN_SECONDS,
        paired_at=times.parse(device.paired_at),
        is_locked=rules.device_delay_seconds(device.failures) > 0,
        is_this=device.device_id == caller.device_id,
    )


def _code(rows: Rows, edge: Edge, caller: Caller) -> CodeShown | None:
    ticket, now = request.args.get("ticket", ""), edge.clock.monotonic()
    secret = edge.part(ShownOnce).look(ticket, by=caller.id, now=now)
    if not secret:
        return None
    kind, code, made = secret.split(" ")
    wall = edge.clock.wall()
    is_open = store.open_code(rows, rules.hashed(rules.typed_code(code)), wall) is not None
    url = _pairing_url(rows, Kind(kind), code)
    symbol = qr.draw(url)
    seconds = (wall - times.parse(made)).total_seconds()
    return CodeShown(
        text=code,
        kind=kind,
        url=url,
        path=qr.path(symbol),
        modules=symbol.modules,
        age=frame.age(max(0.0, seconds), frame.words_for(caller, rows)),
        minutes_left=max(0, int((CODE_LIFE.total_seconds() - seconds) // 60)),
        is_used=not is_open,
    )


def _pairing_url(rows: Rows, kind: Kind, code: str) -> str:
    """Where the device's camera leads. The code stands behind "#", so that no server's log ever holds it."""
    base = request.host_url.rstrip("/")
    if request.host.rsplit(":", 1)[0] in LOOPBACK:
        base = f"https://{store_record.load(rows).public_host}"
    return f"{base}/pair?next={NEXT.get(kind, 'board')}#{code}"
