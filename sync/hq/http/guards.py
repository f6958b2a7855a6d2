"""Who may come in: people by session and same origin, machines by key, stores by signature."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request

from sync.core.errors import Refusal
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Reader
from sync.hq.http import asking
from sync.hq.http.routes import Caller, Route, Who, hq

_RANK = {Who.VIEWER: 1, Who.MANAGER: 2, Who.ADMIN: 3}
_LOOPBACK = re.compile(r"^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$")


class NotSignedIn(Refusal):
    """A person is needed here."""

    code = "not_signed_in"
    status = 401
    sentence = "Please sign in first."


class NoEntry(Refusal):
    """The caller is known, or unknown, but may not do this."""

    code = "no_entry"
    status = 403
    sentence = "You may not do this. Ask an admin if you need to."


class UnknownKey(Refusal):
    """No, or no valid, API key."""

    code = "unknown_key"
    status = 401
    sentence = "This needs a valid API key: Authorization: Bearer <key>."


class ForeignOrigin(Refusal):
    """Another site made the browser send this."""

    code = "foreign_origin"
    status = 403
    sentence = "This came from another site, so nothing was done. Open HQ directly and try again."


@dataclass(frozen=True)
class Signed:
    """A store's request, as its signature covers it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Doors:
    """Ports that app.py fills: each says who holds what was shown, or refuses."""

    person: Callable[[Hq, str], Caller | None]
    api_key: Callable[[Hq, str], Caller | None]
    store: Callable[[Hq, Signed], Caller]


@dataclass(frozen=True)
class Counts:
    """Ports that app.py fills: what the frame of every page says."""

    waiting: Callable[[Reader], int]


def session_cookie(at: Hq) -> str:
    """The name of the session cookie; the prefix makes browsers refuse it without TLS or with a domain."""
    return "__Host-store_edge_hq" if at.settings.cookies_secure else "store_edge_hq"


def admit(declared: Route) -> Caller:
    """The caller, or the refusal."""
    if declared.is_page and declared.method != "GET":
        _refuse_foreign_origin()
    if declared.who in (Who.PUBLIC, Who.HOOK):
        return _person() or Caller()
    if declared.who is Who.API_KEY:
        return _machine()
    if declared.who is Who.STORE:
        return hq().part(Doors).store(hq(), _signed(declared))
    return _person_with(declared)


def _person() -> Caller | None:
    token = request.cookies.get(session_cookie(hq()), "")
    return hq().part(Doors).person(hq(), token) if token else None


def _person_with(declared: Route) -> Caller:
    caller = _person()
    if caller is None:
        raise NotSignedIn
    if declared.method != "GET":
        _refuse_foreign_origin()
    if _RANK[Who(caller.role)] < _RANK[declared.who]:
        raise NoEntry
    return caller


def _machine() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = (
        hq().part(Doors).api_key(hq(), token.strip()) if scheme == "Bearer" and token else None
    )
    if caller is None:
        raise UnknownKey
    return caller


def target() -> tuple[str, str]:
    """Path and query as they came: decoding %2F would break a signature, so the server's record counts."""
    raw = request.environ.get("RAW_URI") or request.full_path.removesuffix("?")
    path, _, query = raw.partition("?")
    return path, query


def _signed(declared: Route) -> Signed:
    path, query = target()
    body = asking.raw_body(declared.limit)
    return Signed(request.method, path, query, dict(request.headers), body)


def _refuse_foreign_origin() -> None:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    # Under our no-referrer policy browsers send "Origin: null" even to ourselves, so their own
    # word for it counts where they give it: no page can forge Sec-Fetch-Site.
    own = site == "same-origin" if site is not None else origin in _own_origins()
    if not own:
        raise ForeignOrigin


def _own_origins() -> set[str]:
    public = urlsplit(hq().settings.public_url)
    own = {f"{public.scheme}://{public.netloc}"}
    if _LOOPBACK.match(request.host):
        own.add(f"{request.scheme}://{request.host}")
    return own
