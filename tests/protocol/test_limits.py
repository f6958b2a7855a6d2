"""Packing, and bodies that want to be too large."""

import gzip

import pytest

from sync.protocol.limits import MAX_PACKED, pack, unpack
from sync.protocol.refusals import Malformed, TooLarge


def test_the_same_body_always_packs_to_the_same_bytes():
    """A retry is the same request."""
    assert pack(b"x" * 100) == pack(b"x" * 100)
    assert unpack(pack(b"x" * 100)) == b"x" * 100


def test_a_bomb_is_refused_before_it_has_grown():
    """50 MB in 50 KB."""
    with pytest.raises(TooLarge):
        unpack(gzip.compress(bytes(50_000_000)))


def test_too_many_packed_bytes_are_refused_unread():
    """However little is in them."""
    with pytest.raises(TooLarge):
        unpack(bytes(MAX_PACKED + 1))


@pytest.mark.parametrize(
    "broken", [b"", b"{}", pack(b"{}")[:-1], pack(b"{}") + b"x", pack(b"{}") * 2]
)
def test_what_is_not_one_whole_gzip_is_refused(broken):
    """Cut short, extended, or not packed at all."""
    with pytest.raises(Malformed):
        unpack(broken)
