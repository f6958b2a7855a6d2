"""Enrolment: a one-time code and a key made on the device make this box the store's own."""

from __future__ import annotations

from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.agent.steps import Answer, Send
from sync.agent.transport import HttpTransport
from sync.core.errors import Refusal
from sync.protocol import signature, wire
from sync.protocol.limits import pack

KEY_ID = "enrol"


class EnrolmentFailed(Refusal):
    """HQ could not be reached, or it does not take this code."""

    code = "enrolment_failed"
    status = 502
    sentence = "Enrolment did not work: {reason}"


def enrol(
    hq_url: str, code: str, key: Ed25519PrivateKey, *, epoch: str, created: datetime
) -> wire.Enrolled:
    """Show code and public key to HQ, signed with that key; who we are from now on."""
    asked = wire.Enrol(code=code, public_key=signature.public_text(key.public_key()), epoch=epoch)
    transport = HttpTransport(lambda: hq_url, lambda: key, lambda: KEY_ID, lambda: created)
    try:
        body = pack(wire.encode(asked))
        said = transport.send(Send(wire.PATH + "enrol", body, signature.NO_NONCE, 1))
    finally:
        transport.close()
    if not isinstance(said, Answer):
        raise EnrolmentFailed(reason=said.reason)
    if said.status not in {200, 201}:
        raise EnrolmentFailed(reason=_why(said))
    try:
        return msgspec.json.decode(said.body, type=wire.Enrolled)
    except msgspec.MsgspecError as problem:
        raise EnrolmentFailed(reason=f"the answer cannot be read ({problem})") from problem


def _why(said: Answer) -> str:
    try:
        return str(msgspec.json.decode(said.body)["error"]["message"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return f"HQ answered {said.status}"
