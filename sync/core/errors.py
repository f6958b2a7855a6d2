"""Refusals: each a named kind with a code for machines and a sentence for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar


class Refusal(Exception):
    """The answer "no". Subclasses say which kind; `details` fill the holes of the sentence.

    `sentence` is English and the key of its translations; `status` is the HTTP status it travels with.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = "This is not possible now."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.code)

    def message(self, sentence: str | None = None) -> str:
        """The sentence, or its given translation, with the details filled in."""
        return (sentence or self.sentence).format(**self.details)


class NotFound(Refusal):
    """Unknown, foreign and deleted things answer alike."""

    code = "not_found"
    status = 404
    sentence = "There is nothing here."


def refusal_kinds(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal that is loaded, for the docs and the catalogues."""
    for kind in base.__subclasses__():
        yield kind
        yield from refusal_kinds(kind)
