"""Every "no" of this feature: a code for machines, a sentence for people."""

from typing import ClassVar

from sync.core.errors import Refusal


class OrderUnknown(Refusal):
    """No order of this id lives in this store."""

    code = "order_unknown"
    status = 404
    sentence = "There is no such order in this store."


class MoveRefused(Refusal):
    """A move that the table of legal moves does not hold; one subclass for each move."""

    status = 409
    code: ClassVar[str] = "move_refused"
    sentence: ClassVar[str] = "Order {number} is {state}: that is not possible now."


class NotReceived(MoveRefused):
    """Accepted twice, or too late."""

    code = "not_received"
    sentence = "Order {number} is {state}: only a new order can be accepted."


class NotAccepted(MoveRefused):
    """Picking begun on an order nobody accepted, or that is past picking."""

    code = "not_accepted"
    sentence = "Order {number} is {state}: picking can begin only on an accepted order."


class NotPicking(MoveRefused):
    """A pick on an order that nobody is picking."""

    code = "not_picking"
    sentence = "Order {number} is {state}: lines can be picked only after picking has begun."


class NotPicked(MoveRefused):
    """Staging an order whose lines were not all looked for."""

    code = "not_picked"
    sentence = "Order {number} is {state}: every line must be picked before it goes into a bin."


class FinishNotPossible(MoveRefused):
    """Making something for an order that is closed or not yet accepted."""

    code = "finish_not_possible"
    sentence = "Order {number} is {state}: nothing can be made for it now."


class NotStaged(MoveRefused):
    """Called ready without lying in a bin."""

    code = "not_staged"
    sentence = "Order {number} is {state}: only a staged order can become ready."


class NotReady(MoveRefused):
    """Brought out or handed over before it is complete."""

    code = "not_ready"
    sentence = "Order {number} is {state}: it is not ready to be handed over yet."


class NotCancellable(MoveRefused):
    """Cancelled after it was closed."""

    code = "not_cancellable"
    sentence = "Order {number} is {state}: it can no longer be cancelled."


class NotHeld(MoveRefused):
    """Called a no-show though it was not waiting for its customer."""

    code = "not_held"
    sentence = "Order {number} is {state}: only an order that waits can become a no-show."


class NotRestockable(MoveRefused):
    """Put back though its customer may still come, or it is back already."""

    code = "not_restockable"
    sentence = "Order {number} is {state}: only a cancelled or unfetched order can be put back."


class AlreadyPickedByAnother(Refusal):
    """Somebody else has claimed this order."""

    code = "already_being_picked"
    status = 409
    sentence = "{picking_by} is picking order {number}. Take it over if they cannot go on."


class ClaimIsYours(Refusal):
    """Taking over what one has already."""

    code = "claim_is_yours"
    status = 409
    sentence = "Order {number} is yours already: just go on."


class ClaimMovedOn(Refusal):
    """Meant to be taken from one person, while another has it by now."""

    code = "claim_moved_on"
    status = 409
    sentence = "Order {number} is with {picking_by} by now. Look again before you take it over."


class LineUnknown(Refusal):
    """The order has no line of this number."""

    code = "line_unknown"
    status = 404
    sentence = "Order {number} has no line {line_no}."


class LineIsMadeToOrder(Refusal):
    """A line that is made, not fetched."""

    code = "line_is_made_to_order"
    status = 409
    sentence = "Line {line_no} of order {number} is made to order: it is not picked from a shelf."


class LineComplete(Refusal):
    """Once more of what is complete."""

    code = "line_complete"
    status = 409
    sentence = "{name}: all {qty} are picked already. Put this one back."


class WrongItem(Refusal):
    """Something was scanned that this order does not want."""

    code = "wrong_item"
    status = 409
    sentence = "Wrong item. You scanned {scanned}. The order wants {expected}."


class ItemUnknown(Refusal):
    """A code that belongs to no product of the catalogue."""

    code = "item_unknown"
    status = 404
    sentence = "No product here has the code {scanned}. The order wants {expected}."


class SubstituteNotAllowed(Refusal):
    """The customer did not say yes to something else."""

    code = "substitute_not_allowed"
    status = 409
    sentence = "The customer wants no substitute for {name}. Note how many you found."


class SubstituteIsTheSame(Refusal):
    """The ordered product as its own substitute."""

    code = "substitute_is_the_same"
    status = 409
    sentence = "That is {name} itself. Count it as found."


class SubstituteIsMade(Refusal):
    """What is made to order is on no shelf."""

    code = "substitute_is_made_to_order"
    status = 409
    sentence = "{name} is made to order: it cannot go in for something from a shelf."


class SubstituteAsksAge(Refusal):
    """Nobody who ordered juice has said that they may be given wine."""

    code = "substitute_asks_age"
    status = 409
    sentence = "{name} is for grown-ups only, and {ordered} was not: choose something else."


class TooManyPicked(Refusal):
    """More in the basket than the customer ordered."""

    code = "too_many_picked"
    status = 422
    sentence = "Line {line_no} asks for {ordered}: {qty} is too many."


class BinMissing(Refusal):
    """Staged nowhere."""

    code = "bin_missing"
    status = 422
    sentence = "Say which bin the order is in."


class NothingToStage(Refusal):
    """Nothing of the order was found: what becomes of it is a person's decision."""

    code = "nothing_to_stage"
    status = 409
    sentence = "Nothing was found for order {number}. Look again, or cancel it and say why."


class BinIsTaken(Refusal):
    """Two open orders in one bin: sooner or later somebody hands out the wrong bag."""

    code = "bin_is_taken"
    status = 409
    sentence = (
        "Bin {bin} holds order {number} already. Use another bin, or give this place its own name."
    )


class NothingToFinish(Refusal):
    """The order has no line that is made to order."""

    code = "nothing_to_finish"
    status = 409
    sentence = "Order {number} has nothing that is made to order."


class FinishAlreadyStarted(Refusal):
    """Two people about to make the same coffee."""

    code = "finish_already_started"
    status = 409
    sentence = "Somebody has already begun to make this for order {number}."


class FinishNotStarted(Refusal):
    """Done without having been begun, or done twice."""

    code = "finish_not_started"
    status = 409
    sentence = "Nobody is making anything for order {number} at the moment."


class NotHandedOverYet(Refusal):
    """Asked how it was before it was."""

    code = "not_handed_over_yet"
    status = 409
    sentence = "Please tell us once you have your order."


class HoldNotOver(Refusal):
    """The customer still has time to come."""

    code = "hold_not_over"
    status = 409
    sentence = "Order {number} is kept until {hold_until}: its customer may still come."


class NothingToRestock(Refusal):
    """Nothing had been taken from the shelves."""

    code = "nothing_to_restock"
    status = 409
    sentence = "Nothing was picked for order {number}: there is nothing to put back."


class ReasonMissing(Refusal):
    """A cancellation or an override needs a reason."""

    code = "reason_missing"
    status = 422
    sentence = "Say why: a few words are enough."


class NumbersExhausted(Refusal):
    """Every public number belongs to an open order."""

    code = "numbers_exhausted"
    status = 503
    sentence = "Every order number is in use: close some orders first."


class WrongStoreOrder(Refusal):
    """An order that was routed to another store."""

    code = "wrong_store_order"
    status = 422
    sentence = "This order is for store {store_id}, not for this one."
