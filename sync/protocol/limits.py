"""How much either side takes in, and the only way bodies are packed and unpacked."""

from __future__ import annotations

import gzip
import zlib

from sync.protocol.refusals import Malformed, TooLarge

PROTOCOL = 1
# The newest schema of records and events; N, N-1 and N-2 are accepted.
SCHEMA = 1
OLDEST_SCHEMA = max(1, SCHEMA - 2)

KIB = 1024
MAX_PACKED = 1024 * KIB
MAX_UNPACKED = 16 * 1024 * KIB
MAX_BODY = 64 * KIB
MAX_BATCH_EVENTS = 2_000
FIRST_BATCH_EVENTS = 100
MAX_BATCH_PACKED = 256 * KIB
PAGE_CHANGES = 200
MOST_MARKS = 400
_LEVEL = 6
_GZIP = 31


def pack(body: bytes) -> bytes:
    """Packed by gzip without a time stamp: the same body always gives the same bytes."""
    return gzip.compress(body, _LEVEL, mtime=0)


def unpack(packed: bytes, limit: int = MAX_UNPACKED) -> bytes:
    """What `pack` was given. A bomb is refused after `limit` bytes, before it has grown."""
    if len(packed) > MAX_PACKED:
        raise TooLarge(limit=MAX_PACKED)
    stream = zlib.decompressobj(_GZIP)
    try:
        body = stream.decompress(packed, limit + 1)
    except zlib.error as broken:
        raise Malformed(reason="not gzip") from broken
    if len(body) > limit:
        raise TooLarge(limit=limit)
    if not stream.eof or stream.unused_data:
        raise Malformed(reason="gzip cut short or followed by something")
    return body
