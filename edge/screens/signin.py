"""Signing in at a paired screen, and pairing a new one."""

from __future__ import annotations

import msgspec
from flask import Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from edge import http
from edge.base import times
from edge.http import Caller
from edge.screens import gather
from edge.staff import store as staff

# Where people may be sent on: a list, because an address in a link may come from anybody.
NEXT = {
    "board": "/board",
    "kiosk": "/kiosk",
    "display": "/display",
    "manage": "/manage",
    "offers": "/manage/offers",
    "people": "/manage/people",
}
# What customers look at needs nobody to sign in.
FOR_CUSTOMERS = {"kiosk", "display"}

bp = http.blueprint("signin")


class PersonChoice(msgspec.Struct, kw_only=True):
    """Somebody who may sign in here."""

    staff_id: str
    name: str
    first: str
    is_signed_in: bool


@http.page(bp, "/", who=http.PUBLIC, summary="The way in for staff")
def home(*, caller: Caller) -> Redirect:
    """To the board; who may not see it is led to the door."""
    return redirect("/board")


@http.page(bp, "/signin", who=http.PUBLIC, summary="Sign in by PIN")
def sign_in(*, caller: Caller) -> Response | Redirect:
    """Names are shown on paired screens only."""
    if not caller.may(http.SCREEN):
        return redirect(f"/pair?next={_wanted()}")
    edge = http.edge()
    with edge.read() as reader:
        here = set(gather.on_shift(reader, edge))
        people = [
            PersonChoice(
                staff_id=each.staff_id,
                name=each.name,
                first=each.name.split(" ")[0],
                is_signed_in=each.name in here,
            )
            for each in staff.people(reader)
        ]
        name = gather.store_name(reader, caller.lang)
    html = http.render(
        "signin",
        store_name=name,
        people=people,
        next=NEXT[_wanted()],
        # Two real clocks are compared: a rehearsal steps the store's day, not the machine.
        now=times.text(edge.clock.wall()),
    )
    return Response(html, mimetype="text/html")


@http.page(bp, "/pair", who=http.PUBLIC, summary="Pair a new screen by a one-time code")
def pair(*, caller: Caller) -> str:
    """The form; the code itself is checked by the devices' own route."""
    known = _wanted()
    then = NEXT[known] if known in FOR_CUSTOMERS else f"/signin?next={known}"
    with http.edge().read() as reader:
        name = gather.store_name(reader, caller.lang)
    return http.render("pair", store_name=name, next=then)


def _wanted() -> str:
    wanted = request.args.get("next", "")
    return wanted if wanted in NEXT else "board"
