"""Before and after every request: known host, own origin, and headers that keep pages to themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask, current_app, request

from edge.base.edge import Edge
from edge.base.store_record import StoreUnknown, load
from edge.http.caller import edge
from sync.core.errors import Refusal

_SAFE = {"GET", "HEAD", "OPTIONS"}
_EXTENSION = "store_edge_hosts"
LOOK_AGAIN_SECONDS = 1.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class UnknownHost(Refusal):
    """The request names a host that is not this store (DNS rebinding looks like this)."""

    code = "unknown_host"
    status = 421
    sentence = "This address does not belong to this store."


class ForeignOrigin(Refusal):
    """Another site's page tries to change something here."""

    code = "foreign_origin"
    status = 403
    sentence = "This request came from another site and was not carried out."


def install(app: Flask) -> None:
    """Check hosts and origins; send the headers."""
    app.extensions[_EXTENSION] = _KnownHosts()
    app.before_request(_check_host)
    app.before_request(_check_origin)
    app.wsgi_app = _WithHeaders(app.wsgi_app)  # type: ignore[method-assign, assignment]


def known_hosts() -> frozenset[str]:
    """Host names that are this store: its public one, those in the settings, and loopback."""
    kept: _KnownHosts = current_app.extensions[_EXTENSION]
    return kept.now(edge())


class _KnownHosts:
    """Asked at every request, so the store's own record is looked at once a second at most."""

    def __init__(self) -> None:
        self._hosts: frozenset[str] = frozenset()
        self._good_until = 0.0

    def now(self, edge: Edge) -> frozenset[str]:
        if (at := edge.clock.monotonic()) >= self._good_until:
            self._hosts = frozenset({*_LOOPBACK, *edge.settings.allowed_hosts, *_public(edge)})
            self._good_until = at + LOOK_AGAIN_SECONDS
        return self._hosts


def _public(edge: Edge) -> list[str]:
    try:
        with edge.read() as reader:
            return [load(reader).public_host.rsplit(":", 1)[0]]
    except StoreUnknown:
        return []


def is_known_origin(origin: str | None) -> bool:
    """Whether a browser page of ours sent this; no Origin is no page of ours."""
    return bool(origin) and _split(origin or "").hostname in known_hosts()


def is_own_origin(origin: str | None, environ: dict[str, object]) -> bool:
    """Whether a socket may be opened: its Origin must be the very host it asks, and that host ours."""
    return bool(origin) and _split(origin or "").netloc == environ.get("HTTP_HOST")


def _split(url: str) -> SplitResult:
    """The parts of a URL; of none when it is no URL at all."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


@lru_cache(maxsize=64)
def _name_of(host: str) -> str:
    """The name in a Host header, without its port; "" when it has none."""
    return _split(f"//{host}").hostname or ""


def _check_host() -> None:
    # A request without a host is asked for at a name of the machine itself.
    name = _name_of(request.environ.get("HTTP_HOST") or request.host)
    if name not in _LOOPBACK and name not in known_hosts():
        raise UnknownHost


def _check_origin() -> None:
    asked = request.environ
    if asked["REQUEST_METHOD"] in _SAFE or request.path.startswith("/loc/"):
        return
    origin = asked.get("HTTP_ORIGIN")
    if origin is not None and not is_known_origin(origin):
        raise ForeignOrigin
    if asked.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        raise ForeignOrigin


Headers = list[tuple[str, str]]

_ALWAYS: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
_ON_A_PASS = ("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
_ELSEWHERE = ("Permissions-Policy", "geolocation=(), camera=(self), microphone=()")


class _WithHeaders:
    """Adds the guarding headers on the way out, below Flask: one header set there costs as much as all of them here."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        where = _ON_A_PASS if environ.get("PATH_INFO", "").startswith("/p/") else _ELSEWHERE

        def guarded(status: str, headers: Headers, *problem: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            headers = [*headers, *_ALWAYS, where]
            if "content-security-policy" not in said:
                headers.append(("Content-Security-Policy", CONTENT_POLICY))
            if "cache-control" not in said:
                headers.append(("Cache-Control", "no-store"))
            return start(status, headers, *problem)

        return self._inner(environ, guarded)
