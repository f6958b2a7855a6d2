"""The pieces that staff screens draw: cards, marks, buttons. Every word is already in the reader's language."""

from __future__ import annotations

from typing import Any

import msgspec


class Mark(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A small sign with its word: a bin, a zone, a flag. `said` is for screen readers."""

    text: str
    icon: str = ""
    said: str = ""
    tone: str = ""


class Button(msgspec.Struct, kw_only=True):
    """A legal next step: what it is called, and the request that takes it.

    `asks` names what a person must add first: bin, code, reason, qty, swap, or confirm (`about` is the question),
    out of `choices` if there are any, or of what `find` answers. Done, it closes the order, or `opens` one.
    """

    label: str
    url: str
    method: str = "POST"
    body: dict[str, Any] = {}
    look: str = "solid"
    icon: str = ""
    asks: str = ""
    choices: list[str] = []
    about: str = ""
    done: str = ""
    find: str = ""
    is_cold: bool = False
    opens: str = ""
    closes: bool = False


class Option(msgspec.Struct, kw_only=True):
    """One of several things to choose from."""

    value: str
    label: str
    note: str = ""


class Undo(msgspec.Struct, kw_only=True):
    """The last step of whoever is signed in here, while it can be taken back."""

    text: str
    seconds_left: float
    button: Button


class Arrival(msgspec.Struct, kw_only=True):
    """When a customer comes: a band, where it comes from, how old and how sure it is (1 to 3)."""

    low_at: str
    high_at: str
    is_soft: bool
    source: str
    icon: str
    as_of: str
    certainty: int
    said: str


class Slack(msgspec.Struct, kw_only=True):
    """A moment to count towards, and the words before and after it."""

    at: str
    before: str
    after: str


class Card(msgspec.Struct, kw_only=True):
    """One order, call for help or task on the board; lower `rank` stands higher in its lane."""

    ref: str
    lane: str
    rank: float
    number: str
    name: str
    kind: str = "order"
    big: str = ""
    arrival: Arrival | None = None
    slack: Slack | None = None
    since: str = ""
    since_word: str = ""
    is_new: bool = False
    opens: bool = True
    where: Mark | None = None
    marks: list[Mark] = []
    flags: list[Mark] = []
    facts: list[str] = []
    who: str = ""
    state: Mark | None = None
    button: Button | None = None


class Pick(msgspec.Struct, kw_only=True):
    """One line of a pick list: done, short, next, open or made."""

    state: str
    said: str
    qty: int
    name: str
    note: str = ""
    counted: int = 0
    pick: Button | None = None
    short: Button | None = None
    swap: Button | None = None


class Station(msgspec.Struct, kw_only=True):
    """A place on the walk through the store: past, now or ahead."""

    dot: str
    word: str
    state: str
    done: str = ""
    icon: str = ""
    lines: list[Pick]


class Refused(msgspec.Struct, kw_only=True):
    """A step that people look for and that is not legal now, with the reason."""

    label: str
    why: str


class Fact(msgspec.Struct, kw_only=True):
    """A word and its value."""

    word: str
    value: str


class Progress(msgspec.Struct, kw_only=True):
    """How much of a pick list is done; `pattern` holds {b:done} and {all}."""

    pattern: str
    done: int
    all: int


class Plan(msgspec.Struct, kw_only=True):
    """When the work will be done against when the customer comes."""

    done_at: str
    low_at: str
    high_at: str
    said: str


class Bag(msgspec.Struct, kw_only=True):
    """A bag and the place it is in or meant for."""

    icon: str
    word: str
    note: str
    place: str


class OrderDetail(msgspec.Struct, kw_only=True):
    """One order, opened on the board. `why`: why it stands where it is; `known_from`: what tells when they come."""

    card: Card
    state: str
    progress: Progress
    stations: list[Station]
    times: list[Fact]
    why: str
    known_from: str
    plan: Plan | None
    bags: list[Bag]
    flags: list[Mark]
    buttons: list[Button]
    refused: list[Refused]


class LineShown(msgspec.Struct, kw_only=True):
    """How the way to HQ stands, for the header and the banner."""

    is_up: bool
    contact_at: str
    kept: int


class Next(msgspec.Struct, kw_only=True):
    """What whoever is signed in here should do now: an order or task with its button, or a reason to wait.

    `choice` is the reason's name for programs: here, comes, due, ahead, comes_soon, keep_free, nothing.
    """

    choice: str
    said: str
    ref: str = ""
    job: str = ""
    number: str = ""
    button: Button | None = None


class BoardView(msgspec.Struct, kw_only=True):
    """The whole board at one moment; `as_of_seq` is the newest event in it."""

    as_of_seq: int
    now: str
    zone: str
    lang: str
    volume: float
    refresh_at: str
    shift: list[str]
    me: str
    undo: Undo | None
    next: Next | None = None
    words: dict[str, Any]
    cards: dict[str, Card]
    readings: dict[str, Any]
