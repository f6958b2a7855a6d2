"""Profile fields: each by itself, the last effective writer wins; unknown ones are carried."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sync.core.canonical import canonical


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A field's value and who wrote it when; `hlc` is the effective (clamped) stamp, as text."""

    value: object
    hlc: str
    store_id: str
    event_id: str


def merge(one: Mapping[str, Written], other: Mapping[str, Written]) -> dict[str, Written]:
    """Field by field, the later of both."""
    names = sorted({*one, *other})
    return {name: _later(one.get(name), other.get(name)) for name in names}


def _later(one: Written | None, other: Written | None) -> Written:
    both = [each for each in (one, other) if each is not None]
    return max(both, key=_place)


def _place(written: Written) -> tuple[str, str, str, bytes]:
    return written.hlc, written.store_id, written.event_id, canonical(written.value)
