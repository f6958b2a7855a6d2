"""The sync session against an HQ in memory, over a line that misbehaves."""

import random

import pytest

from sync.agent.steps import SENTENCES, Answer, Rest, Send, State
from sync.core import chain
from sync.protocol.refusals import Busy, EpochClosed, Malformed, SignatureRefused, TooLarge
from tests.agent.fakes import EPOCH, MemoryDisk, World


@pytest.fixture
def world():
    """A store with some history, an HQ with some news."""
    world = World()
    world.disk.happen(250)
    for number in range(7):
        world.hq.tell(f"o{number}")
    return world


def test_what_happened_goes_up_and_what_is_new_comes_down(world):
    """hello, push, pull, until nothing is left."""
    assert world.run().state is State.UP_TO_DATE
    assert world.agrees()
    assert world.hq.asked[0] == "hello"
    assert world.status.backlog == 0


def test_news_are_looked_for_every_two_seconds(world):
    """Poll fallback when nobody pokes."""
    world.run()
    rest = world.step()
    assert isinstance(rest, Rest)
    assert rest.seconds <= 2
    world.hq.tell("late")
    world.now += rest.seconds
    world.run()
    assert world.agrees()


def test_a_poke_makes_us_look_at_once(world):
    """No waiting for the poll."""
    world.run()
    world.hq.tell("late")
    world.session.woken()
    assert isinstance(world.step(), Send)
    assert "late" in world.disk.records


def test_a_lost_reply_is_asked_for_again_and_nothing_is_doubled(world):
    """HQ had committed; its watermark says so."""
    world.line.faults.extend(["ok", "reply_lost", "reply_lost"])
    world.run()
    assert world.agrees()
    assert len(set(world.hq.event_ids)) == len(world.hq.event_ids) == 250


def test_a_reply_that_comes_twice_counts_once(world):
    """The second is under a sequence that nobody waits for."""
    world.line.faults.extend(["twice"] * 8)
    world.run()
    assert world.agrees()


def test_a_reply_to_another_request_is_no_news(world):
    """Reordered replies."""
    send = world.session.next(world.now)
    world.session.answered(send.sequence + 1, Answer(200, b"{}"), world.now)
    world.session.answered(send.sequence - 1, Answer(200, b"{}"), world.now)
    assert world.status.state is State.STARTING
    assert isinstance(world.session.next(world.now), Rest), "one request at a time"


@pytest.mark.parametrize("seed", range(25))
def test_any_mix_of_faults_ends_in_agreement(seed):
    """Lost, repeated, timed out, HQ restarted, store restarted, news on both sides: then it heals."""
    chance = random.Random(seed)
    world = World(seed)
    for round_ in range(40):
        world.disk.happen(chance.randrange(30))
        if chance.random() < 0.4:
            world.hq.tell(f"o{chance.randrange(20)}", round_ + 1)
        world.line.faults.append(
            chance.choice(["ok", "ok", "lost", "reply_lost", "twice", "timeout"])
        )
        if chance.random() < 0.1:
            world.hq.restart()
        if chance.random() < 0.1:
            world.start()
        step = world.step()
        world.now += getattr(step, "seconds", 0.0)
    world.line.faults.clear()
    assert world.run().state is State.UP_TO_DATE
    assert world.agrees()


def test_hq_restarted_means_hello_again(world):
    """The nonce is unknown; no data is lost and no wait is needed."""
    world.run()
    world.hq.restart()
    world.disk.happen(3)
    before = world.now
    world.run()
    assert world.agrees()
    assert world.now - before < 0.2


def test_hq_back_from_a_backup_gets_again_what_it_lost(world):
    """Its own watermark decides, and the feed is read from its start."""
    world.run()
    del world.hq.links[101:]
    del world.hq.feed[5:]
    world.hq.table = {f"o{number}": 1 for number in range(5)}
    world.hq.generation = "g2"
    world.hq.restart()
    world.disk.happen(1)
    world.session.woken()
    world.run()
    assert world.hq.links == world.disk.links
    assert world.disk.kept.generation == "g2"
    assert world.disk.kept.position == 5
    after_hello = world.hq.asked[len(world.hq.asked) - world.hq.asked[::-1].index("hello") :]
    assert after_hello == ["push", "pull", "pull"], "our news first, then the new feed"


