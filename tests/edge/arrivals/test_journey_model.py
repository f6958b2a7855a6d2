"""Any order of taps, scans, ranges, withdrawals and ends, against a model that is told in a few lines."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge.arrivals.rules import Doubted, How, Journey, Phase, Ring, Trail, journey
from edge.arrivals.rules.reports import RangeReport, follow

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RING = Ring()
CLAIMS, PROOFS = (How.TAP, How.BAY), (How.KIOSK, How.DOOR, How.STAFF)
TRAVELLING = (Phase.EN_ROUTE, Phase.NEAR, Phase.TURNED_AWAY)
NAMES = {"order_id", "mode", "how", "evidence", "bay", "why"}


class Story(RuleBasedStateMachine):
    """One customer, one order; beside the journey the model keeps only what a bystander would note."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.trail = Journey("o1"), Trail()
        self.now, self.seq = AT, 0
        self.happened: list[str] = []
        # The bystander's notes.
        self.claimed = self.proved = self.asked = self.over = False
        self.set_out_at: datetime = AT

    def step(self, act) -> None:
        """Do it as the store would; what is refused changes nothing."""
        before = self.state
        try:
            self.state, facts = act(before)
        except journey.JourneyOver:
            assert self.over
            return
        moves = {goal for origins, goal in journey.MOVES.values() if before.phase in origins}
        assert self.state.phase in moves | {before.phase}
        for fact in facts:
            assert set(fact.__struct_fields__) <= NAMES, "a fact never carries a range"
            assert fact.order_id == "o1"
            assert self.state != before, "nothing happens without a change"
        self.happened += [fact.kind for fact in facts]

    @rule(seconds=st.integers(0, 1_200))
    def time_passes(self, seconds):
        """Nothing happens by itself."""
        self.now += timedelta(seconds=seconds)

    @rule(distance_m=st.sampled_from([0.0, 20.0, 300.0, 450.0, 590.0, 900.0, 2_500.0, 9_000.0]))
    def a_range_comes(self, distance_m):
        """Never an arrival, whatever it says."""
        had = self.state.arrived_at
        self.seq += 1
        self.trail = follow(
            self.trail, RangeReport(self.seq, self.now.timestamp(), distance_m, 10.0)
        )
        self.step(lambda known: journey.advance(known, self.trail, RING, self.now))
        assert self.state.arrived_at == had, "ranges alone never say that somebody is here"
        if self.state.phase is Phase.NEAR:
            assert distance_m <= RING.off_m + 5.0
        elif self.state.phase in TRAVELLING:
            assert distance_m > RING.near_m

    @rule()
    def on_my_way(self):
        """Counts unless they are here; the same tap again within five minutes is the same start."""
        again = self.state.phase in (Phase.EN_ROUTE, Phase.NEAR) and (
            self.now - self.set_out_at < timedelta(minutes=5)
        )
        self.step(lambda known: journey.start(known, self.now))
        if not (self.over or self.claimed or self.proved or again):
            self.set_out_at, self.asked, self.trail = self.now, False, Trail()

    @rule(how=st.sampled_from(CLAIMS), is_impossible=st.booleans())
    def says_here(self, how, is_impossible):
        """Believed at once, unless it cannot be; then when it is said again."""
        hasty = self.state.phase is Phase.EN_ROUTE and self.now - self.set_out_at < timedelta(
            seconds=90
        )
        self.step(
            lambda known: journey.arrive(known, self.now, how=how, is_impossible=is_impossible)
        )
        if self.over or self.claimed or self.proved:
            return
        if (hasty or is_impossible) and not self.asked:
            self.asked = True
            assert self.state.asks_again
        else:
            self.claimed = True

    @rule(how=st.sampled_from(PROOFS), is_impossible=st.booleans())
    def is_seen(self, how, is_impossible):
        """What the store itself sees is evidence, at once."""
        self.step(
            lambda known: journey.arrive(known, self.now, how=how, is_impossible=is_impossible)
        )
        self.proved = self.proved or not self.over

    @rule()
    def withdraws(self):
        """What ranges told is gone; the asked-again may be gone with it, what was said stands."""
        self.step(journey.forget_range)
        self.trail = Trail()
        assert not {Doubted.PASSED_BY, Doubted.TURNED_BACK} & set(self.state.doubts)
        self.asked = self.state.asks_again
        assert self.state.phase is not Phase.NEAR

    @rule()
    def two_hours_pass(self):
        """Only who is on the way lapses, and may set out again."""
        was = self.state.phase in TRAVELLING
        self.step(lambda known: journey.lapse(known, self.now))
        if was:
            assert self.state == Journey("o1")
            self.asked = False

    @precondition(lambda self: len(self.happened) > 3)
    @rule(why=st.sampled_from(["served", "cancelled", "no_show"]))
    def ends(self, why):
        """Once; nothing follows."""
        self.step(lambda known: journey.end(known, self.now, why=why))
        self.over = True

    @invariant()
    def here_is_said_or_seen(self):
        """The journey has an arrival exactly when somebody said or saw it."""
        assert (self.state.arrived_at is not None) == (self.claimed or self.proved)
        assert (self.state.evidence_at is not None) == self.proved
        assert self.state.is_over == self.over

    @invariant()
    def both_clocks_agree_on_who_came(self):
        """Best evidence exists with the claim only, and no proof is later than it."""
        assert (self.state.best_evidence_at is None) == (self.state.arrived_at is None)
        for proof in (self.state.evidence_at, self.state.likely_at):
            if proof and self.state.best_evidence_at:
                assert self.state.best_evidence_at <= proof

    @invariant()
    def near_is_said_in_turns(self):
        """Near, not near, near: never twice the same."""
        turns = [
            kind
            for kind in self.happened
            if kind in ("customer_near", "customer_not_near", "journey_started", "journey_ended")
        ]
        assert not any(a == b == "customer_near" for a, b in pairwise(turns))

    @invariant()
    def doubts_are_named_once(self):
        """At most one way of looking odd, each doubt once."""
        held = self.state.doubts
        assert len(set(held)) == len(held)
        assert not {Doubted.PASSED_BY, Doubted.TURNED_BACK} <= set(held)


TestStory = Story.TestCase
TestStory.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
