"""The sync session: pure and single-threaded. It says what to send next; it is told what came back.

Clock readings, the disk and chance are handed in, and the network is whoever carries a Send to HQ. So a
simulator can lose, repeat and delay what it likes: an outcome under another sequence is no news.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from sync.agent.batches import Batches
from sync.agent.comparing import Comparing
from sync.agent.disk import Disk
from sync.agent.forking import Forking
from sync.agent.pace import LONGEST_WAIT_SECONDS, Pace, Uniform
from sync.agent.steps import Answer, Outcome, Rest, Send, Silence, State, Status, Step
from sync.agent.talks import Greeting, Pulling, Pushing, Talk
from sync.agent.telling import TELL_SECONDS, Look, Telling
from sync.agent.ticketing import Ticketing
from sync.agent.view import View
from sync.protocol.signature import NO_NONCE
from sync.protocol.wire import PATH

POLL_SECONDS = 2.0
_BUSY = frozenset({413, 429, 503})


class Session:
    """Drives one store's sync: hello, push, pull, and the night's comparison when one is asked for."""

    def __init__(
        self,
        disk: Disk,
        uniform: Uniform,
        *,
        poll_seconds: float = POLL_SECONDS,
        longest_wait: float = LONGEST_WAIT_SECONDS,
        look: Look | None = None,
    ) -> None:
        self._disk = disk
        self._who = disk.store_id()
        self._view = View.of(disk)
        self._pace = Pace(uniform, longest_wait)
        self._batches = Batches(self._view)
        self._poll_seconds = poll_seconds
        self._under_way: tuple[int, Talk, float] | None = None
        self._not_before = 0.0
        self._next_pull_at = 0.0
        self._look, self._next_tell_at = look, 0.0
        self._last_was_push = False
        self._contact_at: float | None = None
        self._trouble: State | None = None
        self._problem = ""
        self._mended = ""
        self._comparing: Comparing | None = None
        self._ticketing: Ticketing | None = None
        self._forking: Forking | None = None

    def next(self, now: float) -> Step:
        """What to do now; `now` is real monotonic time."""
        self._know_ourselves()
        if not self._who or self._under_way is not None:
            return Rest(self._poll_seconds)
        if now < self._not_before:
            return Rest(self._not_before - now)
        if now >= self._next_pull_at:
            self._view.pull_wanted = True
        talk = self._choose() or self._telling(now)
        if talk is None:
            return Rest(max(0.0, self._next_pull_at - now))
        return self._send(talk, now)

    def answered(self, sequence: int, outcome: Outcome, now: float) -> None:
        """What came back for a Send. Twice, late, or never asked for: no effect."""
        if self._under_way is None or self._under_way[0] != sequence:
            return
        _, talk, sent_at = self._under_way
        self._under_way = None
        if isinstance(outcome, Silence):
            talk.lost()
            if outcome.timed_out and isinstance(talk, Pushing):
                self._pace.halve()
            self._stumble(State.LINE_DOWN, outcome.reason, now)
        elif outcome.status == 200:
            self._contact_at = now
            self._read(talk, outcome, now - sent_at, now)
        else:
            self._contact_at = now
            self._refused(talk, outcome, now)
        if self._ticketing is not None and self._ticketing.is_over:
            self._ticketing = None

    def meanwhile(self) -> Callable[[], None] | None:
        """What another thread may do while the answer is awaited, and must have done before it is given."""
        talk = self._under_way[1] if self._under_way else None
        return talk.pack_ahead if isinstance(talk, Pushing) else None

    def woken(self) -> None:
        """Somebody knows of news, or that the line is back: look at once."""
        self._view.pull_wanted = True
        if self._trouble is not State.HQ_BUSY:
            self._not_before = 0.0

    def compare(self, business_date: str) -> Comparing:
        """Compare everything with HQ once nothing else is left to say."""
        self._comparing = Comparing(self._disk, business_date)
        return self._comparing

    def ask_ticket(self) -> Ticketing:
        """Ask for a ticket for the store's line, before anything else."""
        self._ticketing = Ticketing()
        return self._ticketing

    def status(self, now: float) -> Status:
        """For people."""
        view = self._view
        backlog = view.backlog if self._who else 0
        return Status(
            state=self._state(backlog),
            backlog=backlog,
            acked=view.acked,
            safe_through=view.safe_through,
            quarantined=view.quarantined,
            since_contact=None if self._contact_at is None else now - self._contact_at,
            problem=self._problem,
            settled=self._nothing_left(backlog),
            is_down=self._trouble is not None,
        )

    def _know_ourselves(self) -> None:
        """Enrolment may make us somebody else while we run: then everything begins anew."""
        who = self._disk.store_id()
        if who != self._who:
            self._who, self._view = who, View.of(self._disk)
            self._batches = Batches(self._view)
            self._forking = None
            self._under_way, self._trouble, self._not_before = None, None, 0.0

    def _state(self, backlog: int) -> State:
        if not self._who:
            return State.NOT_ENROLLED
        said = self._view.stopped or self._view.deaf or self._trouble
        if said is not None:
            return said
        if not self._view.nonce:
            return State.STARTING
        return State.UP_TO_DATE if self._nothing_left(backlog) else State.SYNCING

    def _nothing_left(self, backlog: int) -> bool:
        view = self._view
        if self._under_way is not None or not view.nonce:
            return False
        pushed = backlog == 0 or view.stopped is not None
        pulled = not view.pull_wanted or view.deaf is not None
        return pushed and pulled and self._comparing is None

    def _choose(self) -> Talk | None:
        view = self._view
        if not view.nonce:
            return Greeting(view)
        if self._ticketing is not None:
            return self._ticketing
        if view.has_forked and not view.is_beyond_repair:
            self._forking = self._forking or Forking(view)
            return self._forking
        if self._forking is not None:
            # What was packed ahead belongs to the epoch that is over.
            self._forking, self._batches = None, Batches(view)
        may_push = view.stopped is None and view.backlog > 0
        # A feed that began anew is read only after our own news is there; else they take turns.
        may_pull = view.pull_wanted and view.deaf is None and (view.position > 0 or not may_push)
        if may_push and not (may_pull and self._last_was_push):
            return Pushing(view, self._pace, self._batches)
        if may_pull:
            return Pulling(view)
        return self._comparing

    def _telling(self, now: float) -> Talk | None:
        """How we are, when nothing else is left to say and the last word on it is old."""
        if self._look is None or now < self._next_tell_at:
            return None
        self._next_tell_at = now + TELL_SECONDS
        return Telling(self._look)

    def _send(self, talk: Talk, now: float) -> Send:
        sequence = self._view.next_sequence()
        body = talk.body()
        self._under_way = (sequence, talk, now)
        self._last_was_push = isinstance(talk, Pushing)
        if isinstance(talk, Pulling):
            self._next_pull_at = now + self._poll_seconds
        nonce = NO_NONCE if isinstance(talk, Greeting) else self._view.nonce
        return Send(PATH + talk.path, body, nonce, sequence)

    def _read(self, talk: Talk, answer: Answer, seconds: float, now: float) -> None:
        try:
            talk.accepted(answer.body, seconds)
        except msgspec.MsgspecError as problem:
            talk.lost()
            self._stumble(State.REFUSED, f"HQ's answer cannot be read: {problem}", now)
            return
        if not isinstance(talk, Greeting):
            self._mended = ""
        self._well()

    def _well(self) -> None:
        self._pace.went_well()
        self._trouble, self._problem = None, ""
        if self._comparing is not None and self._comparing.is_over:
            self._comparing = None

    def _refused(self, talk: Talk, answer: Answer, now: float) -> None:
        code, details = _error(answer.body)
        busy = answer.status in _BUSY
        if busy and isinstance(talk, Pushing):
            self._pace.halve()
        if self._session_mended(code, details):
            talk.lost()
            return
        if talk.refused(code):
            self._well()
            return
        talk.lost()
        state = State.HQ_BUSY if busy else State.REFUSED
        self._stumble(state, f"{answer.status} {code}", now, retry_after=answer.retry_after)

    def _session_mended(self, code: str, details: dict[str, Any]) -> bool:
        """Whether asking once more at once will help; the same twice running will not."""
        if code == "sequence_seen":
            self._view.jump_over(_number(details.get("last_sequence")))
        elif code == "unknown_session":
            self._view.hello_again()
        else:
            return False
        once_more, self._mended = code != self._mended, code
        return once_more

    def _stumble(
        self, state: State, problem: str, now: float, *, retry_after: float | None = None
    ) -> None:
        self._trouble, self._problem = state, problem
        self._not_before = now + self._pace.wait(retry_after)


def _error(body: bytes) -> tuple[str, dict[str, Any]]:
    """Code and details of the one error shape; a proxy's page has neither."""
    try:
        error = msgspec.json.decode(body)["error"]
        return str(error["code"]), dict(error.get("details") or {})
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return "unreadable", {}


def _number(value: object) -> int:
    """A number among the details of a refusal; HQ writes them all as text."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0
