"""What is true of consent: purposes, the texts, when a yes is taken, and the customer's receipt."""

from edge.consents.rules.notices import Notice
from edge.consents.rules.purposes import FACTS, Purpose
from edge.consents.rules.refusals import ConsentNeeded, NoticeOutdated, NoticeUnknown
from edge.consents.rules.served import Served

__all__ = [
    "FACTS",
    "ConsentNeeded",
    "Notice",
    "NoticeOutdated",
    "NoticeUnknown",
    "Purpose",
    "Served",
]
