"""Routes: each says who may ask, what it reads and what it answers, or the service does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from edge.http import decode, limits, pages
from edge.http.caller import ANYONE, PASS, Caller, admit
from sync.core.errors import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers


@dataclass(frozen=True)
class Declared:
    """What a route says of itself: for admission, the OpenAPI document and the docs."""

    method: str
    path: str
    endpoint: str
    who: str
    summary: str
    reads: type[Any] | None
    answers: type[Any] | None
    status: int
    html: bool


_DECLARED: dict[str, Declared] = {}
View = Callable[..., Any]


def declared() -> list[Declared]:
    """Every declared route, in order of path and method."""
    return sorted(_DECLARED.values(), key=lambda each: (each.path, each.method))


def blueprint(name: str, prefix: str = "") -> Blueprint:
    """A feature's own set of routes."""
    return Blueprint(name, name, url_prefix=prefix or None)


def route(
    bp: Blueprint,
    method: str,
    path: str,
    *,
    who: str,
    summary: str,
    reads: type[Any] | None = None,
    answers: type[Any] | None = None,
    status: int = 200,
    limit_bytes: int = decode.BODY_LIMIT,
) -> Callable[[View], View]:
    """Declare a JSON route. The view gets the path's values, then `body=` (if it reads one) and `caller=`."""

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> Response:
            caller = _admitted(who, values.get("token"))
            taken: dict[str, Any] = {}
            raw = b""
            if method != "GET":
                body, raw = decode.json_body(request, reads or _Nothing, limit_bytes)
                taken = {"body": body} if reads else {}
            caller = replace(caller, lang=pages.chosen(), key=decode.key_of(request, caller, raw))
            return _shown(view(**values, **taken, caller=caller), status)

        _register(
            bp,
            Declared(method, path, "", who, summary, reads, answers, status, html=False),
            answer,
        )
        return view

    return declare


def page(
    bp: Blueprint,
    path: str,
    *,
    who: str,
    summary: str,
    method: str = "GET",
    limit_bytes: int = 8 * 1024,
) -> Callable[[View], View]:
    """Declare an HTML page, or with method POST a form that works without script. The view gets `caller=`."""

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> Response:
            caller = _admitted(who, values.get("token"))
            if method != "GET":
                decode.raw_body(request, limit_bytes)
            shown = view(**values, caller=replace(caller, lang=pages.chosen()))
            return shown if isinstance(shown, Response) else Response(shown, mimetype="text/html")

        _register(bp, Declared(method, path, "", who, summary, None, None, 200, html=True), answer)
        return view

    return declare


def _admitted(who: str, token: str | None) -> Caller:
    try:
        caller = admit(request, who, token)
    except NotFound:
        if who == PASS:
            limits.count_unknown_pass()
        raise
    limits.count(request, caller)
    return caller


class _Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a route that reads nothing."""


def _register(bp: Blueprint, about: Declared, answer: View) -> None:
    if about.who not in ANYONE or not about.summary:
        raise ValueError(f"{about.method} {about.path} must say who may ask and what it does")
    name = f"{about.method.lower()}_{getattr(answer, '__name__', 'view')}"
    bp.add_url_rule(about.path, name, answer, methods=[about.method])
    endpoint = f"{bp.name}.{name}"
    _DECLARED[endpoint] = replace(
        about, path=f"{bp.url_prefix or ''}{about.path}", endpoint=endpoint
    )


def _shown(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    return Json(msgspec.json.encode(result), status=status, content_type="application/json")


class Json(Response):
    """An answer that is whole: its length is known and its address needs no correction."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers as they are; werkzeug would work them out anew at each answer."""
        return self.headers
