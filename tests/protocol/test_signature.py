"""Signed requests: each trap of RFC 9421 that was found before building."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519

from sync.protocol import signature
from sync.protocol.limits import pack
from sync.protocol.refusals import SignatureRefused

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BASE = "https://hq.example"
TARGET = "/sync/v1/push"
BODY = pack(b'{"hello":1}')
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def signed(target=TARGET, body=BODY, created=NOW, base=BASE):
    """The headers of a good request."""
    return signature.sign(
        KEY,
        key_id="harbour-lane",
        url=base + target,
        body=body,
        nonce="N",
        sequence=7,
        created=created,
    )


def check(headers, *, target=TARGET, body=BODY, base=BASE, known=True):
    """What HQ does with a request."""
    return signature.verify(
        base_url=base,
        target=target,
        headers=list(headers.items()),
        body=body,
        key_of=lambda key_id: KEY.public_key() if known and key_id == "harbour-lane" else None,
    )


def test_a_signed_request_names_its_store_nonce_and_sequence():
    """All three are covered by the signature."""
    assert check(signed()) == ("harbour-lane", "N", 7)


def test_header_names_may_change_their_case_on_the_way():
    """Servers do that."""
    assert check({name.upper(): value for name, value in signed().items()}).sequence == 7


@pytest.mark.parametrize(
    "target", ["/sync/v1/push?a=%2Fb%20c", "/sync/v1/push?", "/sync/v1/p%2Fush"]
)
def test_raw_targets_verify_as_they_were_sent(target):
    """Encoded slashes, spaces, an empty query."""
    assert check(signed(target), target=target).sequence == 7


def test_the_default_port_makes_no_difference():
    """A proxy may add it."""
    assert check(signed(base="https://hq.example:443")).sequence == 7


@pytest.mark.parametrize("created", [NOW - timedelta(days=20_000), NOW + timedelta(days=365)])
def test_no_clock_is_believed(created):
    """A Pi boots in 1970, or a year ahead."""
    assert check(signed(created=created)).sequence == 7


@pytest.mark.parametrize(
    "name", [signature.NONCE, signature.SEQUENCE, "Content-Encoding", "Content-Digest"]
)
def test_a_changed_header_is_refused(name):
    """Replay numbers and digest cannot be swapped."""
    headers = signed()
    headers[name] = headers[name] + "0"
    with pytest.raises(SignatureRefused):
        check(headers)


@pytest.mark.parametrize(
    "name",
    [signature.NONCE, signature.SEQUENCE, "Content-Encoding", "Content-Digest", "Signature"],
)
def test_a_missing_header_is_refused(name):
    """A proxy that unpacks the body is noticed."""
    headers = signed()
    del headers[name]
    with pytest.raises(SignatureRefused):
        check(headers)


@pytest.mark.parametrize(
    "change",
    [
        {"target": "/sync/v1/pull"},
        {"target": "/sync/v1/push?x=1"},
        {"target": "https://hq.example/sync/v1/push"},
        {"target": "/sync/v1/%zz"},
        {"body": pack(b'{"hello":2}')},
        {"body": b""},
        {"base": "https://evil.example"},
        {"known": False},
    ],
    ids=str,
)
def test_anything_else_than_what_was_signed_is_refused(change):
    """Another path, body, host or an unknown key."""
    with pytest.raises(SignatureRefused):
        check(signed(), **change)


@pytest.mark.parametrize("left_out", signature.COVERED)
def test_a_signature_that_leaves_a_component_out_is_refused(left_out):
    """Coverage is the sender's choice, so HQ insists."""
    covered = [each for each in signature.COVERED if each != left_out]
    headers = signed()
    lines = [(name, value) for name, value in headers.items() if not name.startswith("Signature")]
    message = signature._Message(BASE + TARGET, lines)
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=signature._OwnKey(KEY)).sign(
        message, key_id="harbour-lane", created=NOW, label=signature.LABEL, tag=signature.TAG,
        covered_component_ids=covered, use_existing_digest=True,
    )  # fmt: skip
    with pytest.raises(SignatureRefused):
        check(dict(message.headers.items()))


def test_a_forged_signature_is_refused():
    """Another key under a known name."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    headers = signature.sign(
        other,
        key_id="harbour-lane",
        url=BASE + TARGET,
        body=BODY,
        nonce="N",
        sequence=7,
        created=NOW,
    )
    with pytest.raises(SignatureRefused):
        check(headers)


def test_a_sequence_must_be_a_plain_number():
    """Other digits and signs are refused."""
    headers = signature.sign(
        KEY,
        key_id="harbour-lane",
        url=BASE + TARGET,
        body=BODY,
        nonce="N",
        sequence=-1,
        created=NOW,
    )
    with pytest.raises(SignatureRefused):
        check(headers)


def test_rubbish_in_the_signature_headers_is_refused():
    """Never an error 500."""
    for rubbish in ("", "x", "store-edge=()", "store-edge=:AAAA:", "é", "a" * 5000):
        with pytest.raises(SignatureRefused):
            check({**signed(), "Signature": rubbish})
        with pytest.raises(SignatureRefused):
            check({**signed(), "Signature-Input": rubbish})


def test_a_public_key_survives_its_text_and_has_six_digits_to_read_aloud():
    """For enrolment."""
    text = signature.public_text(KEY.public_key())
    assert signature.public_key(text) == KEY.public_key()
    assert signature.fingerprint(text).isdigit()
    assert len(signature.fingerprint(text)) == 6