def test_a_restored_store_jumps_over_the_numbers_it_used_before(world):
    """409 with the last sequence."""
    world.run()
    world.disk.remember(sequence=0)
    world.start()
    world.run()
    assert world.agrees()


def gone_on(world, common, more):
    """The store is restored to its first `common` events and goes on selling."""
    restored = MemoryDisk()
    restored.happen(common)
    restored.happen(more, kind="order_cancelled")
    restored.kept, restored.records = world.disk.kept, dict(world.disk.records)
    world.disk = restored
    world.start()
    return restored


@pytest.mark.parametrize(("common", "more"), [(100, 150), (100, 0), (0, 30), (249, 1), (100, 700)])
def test_a_restored_store_goes_on_in_a_fresh_epoch(world, common, more):
    """What HQ has stays, what it lacks is sent again under its own ids, and nothing comes twice."""
    world.run()
    before = list(world.hq.event_ids)
    restored = gone_on(world, common, more)
    own = [chain.event_id(link) for link in restored.links[common + 1 :]]
    world.hq.tell("new")
    status = world.run()
    assert (status.state, status.backlog) == (State.UP_TO_DATE, 0)
    assert world.hq.event_ids == before + own
    assert len(world.hq.epochs) == 2
    assert world.agrees()
    assert "new" in restored.records


def test_where_two_logs_part_is_found_in_a_few_questions(world):
    """Whatever their length: a few hundred places a question."""
    world.disk.happen(5000)
    world.run(500)
    gone_on(world, 4321, 900)
    asked = len(world.hq.asked)
    world.run(500)
    assert world.hq.asked[asked:].count("fork") <= 4
    assert world.agrees()


@pytest.mark.parametrize("fault", ["lost", "reply_lost", "twice"])
def test_a_fresh_epoch_is_opened_once_whatever_the_line_does(world, fault):
    """Its name is remembered before HQ is asked for it."""
    world.run()
    gone_on(world, 100, 20)
    for _ in range(4):
        world.line.faults.extend(["ok", fault])
    for _ in range(40):
        world.step()
        world.now += 31
    assert world.run().state is State.UP_TO_DATE
    assert len(world.hq.epochs) == 2


def test_a_store_that_dies_between_hqs_answer_and_its_own_commit_asks_again(world):
    """The old epoch is closed by then; the name that was wanted tells that it was for us."""
    world.run()
    restored = gone_on(world, 100, 20)
    begin = restored.begin_epoch

    def dies(name, common):
        raise OSError("power")

    restored.begin_epoch = dies
    with pytest.raises(OSError, match="power"):
        world.run()
    restored.begin_epoch = begin
    world.start()
    assert world.run().state is State.UP_TO_DATE
    assert len(world.hq.epochs) == 2


def test_a_fork_that_hq_does_not_mend_stops_the_push(world):
    """Somebody has to decide; orders still come down, and everybody can see why."""
    world.run()
    restored = gone_on(world, 100, 150)
    world.hq._fork = refused_as_closed
    world.hq.tell("new")
    status = world.run()
    assert status.state is State.FORKED
    assert "restored" in status.sentence
    assert "new" in restored.records, "orders still come down"
    assert len(world.hq.event_ids) == 250


def refused_as_closed(_asked):
    raise EpochClosed


def test_a_closed_epoch_stops_the_push(world):
    """The box was replaced."""
    world.hq.closed = True
    for _ in range(3):
        world.now += 31
        world.step()
    assert world.status.state is State.EPOCH_CLOSED


