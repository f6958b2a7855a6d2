"""Every "no" of the front door. None of them says that something was not done."""

from __future__ import annotations

from sync.core.errors import Refusal


class UnknownHost(Refusal):
    """No store has called in under this name since the front door started."""

    code = "unknown_host"
    status = 421
    sentence = "No store is connected under this name."


class NotPublic(Refusal):
    """Staff pages and APIs are reached in the store only."""

    code = "not_found"
    status = 404
    sentence = "There is nothing here."


class MethodNotAllowed(Refusal):
    """Phones read and post; nothing else comes in from the road."""

    code = "method_not_allowed"
    status = 405
    sentence = "Only GET, HEAD and POST are possible here."


class BodyTooLarge(Refusal):
    """Stopped before it reaches the store's line."""

    code = "too_large"
    status = 413
    sentence = "This is too large: at most {limit} bytes."


class StoreUnreachable(Refusal):
    """The store's line is down."""

    code = "store_unreachable"
    status = 503
    sentence = "The store's internet connection is down. The store itself is open and working."


class StoreBusy(Refusal):
    """As many requests are under way as one line may carry."""

    code = "store_busy"
    status = 503
    sentence = "Too many requests at once. Please try again in a few seconds."


class NoAnswer(Refusal):
    """The store may have done it and the answer was lost: posts are sent again with the same key."""

    code = "no_answer"
    status = 504
    sentence = (
        "The store did not answer in time. It may have done what you asked; "
        "sending it again with the same key is safe."
    )


class BadAnswer(Refusal):
    """What came back was no answer of ours, or too large."""

    code = "bad_answer"
    status = 502
    sentence = "The store's answer could not be read."


class NotOneOfUs(Refusal):
    """Only HQ may poke, and only another front door may ask across."""

    code = "forbidden"
    status = 403
    sentence = "Only HQ and front doors may do this."


class Unreadable(Refusal):
    """What HQ or another front door said is not of the shape it should be."""

    code = "bad_request"
    status = 400
    sentence = "This request could not be read."
