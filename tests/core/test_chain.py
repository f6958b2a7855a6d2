"""The hash chain of an event log."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core import chain

SALT = bytes(range(16))
FIRST = chain.Envelope(
    1, "order_staged", 1, "order-1", "2026-11-22T17:51:00.000000+00:00", "1763833860000.0000",
    "synced", "ken", "edge", chain.body_hash(SALT, b'{"bin":"4"}'),
)  # fmt: skip


def test_the_links_are_fixed_for_ever():
    """Golden values: a change here breaks every log that exists."""
    start = chain.genesis("0" * 26)
    assert start.hex() == "33fe6a0a7fd26ac470b0a147cb2500b1afbb7c0f2423ef6b271914651c3e0afc"
    assert (
        chain.link(start, FIRST).hex()
        == "20f9ae7d7b067498d61daf0d4dc5b29f357e9ad8b1d3c6e9c3392cc31662f284"
    )
    assert chain.event_id(chain.link(start, FIRST)) == "20f9ae7d7b067498d61daf0d4dc5b29f"


def test_another_epoch_gives_other_ids_to_the_same_events():
    """A restored store reuses seq, never an event id."""
    one, other = (chain.link(chain.genesis(epoch), FIRST) for epoch in ("A", "B"))
    assert chain.event_id(one) != chain.event_id(other)


@given(st.sampled_from(FIRST.__struct_fields__), st.integers(1, 9), st.text(min_size=1))
def test_no_field_can_change_without_changing_the_link(name, number, text):
    """The chain covers every field of the envelope."""
    before = getattr(FIRST, name)
    after = before + (number if isinstance(before, int) else text)
    changed = msgspec.structs.replace(FIRST, **{name: after})
    start = chain.genesis("A")
    assert chain.link(start, changed) != chain.link(start, FIRST)


@given(st.integers(0, 8 * 11 - 1))
def test_a_flipped_bit_in_the_body_changes_its_hash(bit):
    """Truncated or flipped bodies are noticed."""
    body = bytearray(b'{"bin":"4"}')
    body[bit // 8] ^= 1 << bit % 8
    assert chain.body_hash(SALT, bytes(body)) != FIRST.body_hash


@given(st.integers(0, 255))
def test_a_flipped_bit_in_the_past_changes_every_later_link(bit):
    """Equal chain at equal seq means equal history."""
    start = chain.genesis("A")
    flipped = (int.from_bytes(start) ^ 1 << bit).to_bytes(32)
    assert chain.link(flipped, FIRST) != chain.link(start, FIRST)


def test_the_chain_verifies_without_the_body():
    """Erasure drops body and salt; the hash in the envelope stays."""
    kept = msgspec.json.decode(msgspec.json.encode(FIRST), type=chain.Envelope)
    assert chain.link(chain.genesis("A"), kept) == chain.link(chain.genesis("A"), FIRST)


def test_a_short_salt_is_refused():
    """A guessable salt would make erased bodies guessable."""
    with pytest.raises(ValueError, match="16 bytes"):
        chain.body_hash(b"", b"{}")