def test_an_hq_behind_what_we_still_keep_is_an_alarm(world, monkeypatch):
    """HQ broke its promise; no silent gap."""
    ends = world.disk.ends()
    monkeypatch.setattr(
        world.disk,
        "ends",
        lambda: type(ends)(first_kept=50, last_seq=250, last_chain=ends.last_chain),
    )
    assert world.run().state is State.GAP_AT_HQ


def test_batches_double_while_hq_is_fast_and_stop_at_its_ceiling(world):
    """100, 200, 400 ... and HQ's wish is the end."""
    world.hq.batch_events = 700
    world.disk.happen(4000)
    world.run()
    assert world.hq.batches[:5] == [100, 200, 400, 700, 700]


@pytest.mark.parametrize("fault", ["timeout", "too_large", "busy"])
def test_batches_halve_on_trouble(world, fault):
    """413, 503 and time-outs say: less at once."""
    world.step()
    if fault == "timeout":
        world.line.faults.append("timeout")
    else:
        world.hq.refusals.append(
            (TooLarge(limit=1) if fault == "too_large" else Busy(seconds=1), None)
        )
    world.step()
    world.now += 60
    while not world.hq.batches:
        world.step()
    assert world.hq.batches[0] == 50


def test_a_batch_stays_under_its_packed_size(world):
    """256 KiB, however many events that is."""
    chance = random.Random(1)
    for _ in range(30):
        world.disk.happen(1, note="".join(chance.choices("0123456789abcdef", k=30_000)))
    sizes = []
    send = world.line.send
    world.line.send = lambda each: sizes.append(len(each.body)) or send(each)
    world.run()
    assert world.agrees()
    assert 100_000 < max(sizes) <= 256 * 1024


def test_one_event_that_hq_cannot_take_stops_visibly(world):
    """Never dropped, never in a silent loop."""
    world.step()
    world.hq.refusals.extend([(TooLarge(limit=1), None)] * 12)
    for _ in range(30):
        world.now += 60
        if not isinstance(world.step(), Rest) and world.status.state is State.EVENT_TOO_LARGE:
            break
    assert world.status.state is State.EVENT_TOO_LARGE


def test_hq_says_when_to_come_back_and_is_not_undercut(world):
    """Retry-After with full jitter; not even a poke shortens it."""
    world.hq.refusals.append((Busy(seconds=20), 20.0))
    world.step()
    assert world.status.state is State.HQ_BUSY
    world.session.woken()
    rest = world.session.next(world.now)
    assert isinstance(rest, Rest)
    assert 20 <= rest.seconds <= 40


def test_waits_grow_with_jitter_up_to_thirty_seconds(world):
    """No thundering herd."""
    world.line.faults.extend(["lost"] * 40)
    waits = []
    for _ in range(80):
        step = world.step()
        if isinstance(step, Rest):
            waits.append(step.seconds)
            world.now += step.seconds
    assert world.status.state is State.LINE_DOWN
    assert max(waits) <= 30
    assert max(waits[-10:]) > 2
    assert len(set(waits)) > 10


def test_a_poke_after_a_cut_is_tried_at_once(world):
    """The line is back: no need to wait the back-off out."""
    world.line.faults.extend(["lost"] * 6)
    for _ in range(10):
        step = world.step()
        world.now += getattr(step, "seconds", 0)
    world.line.faults.clear()
    world.session.woken()
    world.run()
    assert world.agrees()


@pytest.mark.parametrize("refusal", [SignatureRefused(reason="x"), Malformed(reason="x")])
def test_a_refused_store_says_so_and_tries_slowly(world, refusal):
    """Somebody must look at it; it is not hammered."""
    world.hq.refusals.extend([(refusal, None)] * 3)
    world.step()
    assert world.status.state is State.REFUSED
    assert refusal.code in world.status.problem
    assert isinstance(world.session.next(world.now), Rest)


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"nonce": 3}'])
def test_an_answer_that_cannot_be_read_changes_nothing(world, body):
    """A captive portal answers 200 to everything."""
    send = world.session.next(world.now)
    world.session.answered(send.sequence, Answer(200, body), world.now)
    assert world.status.state is State.REFUSED
    world.now += 60
    world.run()
    assert world.agrees()


