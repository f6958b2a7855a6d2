"""What the session knows at this moment; the parts of a conversation read and change it."""

from __future__ import annotations

from dataclasses import dataclass

from sync.agent.disk import Disk
from sync.agent.steps import State
from sync.protocol.wire import Mark

SEQUENCES_AT_ONCE = 1000


@dataclass
class View:
    """Changing facts of one session, over one disk."""

    disk: Disk
    nonce: str = ""
    acked: int = 0
    safe_through: int = 0
    generation: str = ""
    position: int = 0
    pull_wanted: bool = True
    quarantined: int = 0
    # Why nothing is pushed, or pulled, if so: only people can end it.
    stopped: State | None = None
    # HQ's log and ours differ, and it can be mended between the two of us.
    has_forked: bool = False
    is_beyond_repair: bool = False
    deaf: State | None = None
    _sequence: int = 0
    _reserved: int = 0

    @classmethod
    def of(cls, disk: Disk) -> View:
        """The view after a start: what was remembered, and no session yet."""
        kept = disk.remembered()
        return cls(
            disk,
            acked=kept.acked,
            safe_through=kept.safe_through,
            generation=kept.generation,
            position=kept.position,
            _sequence=kept.sequence,
            _reserved=kept.sequence,
        )

    @property
    def backlog(self) -> int:
        """Events that HQ has not acknowledged."""
        return max(0, self.disk.ends().last_seq - self.acked)

    def next_sequence(self) -> int:
        """A request number never used before; numbers are reserved on disk by the thousand."""
        self._sequence += 1
        if self._sequence > self._reserved:
            self._reserved = self._sequence + SEQUENCES_AT_ONCE
            self.disk.remember(sequence=self._reserved)
        return self._sequence

    def jump_over(self, sequence: int) -> None:
        """HQ has seen numbers up to here: this box was restored."""
        self._sequence = max(self._sequence, sequence)

    def hello_again(self) -> None:
        """The session is over."""
        self.nonce = ""
        self.pull_wanted = True

    def agrees(self, mark: Mark) -> bool:
        """Whether HQ's history is ours as far as it goes; if not, pushing stops."""
        if mark.seq + 1 < self.disk.ends().first_kept:
            self.stopped = State.GAP_AT_HQ
            return False
        ours = self.disk.chain_at(mark.seq)
        if ours is None or ours.hex() != mark.chain:
            self.stopped, self.has_forked = State.FORKED, True
            return False
        return True

    def begin_anew(self) -> None:
        """Our log goes on in a fresh epoch: nothing of it was acknowledged yet."""
        self.stopped, self.has_forked, self.acked, self.safe_through = None, False, 0, 0
        self.hello_again()

    def acknowledged(self, mark: Mark, safe_through: int) -> None:
        """HQ holds everything up to here; its own watermark decides, also when it went back."""
        self.acked, self.safe_through = mark.seq, safe_through
        self.disk.remember(acked=mark.seq, safe_through=safe_through)
