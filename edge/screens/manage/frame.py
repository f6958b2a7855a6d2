"""What all pages of the manager share: the bar, how old the page is, and forms that are taken once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import store_record
from edge.base.database import Rows
from edge.http import Caller
from edge.locale import Words
from edge.screens import gather
from sync.core.answers import Key
from sync.core.base32 import ALPHABET
from sync.core.bodies import WrongField

_TOKEN = re.compile(f"^[{ALPHABET}]{{16,40}}$")

bp = http.blueprint("manage", "/manage")


def page(caller: Caller, screen: str, *, here: str, status: int = 200, **view: Any) -> Response:
    """A page of the manager's: `here` names its place in the bar."""
    edge = http.edge()
    now = edge.clock.now()
    with edge.read() as reader:
        name = gather.store_name(reader, caller.lang)
        words = words_for(caller, reader)
    html = http.render(
        screen,
        store_name=name,
        here=here,
        person=caller.name,
        initial=caller.name[:1],
        seen_at=words.clock(now),
        key=edge.ids.token(12),
        words=words,
        **view,
    )
    return Response(html, status=status, mimetype="text/html")


def words_for(caller: Caller, rows: Rows) -> Words:
    """The caller's language in the store's zone."""
    return Words(caller.lang, store_record.load(rows).time_zone)


def typed() -> dict[str, str]:
    """The fields of a form, each cut to what a person types."""
    return {name: value[:4000] for name, value in request.form.items()}


def sure() -> None:
    """What cannot be taken back is asked for by a form that says so; WrongField for anything else."""
    if request.form.get("sure") != "yes":
        raise WrongField(problem="sure is not yes")


def key_of(caller: Caller, fields: Mapping[str, str]) -> Key | None:
    """The key that was drawn into the form: sent twice, it is done once."""
    token = fields.get("key", "")
    if not _TOKEN.match(token):
        return None
    asked = request.path.encode() + msgspec.json.encode(dict(fields), order="sorted")
    return Key(f"manage:{caller.id}", token, sha256(asked).hexdigest())


def to(path: str, **query: str) -> AnyResponse:
    """On to a page, so that a reload repeats nothing."""
    asked = {name: value for name, value in query.items() if value}
    return redirect(f"{path}?{urlencode(asked)}" if asked else path, code=303)


def age(seconds: float | None, _: Words) -> str:
    """How long ago, in the largest words that fit; "never" for nothing known."""
    if seconds is None:
        return _("never")
    steps = ((90.0, 1.0), (5400.0, 60.0), (129_600.0, 3600.0), (float("inf"), 86_400.0))
    place = next(i for i, (below, _size) in enumerate(steps) if seconds < below)
    n = int(seconds // steps[place][1])
    texts = (
        _("%(n)s s ago", n=n),
        _("%(n)s min ago", n=n),
        _("%(n)s h ago", n=n),
        _("%(n)s days ago", n=n),
    )
    return texts[place]


def since(at: datetime | None, now: datetime) -> float | None:
    """Seconds from then until now, never below zero."""
    return None if at is None else max(0.0, (now - at).total_seconds())