@pytest.mark.parametrize(
    "body", [b"<html>502</html>", b'{"error": []}', b'{"error": {"code": "x"}}']
)
def test_an_error_that_cannot_be_read_is_only_an_error(world, body):
    """A proxy in between."""
    send = world.session.next(world.now)
    world.session.answered(send.sequence, Answer(502, body), world.now)
    world.now += 60
    world.run()
    assert world.agrees()


def test_endless_unknown_sessions_are_not_hammered(world):
    """Asked again at once only the first time."""
    world.hq.session = type(world.hq.session)()
    original = world.hq._answer

    def forgetful(path, body, signed):
        answer = original(path, body, signed)
        world.hq.restart()
        return answer

    world.hq._answer = forgetful
    sends = sum(isinstance(world.step(), Send) for _ in range(50))
    assert sends < 10


def test_an_unenrolled_store_sends_nothing(world):
    """It works on its own."""
    world.disk.enrolled = ""
    world.start()
    assert isinstance(world.session.next(world.now), Rest)
    assert world.status.state is State.NOT_ENROLLED


def test_request_numbers_survive_a_restart_without_a_write_each(world):
    """Reserved by the thousand."""
    world.run()
    reserved = world.disk.kept.sequence
    assert reserved >= 1000
    world.start()
    assert world.session.next(world.now).sequence > reserved


def test_the_night_compares_and_both_ends_keep_the_report(world):
    """Chains and tables equal."""
    comparing = world.session.compare("2026-11-22")
    world.run()
    assert comparing.report.chain_equal
    assert comparing.report.digests_equal
    assert comparing.report.tables == {"order": 7}
    assert world.disk.reports == world.hq.reports == [comparing.report]


def test_the_night_names_a_row_that_was_changed_at_hq(world):
    """An operator's edit by hand is found."""
    world.run()
    world.hq.table["o3"] = 99
    comparing = world.session.compare("2026-11-22")
    world.run()
    assert not comparing.report.digests_equal
    assert [each.record_id for each in comparing.report.differences] == ["o3"]


def test_the_night_waits_for_the_line(world):
    """Owed, and done after the next contact."""
    comparing = world.session.compare("2026-11-22")
    world.line.faults.extend(["lost"] * 5)
    for _ in range(10):
        world.now += getattr(world.step(), "seconds", 0)
    assert not comparing.is_over
    world.line.faults.clear()
    world.run()
    assert comparing.report.digests_equal


def test_a_comparison_that_never_finds_rest_says_so(world):
    """A forked log cannot be compared: chain_equal is false, and the report is kept."""
    world.run()
    world.hq.links.append(b"x" * 32)
    comparing = world.session.compare("2026-11-22")
    world.run()
    assert comparing.is_over
    assert not comparing.report.chain_equal


def test_when_everything_differs_a_part_is_named(world):
    """The question stays small enough to be asked."""
    for number in range(3000):
        world.hq.tell(f"p{number}")
    world.run(3000)
    world.hq.table = dict.fromkeys(world.hq.table, 99)
    comparing = world.session.compare("2026-11-22")
    world.run()
    assert 64 <= len(comparing.report.differences) < 600


def test_a_comparison_that_hq_refuses_ends_as_not_equal(world):
    """It does not stand in the way for ever."""
    world.run()
    comparing = world.session.compare("2026-11-22")

    def refuse(asked):
        raise Malformed(reason="x")

    world.hq._reconcile = refuse
    for _ in range(40):
        world.now += getattr(world.step(), "seconds", 0)
    assert comparing.is_over
    assert not comparing.report.digests_equal
    assert world.run().state is State.UP_TO_DATE


def test_every_state_has_a_sentence():
    """People read these."""
    assert set(SENTENCES) == set(State)
    assert EPOCH
