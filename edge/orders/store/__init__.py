"""What is remembered of orders: all SQL of this feature."""

from edge.orders.store.course import (
    Milestone,
    handed_over_on,
    milestones,
    milestones_of_day,
    pass_opens,
    reached,
    reached_at,
    unreached,
)
from edge.orders.store.orders import (
    add,
    being_made,
    by_code_tag,
    by_number,
    digest_rows,
    find,
    in_state,
    load,
    of_day,
    open_ids_of,
    open_orders,
    save,
)
from edge.orders.store.places import (
    OpenNumbers,
    free_bins,
    keep_number,
    last_number,
    who_is_in,
)
from edge.orders.store.said import keep_rating, rating, reason_of, say_why
from edge.orders.store.tables import migrations

__all__ = [
    "Milestone",
    "OpenNumbers",
    "add",
    "being_made",
    "by_code_tag",
    "by_number",
    "digest_rows",
    "find",
    "free_bins",
    "handed_over_on",
    "in_state",
    "keep_number",
    "keep_rating",
    "last_number",
    "load",
    "migrations",
    "milestones",
    "milestones_of_day",
    "of_day",
    "open_ids_of",
    "open_orders",
    "pass_opens",
    "rating",
    "reached",
    "reached_at",
    "reason_of",
    "save",
    "say_why",
    "unreached",
    "who_is_in",
]
