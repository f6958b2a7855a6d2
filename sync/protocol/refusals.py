"""Every way in which HQ says no to a store; the agent acts on the code."""

from __future__ import annotations

from sync.core.errors import Refusal


class SyncRefusal(Refusal):
    """A refusal that the agent understands by its code."""


class Malformed(SyncRefusal):
    """Not what PROTOCOL.md says; trying again will not help."""

    code = "malformed"
    status = 400
    sentence = "This request cannot be read: {reason}."


class TooLarge(SyncRefusal):
    """Send less at once."""

    code = "too_large"
    status = 413
    sentence = "This is more than the {limit} bytes taken at once."


class SignatureRefused(SyncRefusal):
    """Unsigned, signed by another key, or changed on the way."""

    code = "signature_refused"
    status = 401
    sentence = "The signature of this request does not hold: {reason}."


class UnknownSession(SyncRefusal):
    """HQ does not know the nonce (any more): say hello again."""

    code = "unknown_session"
    status = 401
    sentence = "This session is over; say hello again."


class SequenceSeen(SyncRefusal):
    """A replay, or a store that was restored: go on above `last_sequence`."""

    code = "sequence_seen"
    status = 409
    sentence = "This request, or a later one, was here before (number {last_sequence})."


class Gap(SyncRefusal):
    """The batch begins after what HQ holds: resume at the watermark."""

    code = "gap"
    status = 409
    sentence = "This batch begins after the {seq} events that are here."


class Forked(SyncRefusal):
    """Two histories under one epoch: the store was restored or copied."""

    code = "forked"
    status = 409
    sentence = "This log differs from the one known here, at event {seq}."


class EpochClosed(SyncRefusal):
    """The epoch was fenced off: this box must enrol again."""

    code = "epoch_closed"
    status = 403
    sentence = "This store's computer was replaced; enrol it again."


class GenerationChanged(SyncRefusal):
    """HQ went back to a backup: push first, then read the feed from its start."""

    code = "generation_changed"
    status = 409
    sentence = "The feed was begun anew; read it from its start."


class SchemaUnknown(SyncRefusal):
    """One side is too old for the other."""

    code = "schema_unknown"
    status = 409
    sentence = "Versions {oldest} to {newest} are spoken here."


class MovedOn(SyncRefusal):
    """Digests compare only at one place of log and feed: sync first, then ask again."""

    code = "moved_on"
    status = 409
    sentence = "Log or feed have moved on; sync first, then compare."


class CodeRefused(SyncRefusal):
    """Enrolment codes are short-lived and work once."""

    code = "code_refused"
    status = 403
    sentence = "This enrolment code is unknown, used or too old."


class Busy(SyncRefusal):
    """Come back later; Retry-After says when."""

    code = "busy"
    status = 503
    sentence = "Too much is going on here; try again in {seconds} seconds."
