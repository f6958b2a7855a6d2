"""PROTOCOL.md is run: every example is read, written again, and holds what the text says of it."""

import json
import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.core.digest import bucket_of, row_digest
from sync.protocol import batch, refusals, signature, wire
from sync.protocol.limits import pack
from sync.records import RECORD_TYPES

PROTOCOL = Path(refusals.__file__).parents[1] / "PROTOCOL.md"
EXAMPLE = re.compile(r"<!-- example: (.+?) -->\n```\w+\n(.*?)\n```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall(PROTOCOL.read_text("utf-8")))
MESSAGES = sorted(name for name in EXAMPLES if name[0].isupper())
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def shape(name):
    """The struct that an example is about."""
    name = name.split()[0]
    return batch.Batch if name == "Batch" else getattr(wire, name)


def read(name):
    """An example, as the code reads it."""
    return decoded(name, json.loads(EXAMPLES[name]))


def decoded(name, said):
    """As it would come over the wire: without blanks, because a body is hashed as it is sent."""
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    return msgspec.json.decode(text, type=shape(name))


@pytest.mark.parametrize("name", MESSAGES)
def test_every_example_is_spoken(name):
    """Read, and written again with the same fields and values, defaults included."""
    said = json.loads(EXAMPLES[name])
    written = json.loads(wire.encode(read(name)))
    if name == "Batch":
        assert all(event.pop() == "" for event in written["events"])
    assert written == said


@pytest.mark.parametrize("name", MESSAGES)
def test_a_field_of_tomorrow_is_let_pass(name):
    """Both ends are upgraded one after the other."""
    said = {**json.loads(EXAMPLES[name]), "field_of_tomorrow": {"a": [1]}}
    assert wire.encode(decoded(name, said)) == wire.encode(read(name))


def test_every_message_has_an_example():
    """A message that nobody can look up is not part of the protocol."""
    spoken = {name for name, each in vars(wire).items() if _is_message(each)}
    parts = {"Mark", "Quarantined", "Change", "TableDigestText", "TableAnswer", "Difference"}
    assert spoken - parts <= {name.split()[0] for name in MESSAGES}


def _is_message(each):
    return isinstance(each, type) and issubclass(each, msgspec.Struct)


def test_the_chain_of_the_example_can_be_computed_from_the_text_alone():
    """With nothing but SHA-256 and JSON, as another implementation would do it."""
    said = json.loads(EXAMPLES["Batch"])
    link = sha256(b"store-edge log 1\n" + said["epoch"].encode()).digest()
    assert link.hex() == said["prev_chain"]
    for seq, event in enumerate(said["events"], said["first_seq"]):
        *head, body, proof = event
        if body is not None:
            text = json.dumps(body, separators=(",", ":")).encode()
            proof = sha256(bytes.fromhex(proof) + text).hexdigest()
        envelope = json.dumps([seq, *head, proof, ""], separators=(",", ":")).encode()
        link = sha256(link + envelope).digest()
    assert link.hex() == said["last_chain"]


def test_the_codec_finds_the_same_chain():
    """HQ's own computation."""
    found = batch.links(read("Batch"))
    assert found[-1].chain.hex() == read("Hello").last.chain
    assert found[0].event_id == found[0].chain[:16].hex()


def test_the_signed_example_verifies():
    """Ed25519 is deterministic: these very bytes are what a store sends."""
    request, *lines = EXAMPLES["signed"].splitlines()
    headers = [tuple(line.split(": ", 1)) for line in lines]
    signed = signature.verify(
        base_url=f"https://{dict(headers)['Host']}",
        target=request.split()[1],
        headers=headers,
        body=pack(b"{}"),
        key_of=lambda key_id: KEY.public_key() if key_id == "harbour-lane" else None,
    )
    assert signed.nonce == read("Welcome").nonce


def test_the_enrolment_example_shows_the_key_of_the_signed_one():
    """Its six digits, too."""
    assert read("Enrol").public_key == signature.public_text(KEY.public_key())
    assert read("Enrolled").fingerprint == signature.fingerprint(read("Enrol").public_key)


def test_the_night_of_the_example_adds_up():
    """Bucket and digest of the row that it names."""
    [difference] = read("RowsAnswer").differences
    asked = read("CompareRows")
    assert asked.buckets["order_status"] == [bucket_of(difference.record_id)]
    digest = f"{row_digest(difference.record_id, ['A-17', 'staged']):016x}"
    assert asked.rows["order_status"] == {difference.record_id: digest}


def test_the_error_example_is_a_refusal_as_it_is_said():
    """Code, sentence, details."""
    said = json.loads(EXAMPLES["error"])["error"]
    refusal = refusals.Gap(**said["details"])
    assert (refusal.code, refusal.message()) == (said["code"], said["message"])


def test_every_record_type_has_its_paragraph():
    """A record type that is not described does not travel."""
    text = PROTOCOL.read_text("utf-8")
    for kind in RECORD_TYPES.values():
        ways = {"up": "up", "down": "down", "both": "both ways"}
        assert f"- **{kind.name}** ({ways[kind.direction]}):" in text
