"""Pushed batches: HQ computes the chain for itself."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core import chain
from sync.protocol import batch, wire
from sync.protocol.refusals import Forked, Malformed

EPOCH = "0" * 26
SALT = "00" * 16


def event(body: bytes = b'{"order_id":"o1"}', proof=SALT, **changes):
    """One pushed event."""
    plain = batch.PushedEvent(
        "order_staged", 1, "o1", "2026-11-22T17:51:00.000000+00:00", "1763833860000.0000",
        "synced", "ken", "edge", msgspec.Raw(body), proof,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def sealed(events, first_seq=1):
    """A batch whose chain is right."""
    last = chain.genesis(EPOCH)
    for seq, each in enumerate(events, first_seq):
        last = chain.link(last, batch._envelope(seq, each, batch._body_hash(each)))
    return batch.Batch(
        store_id="s",
        epoch=EPOCH,
        first_seq=first_seq,
        prev_chain=chain.genesis(EPOCH).hex(),
        events=events,
        last_chain=last.hex(),
    )


def test_a_chain_that_ends_elsewhere_is_a_fork():
    """The seq is named."""
    with pytest.raises(Forked) as forked:
        batch.links(msgspec.structs.replace(sealed([event(), event()]), last_chain="0" * 64))
    assert forked.value.details == {"seq": 2}


def test_a_batch_survives_the_wire_byte_for_byte():
    """Bodies are hashed as they were sent, never re-encoded."""
    whole = sealed([event(b'{"b": 1,  "a":2}'), event()])
    found = batch.links(batch.read(wire.encode(whole)))
    assert [each.seq for each in found] == [1, 2]
    assert found[-1].chain.hex() == whole.last_chain
    assert found[0].event_id == found[0].chain[:16].hex()


def test_an_erased_body_leaves_its_hash_and_the_chain_still_verifies():
    """Nothing else of the event changes."""
    whole = sealed([event()])
    erased = event(batch.ERASED, chain.body_hash(bytes(16), b'{"order_id":"o1"}'))
    batch.links(msgspec.structs.replace(whole, events=[erased]))


def test_a_reissued_event_keeps_its_first_id():
    """The chain covers that id too."""
    whole = sealed([event(original_id="ab" * 16)])
    assert batch.links(whole)[0].event_id == "ab" * 16


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, flip):
    """Truncated or flipped in transit although gzip was content."""
    sent = bytearray(wire.encode(sealed([event(), event()])))
    sent[place % len(sent)] ^= flip
    if bytes(sent) == wire.encode(sealed([event(), event()])):
        return
    try:
        got = batch.read(bytes(sent))
        same = (got.store_id, got.epoch) == ("s", EPOCH)
        links = batch.links(got)
    except (Malformed, Forked):
        return
    expected = batch.links(sealed([event(), event()]))
    assert not same or links == expected


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"events":[]}', b"\xff", b"[" * 5000])
def test_rubbish_is_malformed(broken):
    """Never an error 500."""
    with pytest.raises(Malformed):
        batch.read(broken)


@pytest.mark.parametrize("wrong", [event(proof="00" * 32), event(batch.ERASED)])
def test_the_proof_fits_the_body(wrong):
    """A salt with a body, a hash without."""
    with pytest.raises(Malformed):
        batch.links(sealed([event()]).__class__(
            store_id="s", epoch=EPOCH, first_seq=1, prev_chain="0" * 64, events=[wrong], last_chain="0" * 64
        ))  # fmt: skip
