"""What is shown before a yes never changes under its version."""

from collections import Counter

import msgspec
import pytest

from edge.consents.rules import notices
from edge.consents.rules.purposes import FACTS, Purpose
from edge.consents.rules.refusals import NoticeAltered


def test_no_published_text_was_changed():
    """One letter more needs a new version beside the old one."""
    assert notices.altered() == []


def test_a_changed_letter_is_found(monkeypatch):
    """The check above can fail."""
    changed = msgspec.structs.replace(
        notices.NOTICES[0], title="Share your distance for this trip"
    )
    monkeypatch.setattr(notices, "NOTICES", (changed, *notices.NOTICES[1:]))
    assert len(notices.altered()) == 1
    with pytest.raises(NoticeAltered):
        notices.refuse_altered()


def test_every_text_comes_in_every_language_with_the_same_offer():
    """English and Japanese promise the same exchange."""
    versions = Counter((n.purpose, n.version, n.value_offer) for n in notices.NOTICES)
    assert set(versions.values()) == {2}
    assert {n.lang for n in notices.NOTICES} == {"en", "ja"}


def test_yes_and_no_are_equally_short():
    """No answer is made harder than the other."""
    for each in notices.NOTICES:
        assert len(each.no) <= len(each.yes)


def test_every_purpose_says_what_it_uses_and_how_long():
    """The five purposes of the design, each alone."""
    assert set(FACTS) == set(Purpose)
    assert all(facts.data_categories and facts.retention for facts in FACTS.values())


def test_an_unknown_language_reads_english():
    """Nobody is asked in a language that we do not have."""
    assert notices.newest(Purpose.ARRIVAL_TIMING, "ar").lang == "en"
    assert notices.newest(Purpose.MESSAGES, "en") is None
