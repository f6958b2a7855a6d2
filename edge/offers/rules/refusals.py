"""Why something about an offer is not possible."""

from __future__ import annotations

from sync.core.errors import NotFound, Refusal


class OfferUnknown(NotFound):
    """No offer here has this id."""

    code = "unknown_offer"
    sentence = "There is no such offer in this store."


class OfferOfHq(Refusal):
    """An offer that HQ owns is changed at HQ."""

    code = "offer_of_hq"
    sentence = "This offer comes from HQ and can only be changed there."


class NotOnThisPass(Refusal):
    """The offer is not one that this order's customer can be shown now."""

    code = "not_offered"
    sentence = "This offer cannot be added to your order any more."


class CannotBeReady(Refusal):
    """Accepting would make the customer wait."""

    code = "not_ready_in_time"
    sentence = "This would not be ready before you arrive, so it was not added."


class AlreadyUsed(Refusal):
    """Once per customer means once."""

    code = "already_used"
    sentence = "You have used this offer already. It is good once for each person."


class SoldOut(Refusal):
    """The limit of this store is reached."""

    code = "sold_out"
    sentence = "All of these are gone. Nothing was charged."


class NotYetValid(Refusal):
    """Before its first moment."""

    code = "not_yet_valid"
    sentence = "This offer has not begun yet."


class NoLongerValid(Refusal):
    """After its last moment, or withdrawn."""

    code = "no_longer_valid"
    sentence = "This offer is over."


class NoConsent(Refusal):
    """A pass was shown whose customer did not say yes to offers with the order."""

    code = "no_consent"
    status = 403
    sentence = "Offers with your order are off. You can use this offer without your pass."


class UnknownCode(NotFound):
    """A code that this store never made; one neutral answer for all of them."""

    code = "unknown_code"
    sentence = "We do not know this code. Please ask at the desk."


class WrongStore(Refusal):
    """A code of another store."""

    code = "wrong_store"
    sentence = "This code belongs to another store."


class ExtraUnknown(NotFound):
    """No order here has this extra."""

    code = "unknown_extra"
    sentence = "There is no such extra in this store."


class ExtraStateUnfit(Refusal):
    """The extra cannot go from where it is to where somebody wants it."""

    code = "extra_state_unfit"
    sentence = "This extra is {state} and cannot become {wanted}."


class FormUnknown(Refusal):
    """A form that this store did not make, or not for this page."""

    code = "unknown_form"
    sentence = "Please open the page again and try once more. Nothing was changed."
