"""Replays: HQ's nonce names the session, and the sequence only grows."""

from __future__ import annotations

import msgspec

from sync.protocol.refusals import SequenceSeen, UnknownSession
from sync.protocol.signature import NO_NONCE, Signed


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What HQ remembers per store: `last_sequence` for ever, the nonce as long as it likes."""

    nonce: str = ""
    last_sequence: int = 0


def greeted(session: Session, signed: Signed, nonce: str) -> Session:
    """The session after a hello, which comes without a nonce and with a new number."""
    if signed.nonce != NO_NONCE:
        raise UnknownSession
    _is_new(session, signed)
    return Session(nonce=nonce, last_sequence=signed.sequence)


def continued(session: Session, signed: Signed) -> Session:
    """The session after any other request."""
    if not session.nonce or signed.nonce != session.nonce:
        raise UnknownSession
    _is_new(session, signed)
    return msgspec.structs.replace(session, last_sequence=signed.sequence)


def _is_new(session: Session, signed: Signed) -> None:
    if signed.sequence <= session.last_sequence:
        raise SequenceSeen(last_sequence=session.last_sequence)
