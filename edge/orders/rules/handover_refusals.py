"""Why goods are not given out: each reason says what the customer or staff could change."""

from sync.core.errors import Refusal


class CodeUnreadable(Refusal):
    """Not a code of ours at all."""

    code = "code_unreadable"
    status = 422
    sentence = "This is not a pickup code. It has 8 letters and digits, as on the pickup pass."


class CodeUnknown(Refusal):
    """Well-formed, but no order here has it."""

    code = "code_unknown"
    status = 404
    sentence = "No order in this store has this code. The name of your store stands at the top of your pass."


class CodeSpent(Refusal):
    """The code gave out the goods once, and that handover was undone: it does not do so again."""

    code = "code_spent"
    status = 409
    sentence = "The code of order {number} was used, and its handover undone. Hand over without it and say why."


class CodeForAnotherStore(Refusal):
    """A pass of another store of the chain."""

    code = "code_for_another_store"
    status = 409
    sentence = "This pass is for another store: {store}. This is {here}."


class CodeForAnotherOrder(Refusal):
    """A good pass, but not the one of the order on the counter."""

    code = "code_for_another_order"
    status = 409
    sentence = "This pass belongs to order {other}, not to order {number}."


class AlreadyHandedOver(Refusal):
    """Single use: the goods are gone, and we know when."""

    code = "already_handed_over"
    status = 409
    sentence = "Order {number} was already handed over at {at}."


class OrderWasCancelled(Refusal):
    """The code died with its order."""

    code = "order_was_cancelled"
    status = 409
    sentence = "Order {number} was cancelled. Its code is no longer good."


class OrderWasNotFetched(Refusal):
    """The code died with the hold: the order became a no-show."""

    code = "order_was_not_fetched"
    status = 409
    sentence = "Order {number} was not fetched in time and is going back to the shelves."


class HoldEnded(Refusal):
    """Too late by the clock, while the goods may still lie in the bin."""

    code = "hold_ended"
    status = 409
    sentence = "Order {number} was kept until {hold_until}. An override can still hand it over."


class CodeOrOverride(Refusal):
    """Neither a code nor a reason, or both."""

    code = "code_or_override"
    status = 422
    sentence = "Scan the pass or give a reason for handing over without it: one of the two."
