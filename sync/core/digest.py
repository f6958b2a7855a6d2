"""Table digests: 1,024 buckets that two ends build independently and compare at night.

A bucket is the sum of its rows' hashes mod 2^64, so rows come in any order and change singly.
"""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from sys import byteorder

from sync.core.canonical import canonical

BUCKETS = 1024
_MASK = (1 << 64) - 1


def bucket_of(record_id: str) -> int:
    """Where a record is counted."""
    return int.from_bytes(blake2b(record_id.encode(), digest_size=2).digest()) % BUCKETS


def row_digest(record_id: str, values: Sequence[object]) -> int:
    """64 bits that stand for one row: its id and the values that both ends must agree on."""
    return int.from_bytes(blake2b(canonical([record_id, *values]), digest_size=8).digest())


class TableDigest:
    """The buckets of one table and how many rows went in."""

    def __init__(self) -> None:
        self.count = 0
        self._buckets = [0] * BUCKETS

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Sequence[object]]]) -> TableDigest:
        """The digest of `(record_id, values)` rows."""
        digest = cls()
        for record_id, values in rows:
            digest.add(record_id, values)
        return digest

    def add(self, record_id: str, values: Sequence[object]) -> None:
        """Count a row in."""
        self._move(record_id, row_digest(record_id, values), 1)

    def remove(self, record_id: str, values: Sequence[object]) -> None:
        """Count a row out, as it was when it was counted in."""
        self._move(record_id, row_digest(record_id, values), -1)

    def differing(self, other: TableDigest) -> list[int]:
        """Numbers of the buckets that hold a difference."""
        pairs = zip(self._buckets, other._buckets, strict=True)
        return [number for number, (ours, theirs) in enumerate(pairs) if ours != theirs]

    def text(self) -> str:
        """All buckets as base64 (little-endian 64-bit words): 8 KiB before coding."""
        words = array("Q", self._buckets)
        if byteorder == "big":
            words.byteswap()
        return b64encode(words.tobytes()).decode()

    @classmethod
    def parse(cls, text: str, count: int) -> TableDigest:
        """The digest behind its text; ValueError if it is none."""
        words = array("Q", b64decode(text, validate=True))
        if len(words) != BUCKETS:
            raise ValueError(f"a table digest has {BUCKETS} buckets")
        if byteorder == "big":
            words.byteswap()
        digest = cls()
        digest.count, digest._buckets = count, list(words)
        return digest

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableDigest):
            return NotImplemented
        return self.count == other.count and self._buckets == other._buckets

    __hash__ = None  # type: ignore[assignment]

    def _move(self, record_id: str, value: int, sign: int) -> None:
        bucket = bucket_of(record_id)
        self._buckets[bucket] = (self._buckets[bucket] + sign * value) & _MASK
        self.count += sign
