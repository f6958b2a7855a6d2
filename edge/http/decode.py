"""Strict decoding of request bodies: what is not understood is refused, with the place where it went wrong."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, cast

import msgspec
from flask import Request

from edge.http.caller import Caller
from sync.core.answers import Key
from sync.core.bodies import NotJson, TooLarge, WrongContentType, WrongField, WrongKey
from sync.core.depth import DEEPEST, is_too_deep

LONGEST_KEY = 200
BODY_LIMIT = 64 * 1024

T = TypeVar("T")


def raw_body(request: Request, limit_bytes: int) -> bytes:
    """The body's bytes; TooLarge above the limit, also when the length was not announced."""
    if (request.content_length or 0) > limit_bytes:
        raise TooLarge(limit_bytes=limit_bytes)
    # One more than is taken: werkzeug cuts an unannounced body at its limit without a word.
    request.max_content_length = limit_bytes + 1
    body = request.get_data(cache=True)
    if len(body) > limit_bytes:
        raise TooLarge(limit_bytes=limit_bytes)
    return body


def json_body(request: Request, shape: type[T], limit_bytes: int) -> tuple[T, bytes]:
    """The decoded body and its bytes. An empty body counts as {}."""
    body = _whole_body(request, limit_bytes)
    kind = request.environ.get("CONTENT_TYPE")
    if body and kind != "application/json" and request.mimetype != "application/json":
        raise WrongContentType(expected="application/json")
    refuse_depth(body)
    try:
        return _decoder(cast("Hashable", shape)).decode(body or b"{}"), body
    except msgspec.ValidationError as problem:
        raise WrongField(problem=str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise NotJson(problem=str(problem)) from None


def _whole_body(request: Request, limit_bytes: int) -> bytes:
    """The body of a JSON request: read at once where its length was announced, as every client does."""
    announced = request.environ.get("CONTENT_LENGTH", "")
    if not (announced.isascii() and announced.isdigit()) or int(announced) > limit_bytes:
        return raw_body(request, limit_bytes)
    length = int(announced)
    body = b""
    while len(body) < length:
        if not (piece := request.environ["wsgi.input"].read(length - len(body))):
            raise NotJson(problem="it ends too early")
        body += piece
    return body


@cache
def _decoder(shape: Hashable) -> msgspec.json.Decoder[Any]:
    """One decoder a shape: making it costs more than most bodies do."""
    return msgspec.json.Decoder(cast("type[Any]", shape))


def refuse_depth(body: bytes) -> None:
    """NotJson when brackets are nested without need."""
    if is_too_deep(body):
        raise NotJson(problem=f"deeper than {DEEPEST} levels")


def key_of(request: Request, caller: Caller, body: bytes) -> Key | None:
    """The idempotency key the caller chose, bound to who they are and what they ask; None without one."""
    key = request.environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not (8 <= len(key) <= LONGEST_KEY and key.isprintable() and key.isascii()):
        raise WrongKey
    scope = f"{caller.role}:{caller.order_id or caller.id or caller.device_id}"
    asked = f"{request.method} {request.path}\n".encode() + body
    return Key(scope, key, sha256(asked).hexdigest())


def builtins(value: Any) -> Any:
    """A value as the JSON it will be shown as."""
    return msgspec.to_builtins(value)
