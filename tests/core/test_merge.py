"""Laws of the merge rules: order, grouping and repetition never matter."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync.core.merge import consent, facts, fields, revision

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ids = st.sampled_from("abcdef")
instants = st.integers(-5, 5).map(lambda hours: NOON + timedelta(hours=hours))
grants = st.builds(
    consent.Grant,
    grant_id=ids,
    granted_at=instants,
    expires_at=st.none() | instants,
    order_id=st.sampled_from(["", "o1", "o2"]),
    seen=st.lists(ids, max_size=3).map(lambda seen: tuple(sorted(set(seen)))),
)
consents = st.builds(
    lambda given_, withdrawn: reduce(
        consent.withdraw, withdrawn, reduce(consent.grant, given_, consent.Consent())
    ),
    st.lists(grants, max_size=4),
    st.lists(ids, max_size=3),
)
written = st.builds(fields.Written, value=st.integers(0, 3), hlc=ids, store_id=ids, event_id=ids)
profiles = st.dictionaries(ids, written, max_size=4).map(lambda each: dict(sorted(each.items())))
redemptions = st.dictionaries(ids, st.integers(0, 3), max_size=4).map(
    lambda each: dict(sorted(each.items()))
)


class Revised(msgspec.Struct, frozen=True):
    """A record with one owner."""

    revision: int
    text: str


revised = st.builds(Revised, st.integers(1, 3), ids)


def laws(merge, one, two, three):
    """Commutative, associative, idempotent."""
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, one) == one


@given(consents, consents, consents)
def test_consents_merge_as_sets(one, two, three):
    """Duplicates and reordering are harmless."""
    laws(consent.merge, one, two, three)


@given(profiles, profiles, profiles)
def test_profile_fields_merge_one_by_one(one, two, three):
    """Every replica ends with the same values."""
    laws(fields.merge, one, two, three)


@given(redemptions, redemptions, redemptions)
def test_facts_merge_as_a_set(one, two, three):
    """Facts are never overwritten by later news."""
    laws(facts.merge, one, two, three)
    assert set(facts.merge(one, two)) == {*one, *two}


@given(revised, revised, revised)
def test_the_highest_revision_stands(one, two, three):
    """The owner's count decides."""
    laws(revision.merge, one, two, three)
    assert revision.merge(one, two).revision == max(one.revision, two.revision)


@given(st.lists(consents, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_withdrawal_is_never_lost(known, chance):
    """Whatever is merged in whatever order, every withdrawal is still there and forbids what has not seen it."""
    everything = {each for one in known for each in one.withdrawals}
    chance.shuffle(known)
    merged = reduce(consent.merge, known)
    assert set(merged.withdrawals) == everything
    standing = consent.standing_grant(merged, NOON)
    assert standing is None or everything <= set(standing.seen)


@given(consents, consents)
def test_hearing_of_more_withdrawals_never_allows_what_was_forbidden(one, other):
    """Only a new grant can open the door again."""
    more = consent.Consent(grants=one.grants, withdrawals=(*one.withdrawals, *other.withdrawals))
    if consent.standing_grant(one, NOON) is None:
        assert consent.standing_grant(more, NOON) is None


def test_a_grant_with_a_later_clock_does_not_undo_a_withdrawal_it_had_not_seen():
    """No clock in the rule."""
    yes = consent.Grant(grant_id="g", granted_at=NOON + timedelta(days=365))
    assert (
        consent.standing_grant(
            consent.withdraw(consent.grant(consent.NOTHING_KNOWN, yes), "w"), NOON
        )
        is None
    )


def test_a_grant_that_has_seen_the_withdrawal_opens_the_door_again():
    """Asked again, and said yes."""
    again = consent.Grant(grant_id="g2", granted_at=NOON, seen=("w",))
    assert (
        consent.standing_grant(consent.Consent(grants=(again,), withdrawals=("w",)), NOON) == again
    )


def test_a_grant_holds_for_its_order_and_until_its_end():
    """Consent is for one trip."""
    yes = consent.Grant(
        grant_id="g", granted_at=NOON, order_id="o1", expires_at=NOON + timedelta(hours=2)
    )
    known = consent.grant(consent.NOTHING_KNOWN, yes)
    assert consent.standing_grant(known, NOON, "o1") == yes
    assert consent.standing_grant(known, NOON, "o2") is None
    assert consent.standing_grant(known, NOON + timedelta(hours=2), "o1") is None


def test_unknown_profile_fields_are_carried_along():
    """A newer store's field survives an older one."""
    new = {"shoe_size": fields.Written(value=42, hlc="1", store_id="s", event_id="e")}
    assert fields.merge({}, new) == new
