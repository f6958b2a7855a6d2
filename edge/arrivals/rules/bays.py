"""The bays of a store: which number somebody means, and what is said when there is no such bay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sync.core.errors import Refusal

_WORD = re.compile(r"^(bay|ベイ|区画)?[\s#.:-]*", re.IGNORECASE)


class BayUnknown(Refusal):
    """Somebody named a bay that this store does not have."""

    code = "bay_unknown"
    status = 422
    sentence = "There is no bay {bay} here. The bays are {bays}: the number is on the sign."


class NoBays(Refusal):
    """Somebody named a bay of a store without any."""

    code = "no_bays"
    status = 422
    sentence = "This store has no numbered bays. Say that you are here without a number."


def bay_meant(said: str, bays: Collection[str]) -> str:
    """The bay's own number for what was said ("3", "bay 3", full-width "３"); BayUnknown names those there are."""
    plain = _WORD.sub("", unicodedata.normalize("NFKC", said).strip())
    found = [each for each in bays if _same(each) == _same(plain)]
    if found:
        return found[0]
    if not bays:
        raise NoBays
    raise BayUnknown(bay=plain[:10], bays=", ".join(sorted(bays, key=_by_number)))


def _same(number: str) -> str:
    return number.casefold().lstrip("0")


def _by_number(number: str) -> tuple[int, str]:
    return (len(number), number)
