"""A store's disk and an HQ that live in memory, and a network between them that can be told to misbehave."""

from __future__ import annotations

import random
from collections import deque

import msgspec

from sync.agent.disk import LogEnds, Remembered, Snapshot
from sync.agent.session import Session
from sync.agent.steps import Answer, Rest, Silence
from sync.core import chain
from sync.core.digest import TableDigest, row_digest
from sync.protocol import batch, wire
from sync.protocol.freshness import Session as HqSession
from sync.protocol.freshness import continued, greeted
from sync.protocol.limits import unpack
from sync.protocol.refusals import (
    EpochClosed,
    Forked,
    Gap,
    GenerationChanged,
    MovedOn,
    SyncRefusal,
)
from sync.protocol.signature import Signed

EPOCH = "e" * 32


class MemoryDisk:
    """A log of events, the records that came down, and what was remembered."""

    def __init__(self, epoch=EPOCH):
        self._epoch = epoch
        self.events = []
        self.links = [chain.genesis(epoch)]
        self.kept = Remembered()
        self.records = {}
        self.pages = []
        self.wanted = ""
        self.reports = []
        self.enrolled = "harbour-lane"

    def happen(self, count=1, kind="order_staged", note=""):
        """Events take place in the store."""
        for _ in range(count):
            seq = len(self.links)
            body = msgspec.json.encode({"order_id": f"o{seq}", "note": note})
            salt = bytes([seq % 256]) * 16
            event = batch.PushedEvent(
                kind, 1, f"o{seq}", f"2026-11-22T08:00:00.{seq:06d}+00:00", f"{seq:013d}.0000",
                "synced", "ken", "edge", msgspec.Raw(body), salt.hex(),
            )  # fmt: skip
            envelope = batch._envelope(seq, event, chain.body_hash(salt, body))
            self.events.append(event)
            self.links.append(chain.link(self.links[-1], envelope))

    def store_id(self):
        return self.enrolled

    def epoch(self):
        return self._epoch

    def ends(self):
        return LogEnds(first_kept=1, last_seq=len(self.events), last_chain=self.links[-1])

    def chain_at(self, seq):
        return self.links[seq] if seq < len(self.links) else None

    def events_after(self, seq, limit):
        return self.events[seq : seq + limit]

    def remembered(self):
        return self.kept

    def remember(self, **changes):
        self.kept = msgspec.structs.replace(self.kept, **changes)

    def want_epoch(self):
        self.wanted = self.wanted or f"{len(self._epoch):x}".rjust(32, "f")
        return self.wanted

    def wanted_epoch(self):
        return self.wanted

    def begin_epoch(self, name, common):
        again = list(zip(self.events[common:], self.links[common + 1 :], strict=True))
        self._epoch, self.wanted = name, ""
        self.events, self.links = [], [chain.genesis(name)]
        for event, link in again:
            first_id = event.original_id or chain.event_id(link)
            moved = msgspec.structs.replace(event, original_id=first_id)
            self.events.append(moved)
            proof = batch._body_hash(moved)
            envelope = batch._envelope(len(self.events), moved, proof)
            self.links.append(chain.link(self.links[-1], envelope))
        self.remember(acked=0, safe_through=0)
        return len(again)

    def apply_page(self, page):
        self.pages.append(page)
        for change in page.changes:
            self.records[change.record_id] = change.revision
        self.remember(generation=page.generation, position=page.position)

    def compare_clock(self, hq_at):
        pass

    def snapshot(self):
        rows = {"order": {key: row_digest(key, [value]) for key, value in self.records.items()}}
        tables = {"order": TableDigest.of((key, [value]) for key, value in self.records.items())}
        return Snapshot(
            ends=self.ends(), generation=self.kept.generation, position=self.kept.position,
            tables=tables, rows=rows,
        )  # fmt: skip

    def keep_report(self, report):
        self.reports.append(report)


