"""The other front doors: a phone that came to us is answered through whichever of them holds its store's line.

A public name leads phones to any front door, and stores call in at the one that the spread gives them. So a door
that has no line for a name asks the others, the likeliest first; what it asks is answered from a line, never
handed on again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from sync.core.errors import Refusal
from sync.doors.clock import Clock
from sync.frontdoor.across import Connections, Unreached
from sync.frontdoor.refusals import (
    BadAnswer,
    NoAnswer,
    StoreBusy,
    StoreUnreachable,
    UnknownHost,
)
from sync.protocol import relay, spread
from sync.protocol.relay import RelayRequest, RelayResponse

# A door that let us down goes to the end of the order for so long, and is not waited for as long.
SUSPECT_SECONDS = 5.0
# The other door refuses by itself when its store is silent; this is for a door that is silent.
GRACE_SECONDS = 0.5

_REFUSALS = {each.code: each for each in (BadAnswer, NoAnswer, StoreBusy)}
_NOT_THERE = {StoreUnreachable.code, UnknownHost.code}


class Siblings:
    """All other front doors, for one that knows its own address among them."""

    def __init__(self, doors: Sequence[str], own: str, secret: bytes, *, clock: Clock) -> None:
        self._doors = [door for door in doors if door != own]
        self._clock = clock
        self._suspect_until: dict[str, float] = {}
        self._connections = Connections({relay.ACROSS_HEADER: relay.across_key(secret)}, clock)

    def __bool__(self) -> bool:
        return bool(self._doors)

    async def close(self) -> None:
        """End the connections to the other doors."""
        await self._connections.close()

    async def ask(self, request: RelayRequest, *, is_known: bool) -> RelayResponse:
        """The answer of the store at `request.host`, wherever its line is.

        UnknownHost when no door has heard of it, StoreUnreachable when one has or could not be asked, NoAnswer
        when it may have been done; `is_known` says whether we have heard of it ourselves.
        """
        for door in self._likeliest_first(request.host):
            try:
                return await self._ask_at(door, request)
            except UnknownHost:
                continue
            except (Unreached, StoreUnreachable):
                is_known = True
        raise StoreUnreachable if is_known else UnknownHost

    def _likeliest_first(self, host: str) -> list[str]:
        return sorted(spread.in_order(host, self._doors), key=self._is_suspect)

    def _is_suspect(self, door: str) -> bool:
        return self._clock.monotonic() < self._suspect_until.get(door, 0.0)

    async def _ask_at(self, door: str, request: RelayRequest) -> RelayResponse:
        patience = (
            relay.SUSPECT_TIMEOUT_SECONDS
            if self._is_suspect(door)
            else relay.RELAY_TIMEOUT_SECONDS
        )
        try:
            async with asyncio.timeout(patience + GRACE_SECONDS):
                status, body = await self._connections.post(
                    door, relay.ACROSS_PATH, msgspec.msgpack.encode(request)
                )
        except (Unreached, TimeoutError, ConnectionError) as problem:
            self._suspect_until[door] = self._clock.monotonic() + SUSPECT_SECONDS
            if isinstance(problem, Unreached):
                raise
            raise NoAnswer from problem
        self._suspect_until.pop(door, None)
        return _answer(body) if status == 200 else _refuse(body)


class _Error(msgspec.Struct):
    code: str


class _Refused(msgspec.Struct):
    error: _Error


def _answer(body: bytes) -> RelayResponse:
    try:
        return msgspec.msgpack.decode(body, type=RelayResponse)
    except msgspec.MsgspecError as error:
        raise BadAnswer from error


def _refuse(body: bytes) -> RelayResponse:
    try:
        code = msgspec.json.decode(body, type=_Refused).error.code
    except msgspec.MsgspecError as error:
        raise BadAnswer from error
    refusal: type[Refusal] = _REFUSALS.get(code, BadAnswer)
    if code in _NOT_THERE:
        refusal = StoreUnreachable if code == StoreUnreachable.code else UnknownHost
    raise refusal
