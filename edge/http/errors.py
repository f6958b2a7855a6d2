"""One error shape: {"error": {"code", "message", "details"}}, in the caller's language, or a page that says it."""

from __future__ import annotations

import logging
from traceback import format_tb
from typing import Any

import msgspec
from flask import Flask, Response, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from edge.base.store_record import StoreUnknown, load
from edge.http.caller import edge, ports
from edge.http.pages import chosen, render
from edge.locale import Words, in_words
from sync.core.errors import Refusal

log = logging.getLogger("edge.http")

_SENTENCES = {
    404: "There is nothing here.",
    405: "This cannot be done here.",
    429: "Too many tries. Please wait a moment.",
}


def error_body(code: str, message: str, details: dict[str, Any] | None = None) -> bytes:
    """The one shape, as JSON."""
    return msgspec.json.encode(
        {"error": {"code": code, "message": message, "details": details or {}}}, enc_hook=str
    )


def install(app: Flask) -> None:
    """Every refusal and every failure leaves through here."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _failed)


def _refused(refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        return _failed(refusal)
    shown = {name: str(value) for name, value in refusal.details.items()}
    message = _sentence(refusal)
    return _answer(refusal.status, refusal.code, message, shown)


def _sentence(refusal: Refusal) -> str:
    # Refusals say who has an order or did a step by id; people are called by name.
    named = {
        name: ports().known_as(str(value)) if name.endswith("_by") else value
        for name, value in refusal.details.items()
    }
    spoken = in_words(named, Words(chosen(), _zone()), edge().clock.now())
    sentence: str = gettext(refusal.sentence)
    return sentence.format(**spoken)


def _zone() -> str:
    try:
        with edge().read() as reader:
            return load(reader).time_zone
    except StoreUnknown:
        return "UTC"


def _http_problem(problem: Exception) -> Response:
    status = getattr(problem, "code", None) or 500
    name = getattr(problem, "name", "problem").lower().replace(" ", "_")
    response = _answer(
        status, name, gettext(_SENTENCES.get(status, "This request was not understood.")), {}
    )
    for header, value in getattr(problem, "get_headers", list)():
        if header in ("Allow", "Retry-After"):
            response.headers[header] = value
    return response


def _failed(failure: Exception) -> Response:
    number = edge().ids.bytes(4).hex()
    rule = request.url_rule.rule if request.url_rule else "?"
    if _is_told_where_somebody_is(rule):
        said = f"\n{''.join(format_tb(failure.__traceback__))}{type(failure).__name__}"
        log.error("failure %s in %s %s%s", number, request.method, rule, said)
    else:
        log.error("failure %s in %s %s", number, request.method, rule, exc_info=failure)
    message = gettext(
        "Something went wrong on our side. Nothing was changed. Tell staff this number: %(number)s",
        number=number,
    )
    return _answer(500, "failure", message, {"number": number})


def _is_told_where_somebody_is(rule: str) -> bool:
    """Of such a route only kind and place of a failure are logged: its words may hold what a phone sent."""
    return rule.startswith("/loc/") or rule.endswith("/ranges")


def _answer(status: int, code: str, message: str, details: dict[str, Any]) -> Response:
    if _wants_page():
        return Response(
            render("error", status=status, code=code, message=message),
            status=status,
            mimetype="text/html",
        )
    response = Response(
        error_body(code, message, details), status=status, mimetype="application/json"
    )
    if status in (429, 503):
        response.headers["Retry-After"] = str(details.get("seconds", 5))
    return response


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html"
