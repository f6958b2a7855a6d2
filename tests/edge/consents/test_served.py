"""An answer is bound to the text that was shown, to this order, and to its time."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.consents.rules import NoticeOutdated, NoticeUnknown, Purpose, served
from edge.consents.rules.notices import NOTICES, newest
from sync.core.canonical import canonical

AT = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
PEPPER = b"p" * 32


def shown(order_id="o1", known=0, now=AT):
    return served.serve(
        Purpose.ARRIVAL_TIMING, "ja", order_id=order_id, known=known, now=now, pepper=PEPPER
    )


def test_a_mark_is_read_back_to_what_was_shown():
    """Text, language, moment and known withdrawals come back out of it."""
    text = shown(known=3)
    again = served.read(
        text.served_id, order_id="o1", now=AT + timedelta(minutes=9), pepper=PEPPER
    )
    assert again == text
    assert (again.notice.lang, again.known) == ("ja", 3)


def test_the_mark_stays_the_same_for_five_minutes():
    """A page that asks every few seconds is told "not changed"."""
    assert shown().served_id == shown(now=AT + timedelta(minutes=2)).served_id
    assert shown().served_id != shown(now=AT + timedelta(minutes=4)).served_id


def test_a_text_is_good_for_a_quarter_of_an_hour():
    """Later than that it is read again."""
    with pytest.raises(NoticeOutdated):
        served.read(
            shown().served_id, order_id="o1", now=AT + timedelta(minutes=16), pepper=PEPPER
        )


def test_a_text_shown_in_the_future_is_not_taken():
    """A clock that went back makes the old page stale, not valid for ever."""
    with pytest.raises(NoticeOutdated):
        served.read(shown().served_id, order_id="o1", now=AT - timedelta(hours=1), pepper=PEPPER)


@pytest.mark.parametrize(
    ("order_id", "pepper"), [("o2", PEPPER), ("o1", b"q" * 32)], ids=["other order", "other store"]
)
def test_a_mark_is_good_for_its_own_order_and_store_only(order_id, pepper):
    """A yes cannot be carried over."""
    with pytest.raises(NoticeUnknown):
        served.read(shown().served_id, order_id=order_id, now=AT, pepper=pepper)


@given(st.text(max_size=80) | st.builds("{}.{}.{}.{}.{}.{}".format, *[st.text(max_size=9)] * 6))
def test_rubbish_is_no_mark(rubbish):
    """Whatever is sent, the refusal is named."""
    with pytest.raises(NoticeUnknown):
        served.read(rubbish, order_id="o1", now=AT, pepper=PEPPER)


@given(st.integers(0, 79), st.sampled_from("0123456789abcdef.x"))
def test_one_changed_letter_is_noticed(place, letter):
    """The MAC covers every part."""
    mark = shown().served_id
    place %= len(mark)
    forged = mark[:place] + letter + mark[place + 1 :]
    if forged != mark:
        with pytest.raises(NoticeUnknown):
            served.read(forged, order_id="o1", now=AT, pepper=PEPPER)


def test_the_mark_seals_how_long_a_yes_holds():
    """What was shown is what is granted, whatever the setting says by the time of the answer."""
    shown = served.serve(
        Purpose.ARRIVAL_TIMING,
        "en",
        order_id="o1",
        known=0,
        now=AT,
        pepper=b"p",
        minutes=90,
    )
    again = served.read(shown.served_id, order_id="o1", now=AT, pepper=b"p")
    assert (again.minutes, shown.minutes) == (90, 90)
    head, _, mac = shown.served_id.rpartition(".")
    forged = f"{head.rpartition('.')[0]}.9000.{mac}"
    with pytest.raises(NoticeUnknown):
        served.read(forged, order_id="o1", now=AT, pepper=b"p")


def test_only_the_time_is_left_open_in_a_text():
    """Everything else is as it was published."""
    holes = {hole for each in NOTICES for hole in re.findall(r"\{\w*\}", canonical(each).decode())}
    assert holes == {"{time}"}
    newest_now = {lang: newest(Purpose.ARRIVAL_TIMING, lang).version for lang in ("en", "ja")}
    assert newest_now == {"en": 2, "ja": 2}
