"""The running sync of a store: the agent, what wakes it, and the night."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.base import store_record, sync_store
from edge.base.edge import Edge
from edge.base.following import Follower
from edge.sync_bindings import enrolment, health
from edge.sync_bindings.disk import EdgeDisk
from sync.agent import keys
from sync.agent.pace import LONGEST_WAIT_SECONDS
from sync.agent.runner import Agent
from sync.agent.session import Session
from sync.agent.steps import Status
from sync.agent.transport import HttpTransport, Transport
from sync.doors import control
from sync.protocol.wire import Enrolled, NightReport

# Nothing in a rehearsal may take longer than its conductor is willing to wait.
REHEARSAL_WAIT_SECONDS = 1.0
# A night's slot after midnight closes the day before it.
DAY_TURNS_AFTER = timedelta(hours=6)


class SyncService:
    """Sync of one open store; a part of the edge, so that jobs and commands find it."""

    def __init__(self, edge: Edge, transport: Transport | None = None) -> None:
        self._edge = edge
        waits = REHEARSAL_WAIT_SECONDS if control.is_rehearsal() else LONGEST_WAIT_SECONDS
        self._disk = EdgeDisk(edge)
        session = Session(
            self._disk,
            edge.ids.uniform,
            poll_seconds=edge.settings.poll_seconds,
            longest_wait=waits,
            look=lambda: health.look(edge),
        )
        over_http = HttpTransport(
            lambda: enrolment.hq_url(edge), self._key, self._disk.store_id, edge.clock.wall
        )
        self.agent = Agent(session, transport or over_http, edge.clock)
        self._follower = Follower("sync", edge, self._log_grew, start_at=edge.log.durable_seq)

    def start(self) -> None:
        """Begin to sync; a night that is owed is made up for."""
        self.agent.start()
        self._follower.start()
        with self._edge.read() as reader:
            owed = sync_store.night_owed(reader)
        if owed:
            self.agent.want_compare(owed)

    @property
    def is_running(self) -> bool:
        """Whether the agent's thread is at work."""
        return self.agent.is_running

    def stop(self) -> None:
        """Stop syncing."""
        self._follower.stop()
        self.agent.stop()

    def poke(self) -> None:
        """HQ has news for us."""
        self.agent.poke()

    def settle(self) -> Status:
        """Return when nothing is left to exchange, or the line is known to be down."""
        return self.agent.settle()

    def status(self) -> Status:
        """For the board's header."""
        return self.agent.status()

    def enrol(self, url: str, code: str) -> Enrolled:
        """Become a store of the HQ at `url`, and begin with it at once."""
        enrolled = enrolment.enrol(self._edge, url, code)
        self.agent.nudge()
        return enrolled

    def compare(self, business_date: str) -> NightReport | None:
        """The night's comparison; None if it has to wait for the line."""
        self._edge.write(lambda unit: sync_store.owe_night(unit, business_date))
        return self.agent.compare(business_date)

    def _key(self) -> Ed25519PrivateKey:
        return keys.make(self._edge.home)

    def _log_grew(self, _seq: int) -> int:
        seq = self._edge.log.durable_seq
        self.agent.nudge()
        return seq


def nightly(edge: Edge) -> str:
    """The job of the night: push, pull, compare; returns what there is to say."""
    service = edge.part(SyncService)
    with edge.read() as reader:
        zone = store_record.load(reader).zone
        if not sync_store.enrolled_as(reader):
            return "this store has no HQ to compare with"
    day = (edge.clock.now().astimezone(zone) - DAY_TURNS_AFTER).date().isoformat()
    report = service.compare(day)
    if report is None:
        return "HQ cannot be reached; compared after the next contact"
    if report.chain_equal and report.digests_equal:
        return f"equal at event {report.seq}"
    named = ", ".join(f"{each.table} {each.record_id} {each.what}" for each in report.differences)
    return f"not equal at event {report.seq}: {named or 'the logs differ'}"
