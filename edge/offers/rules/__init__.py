"""What is true of offers: pure. The gates themselves are shared with HQ, in sync/core/gates."""

from edge.offers.rules.offer import HQ, STORE, Offer, Texts, Wish, candidate
from edge.offers.rules.qr_code import QrCode
from edge.offers.rules.redemption import Outcome, Redemption, Result

__all__ = [
    "HQ",
    "STORE",
    "Offer",
    "Outcome",
    "QrCode",
    "Redemption",
    "Result",
    "Texts",
    "Wish",
    "candidate",
]
