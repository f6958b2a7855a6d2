"""profile (down): the little a store may know of a person with a live order or a visit today."""

from __future__ import annotations

import msgspec

from sync.core.merge import fields
from sync.core.merge.fields import Written
from sync.records.record import Direction, RecordType


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of one person, each with who wrote it when; unknown fields are carried along."""

    customer_key: str
    fields: dict[str, Written] = {}
    revision: int = 1


def merge(one: Profile, other: Profile) -> Profile:
    """Each field by itself, the last effective writer wins."""
    return Profile(
        customer_key=one.customer_key,
        fields=fields.merge(one.fields, other.fields),
        revision=max(one.revision, other.revision),
    )


PROFILE = RecordType(
    name="profile",
    shape=Profile,
    direction=Direction.DOWN,
    merge=merge,
    digest_fields=("revision",),
)
