"""What a store and HQ alike answer to a request they cannot read: one name for one fault."""

from __future__ import annotations

from sync.core.errors import Refusal


class NotJson(Refusal):
    """The body is not JSON, or too deep."""

    code = "not_json"
    status = 400
    sentence = "The request is not readable JSON: {problem}"


class WrongField(Refusal):
    """The body can be read, but is not what this route takes."""

    code = "wrong_field"
    status = 422
    sentence = "Something in the request is not as expected: {problem}"


class TooLarge(Refusal):
    """The body is larger than this route takes."""

    code = "too_large"
    status = 413
    sentence = "The request is too large; at most {limit_bytes} bytes are taken here."


class WrongContentType(Refusal):
    """Another kind of body is expected here."""

    code = "wrong_content_type"
    status = 415
    sentence = "Please send {expected}."


class WrongKey(Refusal):
    """The Idempotency-Key header is not usable."""

    code = "wrong_key"
    status = 400
    sentence = "The Idempotency-Key must be 8 to 200 printable characters."