class FakeHq:
    """What HQ promises, in the fewest lines; `refusals` are said instead of the next answers."""

    def __init__(self):
        self.links = [chain.genesis(EPOCH)]
        self.event_ids = []
        self.epochs = [EPOCH]
        self.logs = {}
        self.feed = []
        self.generation = "g1"
        self.session = HqSession()
        self.batch_events = 2000
        self.refusals = deque()
        self.asked = []
        self.batches = []
        self.closed = False
        self.reports = []
        self.table = {}

    def tell(self, record_id, revision=1):
        """A change for the store."""
        self.table[record_id] = revision
        self.feed.append(
            wire.Change(
                position=len(self.feed) + 1,
                record_type="order",
                record_id=record_id,
                revision=revision,
            )
        )

    def restart(self):
        """Sessions are forgotten."""
        self.session = HqSession(last_sequence=self.session.last_sequence)

    def answer(self, send):
        """One request."""
        self.asked.append(send.path.rsplit("/", 1)[1])
        if self.refusals:
            refusal, retry_after = self.refusals.popleft()
            return _no(refusal, retry_after)
        signed = Signed("harbour-lane", send.nonce, send.sequence)
        try:
            return Answer(
                200, wire.encode(self._answer(self.asked[-1], unpack(send.body), signed))
            )
        except SyncRefusal as refusal:
            return _no(refusal, None)

    def _answer(self, path, body, signed):
        if path == "hello":
            self.session = greeted(self.session, signed, f"n{len(self.asked)}")
            return self._hello(msgspec.json.decode(body, type=wire.Hello))
        self.session = continued(self.session, signed)
        if path == "push":
            return self._push(batch.read(body))
        if path == "fork":
            return self._fork(msgspec.json.decode(body, type=wire.Fork))
        if path == "pull":
            return self._pull(msgspec.json.decode(body, type=wire.Pull))
        return self._reconcile(msgspec.json.decode(body, type=wire.Reconcile))

    def _mark(self):
        return wire.Mark(seq=len(self.links) - 1, chain=self.links[-1].hex())

    def _hello(self, hello):
        if self.closed:
            raise EpochClosed
        return wire.Welcome(
            nonce=self.session.nonce, watermark=self._mark(), generation=self.generation,
            safe_through=0, server_at="", batch_events=self.batch_events, feed_head=len(self.feed),
            epoch_state="open" if hello.epoch == self.epochs[-1] else "closed",
        )  # fmt: skip

    def _fork(self, asked):
        if self.closed:
            raise EpochClosed
        if isinstance(asked, wire.LookBack):
            links = self.logs.get(asked.epoch, self.links)
            here = [
                mark.seq
                for mark in asked.marks
                if mark.seq < len(links) and links[mark.seq].hex() == mark.chain
            ]
            return wire.Common(seq=max(here, default=0))
        if asked.fresh not in self.epochs:
            self.logs[asked.epoch] = self.links
            self.epochs.append(asked.fresh)
            self.links = [chain.genesis(asked.fresh)]
        return wire.EpochOpened(epoch=asked.fresh)

    def _push(self, pushed):
        self.batches.append(len(pushed.events))
        here = len(self.links) - 1
        if pushed.first_seq > here + 1:
            raise Gap(seq=here)
        if self.links[pushed.first_seq - 1].hex() != pushed.prev_chain:
            raise Forked(seq=pushed.first_seq - 1)
        for link in batch.links(pushed):
            if link.seq <= here:
                if self.links[link.seq] != link.chain:
                    raise Forked(seq=link.seq)
                continue
            self.links.append(link.chain)
            if link.event_id not in self.event_ids:
                self.event_ids.append(link.event_id)
        return wire.PushReply(
            watermark=self._mark(), safe_through=0, batch_events=self.batch_events,
            feed_head=len(self.feed), generation=self.generation,
        )  # fmt: skip

    def _pull(self, pull):
        if pull.generation != self.generation:
            raise GenerationChanged
        changes = self.feed[pull.position : pull.position + min(3, pull.limit)]
        position = changes[-1].position if changes else pull.position
        return wire.Page(
            generation=self.generation, position=position, head=len(self.feed), changes=changes
        )

    def _reconcile(self, asked):
        if isinstance(asked, wire.NightReport):
            self.reports.append(asked)
            return wire.RowsAnswer()
        ours = TableDigest.of((key, [value]) for key, value in self.table.items())
        if isinstance(asked, wire.CompareHeads):
            if asked.last.seq != len(self.links) - 1 or asked.position != len(self.feed):
                raise MovedOn
            theirs = TableDigest.parse(asked.tables["order"].buckets, asked.tables["order"].count)
            answer = wire.TableAnswer(count=ours.count, differing=ours.differing(theirs))
            return wire.HeadsAnswer(
                chain_equal=asked.last.chain == self.links[-1].hex(), tables={"order": answer}
            )
        rows = {key: f"{row_digest(key, [value]):016x}" for key, value in self.table.items()}
        named = [key for key, digest in asked.rows["order"].items() if rows.get(key) != digest]
        return wire.RowsAnswer(
            differences=[
                wire.Difference(table="order", record_id=key, what="differs") for key in named
            ]
        )


def _no(refusal, retry_after):
    error = {"code": refusal.code, "message": refusal.message(), "details": refusal.details}
    return Answer(refusal.status, msgspec.json.encode({"error": error}), retry_after)


class Line:
    """Carries requests; `faults` say what happens to the next ones: ok, lost, reply_lost, twice, timeout."""

    def __init__(self, hq):
        self.hq = hq
        self.faults = deque()
        self.late = []

    def send(self, send):
        fault = self.faults.popleft() if self.faults else "ok"
        if fault in {"lost", "timeout"}:
            return Silence(fault, timed_out=fault == "timeout")
        answer = self.hq.answer(send)
        if fault == "twice":
            self.late.append((send.sequence, self.hq.answer(send)))
            self.late.append((send.sequence, answer))
        return Silence("reply lost") if fault == "reply_lost" else answer


class World:
    """One store, one HQ, one line, and a clock that only the test moves."""

    def __init__(self, seed=1):
        self.disk = MemoryDisk()
        self.hq = FakeHq()
        self.line = Line(self.hq)
        self.now = 100.0
        self.chance = random.Random(seed)
        self.start()

    def start(self):
        """The store's process begins."""
        self.session = Session(self.disk, self.chance.uniform)

    def step(self):
        """One step; the Send or Rest it was."""
        step = self.session.next(self.now)
        if isinstance(step, Rest):
            return step
        outcome = self.line.send(step)
        self.now += 0.01
        self.session.answered(step.sequence, outcome, self.now)
        for sequence, late in self.line.late:
            self.session.answered(sequence, late, self.now)
        self.line.late.clear()
        return step

    def run(self, most=200):
        """Go on until there is nothing left to do now; rests before that are slept through."""
        for _ in range(most):
            step = self.step()
            if isinstance(step, Rest):
                if self.status.settled or self.status.state in STUCK:
                    return self.status
                self.now += step.seconds
        raise AssertionError(f"no end in {most} steps: {self.status}")

    @property
    def status(self):
        """What people see."""
        return self.session.status(self.now)

    def agrees(self):
        """HQ holds the store's log, and the store HQ's feed."""
        return self.hq.links == self.disk.links and self.disk.records == self.hq.table


STUCK = {"forked", "epoch_closed", "not_enrolled", "gap_at_hq", "event_too_large"}
