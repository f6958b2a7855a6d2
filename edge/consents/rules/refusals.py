"""Why a consent is not taken."""

from sync.core.errors import Refusal


class NoticeUnknown(Refusal):
    """The answer belongs to no text that was shown here for this order."""

    code = "notice_unknown"
    status = 409
    sentence = "We cannot tell which text you answered. Please read it again."


class NoticeOutdated(Refusal):
    """The text was shown too long ago, or something was withdrawn since."""

    code = "notice_outdated"
    status = 409
    sentence = "This question is too old to be answered. Please read it again."


class ConsentNeeded(Refusal):
    """There is no permission for this, or not any more."""

    code = "consent_needed"
    status = 403
    sentence = "You have not allowed this, or you have stopped it. Nothing was kept."


class NoticeAltered(Refusal):
    """A consent text was edited instead of being published as a new version."""

    code = "notice_altered"
    status = 500
    sentence = "These consent texts were changed without a new version: {names}. The store does not start."
