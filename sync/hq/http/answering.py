"""Answers: JSON or pages, one error shape, and the same protecting headers on all of them."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from flask import Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from sync.core.errors import NotFound, Refusal
from sync.core.languages import LANGUAGES, choose
from sync.hq.http import languages
from sync.hq.http.guards import Counts, NotSignedIn
from sync.hq.http.routes import ROUTES, Route, hq

log = logging.getLogger("hq.http")

_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HTTP_CODES = {
    400: ("bad_request", "The request could not be understood."),
    404: (NotFound.code, NotFound.sentence),
    405: ("wrong_method", "This address does not take that method."),
    413: ("too_large", "The body is too large."),
    415: ("wrong_content_type", "This address does not take that kind of body."),
}


class Unexpected(Refusal):
    """Our fault."""

    code = "unexpected"
    status = 500
    sentence = (
        "Something went wrong at HQ (incident {incident}). Please try again or call for help."
    )


def answer(result: Any, declared: Route) -> ResponseReturnValue:
    """What a view returned, as a response: a page's text, or anything msgspec can write."""
    if isinstance(result, Response):
        return result
    if declared.is_page:
        return str(result)
    value, status = result if isinstance(result, tuple) else (result, declared.status)
    return Response(msgspec.json.encode(value), status, content_type="application/json")


def render(screen: str, **view: Any) -> str:
    """A page of kiosk_ui/screens/<screen>/, in the language of the request."""
    lang = language()
    return render_template(
        f"screens/{screen}/page.html",
        lang=lang,
        dir=languages.direction(lang),
        languages=list(LANGUAGES.items()),
        assets="/assets",
        here=request.path,
        person=g.get("caller"),
        person_waits=_person_waits(),
        words=languages.Words(lang),
        **view,
    )


def _person_waits() -> int:
    """How many orders wait for a person; shown only to people of HQ."""
    caller = g.get("caller")
    if caller is None or not caller.role:
        return 0
    with hq().read() as reader:
        return hq().part(Counts).waiting(reader)


def language() -> str:
    """The language that was asked for, or remembered, or that the browser prefers."""
    return choose(
        request.args.get("lang"),
        request.cookies.get("store_edge_lang"),
        request.headers.get("Accept-Language"),
        hq().settings.language,
    )


def see_other(path: str) -> Response:
    """Go on to a page of ours, after a form."""
    response = redirect(path, 303)
    assert isinstance(response, Response)
    return response


def refused(refusal: Refusal) -> ResponseReturnValue:
    """The answer "no", for a person or for a machine."""
    if not _is_for_people():
        response = _error(refusal.status, refusal.code, refusal.message(), refusal.details)
        if refusal.status in (429, 503) and "seconds" in refusal.details:
            response.headers["Retry-After"] = str(refusal.details["seconds"])
        return response
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return see_other("/sign-in")
    return render("hq_refusal", message=said(refusal)), refusal.status


def said(refusal: Refusal) -> str:
    """A refusal's sentence in the language of the request."""
    return refusal.message(languages.catalogue(language()).gettext(refusal.sentence))


def http_problem(problem: HTTPException) -> ResponseReturnValue:
    """werkzeug's own refusals, in our shape."""
    status = problem.code or 500
    code, sentence = _HTTP_CODES.get(status, ("refused", "This was refused."))
    if _is_for_people():
        message = languages.catalogue(language()).gettext(sentence)
        return render("hq_refusal", message=message), status
    response = _error(status, code, sentence, {})
    if status == 405 and problem.get_response().headers.get("Allow"):
        response.headers["Allow"] = problem.get_response().headers["Allow"]
    return response


def broke(problem: Exception) -> ResponseReturnValue:
    """Anything else is our fault: say so, tell nothing more, and keep the trace for ourselves."""
    incident = hq().ids.token(5)
    log.exception("unexpected failure %s in %s", incident, request.endpoint)
    if _is_for_people():
        return render("hq_refusal", message=said(Unexpected(incident=incident))), 500
    failure = Unexpected(incident=incident)
    return _error(500, failure.code, failure.message(), failure.details)


def protect(response: Response) -> Response:
    """Put the protecting headers on, and keep answers out of caches unless they are assets."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "assets":
        response.headers.setdefault("Cache-Control", "no-store")
    if hq().settings.cookies_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES and request.endpoint in ROUTES:
        response.set_cookie(
            "store_edge_lang", chosen, max_age=31536000, httponly=True, samesite="Lax",
            secure=hq().settings.cookies_secure,
        )  # fmt: skip
    return response


def _is_for_people() -> bool:
    """Whether a page was asked for: by its route, or of a browser that lost its way."""
    declared = ROUTES.get(request.endpoint or "")
    if declared is not None:
        return declared.is_page
    return request.accept_mimetypes.best == "text/html" and request.endpoint is None


def _error(status: int, code: str, message: str, details: dict[str, object]) -> Response:
    shown = {name: str(value) for name, value in details.items()}
    body = {"error": {"code": code, "message": message, "details": shown}}
    return Response(msgspec.json.encode(body), status, content_type="application/json")
