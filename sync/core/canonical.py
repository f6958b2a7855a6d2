"""Canonical form: one JSON text for one value, so that both ends hash the same bytes."""

from __future__ import annotations

import json

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """`value` as JSON with sorted keys and no blanks; NaN and infinity are refused."""
    text = _encoder.encode(value)
    # msgspec writes NaN and infinity as null, so only a text that holds a null can hide one.
    if b"null" in text:
        json.dumps(msgspec.to_builtins(value), allow_nan=False)
    return text
