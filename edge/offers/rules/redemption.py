"""Redeeming: a closed list of results, each with its sentence, and a short code to say at the desk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from edge.offers.rules import refusals as no
from sync.core import base32
from sync.core.errors import Refusal

SPOKEN_LENGTH = 6
QR, KIOSK, DESK, PASS = "qr", "kiosk", "desk", "pass"
SURFACES = (QR, KIOSK, DESK, PASS)


class Result(StrEnum):
    """All that redeeming can come to."""

    OK = "ok"
    ALREADY_USED = "already_used"
    SOLD_OUT = "sold_out"
    NOT_YET_VALID = "not_yet_valid"
    NO_LONGER_VALID = "no_longer_valid"
    NO_CONSENT = "no_consent"
    UNKNOWN_CODE = "unknown_code"
    WRONG_STORE = "wrong_store"


SAID = "Say {code} at the desk and pay there."
REFUSALS: dict[Result, type[Refusal]] = {
    Result.ALREADY_USED: no.AlreadyUsed,
    Result.SOLD_OUT: no.SoldOut,
    Result.NOT_YET_VALID: no.NotYetValid,
    Result.NO_LONGER_VALID: no.NoLongerValid,
    Result.NO_CONSENT: no.NoConsent,
    Result.UNKNOWN_CODE: no.UnknownCode,
    Result.WRONG_STORE: no.WrongStore,
}


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """One use of an offer. `spoken_code` is what the customer says and the desk types."""

    redemption_id: str
    offer_id: str
    surface: str
    spoken_code: str
    price_minor: int
    currency: str
    redeemed_at: datetime
    shopper_key: str = ""
    order_id: str = ""
    honoured_at: datetime | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a try came to; with the redemption when it was ok, or when it had been used already."""

    result: Result
    redemption: Redemption | None = None

    def or_refusal(self) -> Redemption:
        """The redemption of a try that was ok; otherwise the refusal of its kind."""
        if self.result is Result.OK and self.redemption:
            return self.redemption
        raise REFUSALS[self.result]


def spoken_code(token: str) -> str:
    """Six characters of a fresh token."""
    return token[:SPOKEN_LENGTH]


def as_typed(code: str) -> str:
    """A spoken code as somebody at the desk typed it, its usual slips mended."""
    return base32.normalise(code.strip())


def as_said(code: str) -> str:
    """In two groups, as people say it: B4K 7QX."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
