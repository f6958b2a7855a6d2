"""Reading what was asked: strict, limited, and refused with the name of what is wrong."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from sync.core.answers import Key
from sync.core.bodies import NotJson, TooLarge, WrongContentType, WrongField, WrongKey
from sync.core.depth import DEEPEST, is_too_deep

_KEY = re.compile(r"[ -~]{8,200}")


def raw_body(limit: int) -> bytes:
    """The bytes of the body, at most `limit`."""
    request.max_content_length = limit
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise TooLarge(limit_bytes=limit) from None


def json_body(kind: Any, limit: int) -> Any:
    """The JSON body as `kind`; unknown fields are refused."""
    if request.mimetype != "application/json":
        raise WrongContentType(expected="application/json")
    return decoded(raw_body(limit), kind)


def decoded(raw: bytes, kind: Any) -> Any:
    """`raw` as `kind`, or the refusal that says what is wrong."""
    if is_too_deep(raw):
        raise NotJson(problem=f"deeper than {DEEPEST} levels")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as problem:
        raise WrongField(problem=str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise NotJson(problem=str(problem)) from None


def form(kind: Any, limit: int) -> Any:
    """A form of a page as `kind`; unknown fields are refused."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise WrongContentType(expected="application/x-www-form-urlencoded")
    request.max_content_length = limit
    try:
        fields = request.form.to_dict()
    except RequestEntityTooLarge:
        raise TooLarge(limit_bytes=limit) from None
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise WrongField(problem=str(problem)) from None


def checked(values: dict[str, Any], kind: Any) -> Any:
    """Values put together from a form as `kind`, or the refusal that says what is wrong."""
    try:
        return msgspec.convert(values, kind, strict=False, from_attributes=True)
    except msgspec.ValidationError as problem:
        raise WrongField(problem=str(problem)) from None


def idempotency_key(scope: str, limit: int) -> Key | None:
    """The caller's key for this request, or None when they sent none."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    if not _KEY.fullmatch(sent):
        raise WrongKey
    asked = b"\0".join((request.method.encode(), request.path.encode(), raw_body(limit)))
    return Key(scope, sent, hashlib.sha256(asked).hexdigest())
