"""What is remembered of offers: all SQL of this feature."""

from edge.offers.store.codes import code_for, codes, resolve, save_code
from edge.offers.store.digests import offer_digest_rows, redemption_digest_rows
from edge.offers.store.extras import extras_of, load_extra, open_extras, save_extra
from edge.offers.store.offers import (
    book_version,
    candidates,
    find,
    load,
    load_all,
    not_over,
    on_offer,
    save,
    turn_page,
)
from edge.offers.store.people import forget_person
from edge.offers.store.redemptions import (
    add_told_back,
    honour,
    is_spoken_code_free,
    redeem,
    redeemed_by,
    redemption_by_code,
    redemption_of,
    redemptions_count,
    redemptions_with_order,
    release,
)
from edge.offers.store.said import (
    decisions,
    offers_seen,
    put_off,
    put_off_for,
    save_decision,
    stop_kind,
    stopped_kinds,
    times_added,
    times_shown,
)
from edge.offers.store.tables import migrations

__all__ = [
    "add_told_back",
    "book_version",
    "candidates",
    "code_for",
    "codes",
    "decisions",
    "extras_of",
    "find",
    "forget_person",
    "honour",
    "is_spoken_code_free",
    "load",
    "load_all",
    "load_extra",
    "migrations",
    "not_over",
    "offer_digest_rows",
    "offers_seen",
    "on_offer",
    "open_extras",
    "put_off",
    "put_off_for",
    "redeem",
    "redeemed_by",
    "redemption_by_code",
    "redemption_digest_rows",
    "redemption_of",
    "redemptions_count",
    "redemptions_with_order",
    "release",
    "resolve",
    "save",
    "save_code",
    "save_decision",
    "save_extra",
    "stop_kind",
    "stopped_kinds",
    "times_added",
    "times_shown",
    "turn_page",
]
