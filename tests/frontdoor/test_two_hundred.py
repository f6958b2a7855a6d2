"""Two hundred phones at once, half of them at a front door that has not got their store: each gets its own answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass, field

from sync.protocol.relay import RelayRequest, RelayResponse
from tests.frontdoor.running import HOST, running_street

PHONES = 200
POLLS = 3
# Too many at once, or too late on a machine with other work: a phone asks again.
AGAIN = {503, 504}
MOST_TRIES = 200


def answer_to(path: str) -> bytes:
    """What this phone, and no other, must hear: of a length of its own, up to 20 KB."""
    digest = hashlib.sha256(path.encode()).digest()
    return path.encode() + digest * (digest[0] * 5 // 2)


def tag_of(path: str) -> str:
    return f'"{hashlib.sha256(path.encode()).hexdigest()[:20]}"'


def store(request: RelayRequest) -> RelayResponse:
    """A store that knows each phone's page, and says 304 to who knows it too."""
    headers = [("ETag", tag_of(request.path)), ("X-Pass", request.path)]
    known = dict(request.headers).get("if-none-match")
    if known == tag_of(request.path):
        return RelayResponse(status=304, headers=headers)
    return RelayResponse(status=200, headers=headers, body=answer_to(request.path))


@dataclass
class Heard:
    """What all phones heard: how often which status, and every answer that was not theirs."""

    statuses: Counter[int] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)


async def phone(port: int, number: int, heard: Heard) -> None:
    """Asks once for the whole, then with its ETag; told that all is busy, it asks again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path, tag, polls = f"/p/PHONE{number:04d}/state", "", 0
    try:
        for _ in range(MOST_TRIES):
            known = f"If-None-Match: {tag}\r\n" if tag else ""
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{known}\r\n".encode())
            status, headers, body = await read_answer(reader)
            heard.statuses[status] += 1
            if status in AGAIN:
                await asyncio.sleep(0.05)
                continue
            if headers.get("x-pass") != path or (status == 200 and body != answer_to(path)):
                heard.foreign.append(f"{path}: {status} {headers.get('x-pass')} {body[:40]!r}")
            tag, polls = headers.get("etag", ""), polls + 1
            if polls == POLLS:
                return
    finally:
        writer.close()
        await writer.wait_closed()
    raise AssertionError(f"phone {number} was never answered")


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    named = [line.partition(": ") for line in lines if line]
    headers = {name.lower(): value for name, _, value in named}
    status = int(first.split()[1])
    body = b"" if status == 304 else await reader.readexactly(int(headers["content-length"]))
    return status, headers, body


async def all_at_once(ports: list[int]) -> Heard:
    heard = Heard()
    await asyncio.gather(
        *(phone(ports[number % len(ports)], number, heard) for number in range(PHONES))
    )
    return heard


def test_two_hundred_phones_at_once_hear_each_its_own_answer():
    """Bodies, tags and headers; whoever is told that all is busy is answered soon after."""
    with running_street(2) as street:
        street[0].open_line(store)
        heard = asyncio.run(all_at_once([door.port for door in street]))
    assert heard.foreign == []
    assert heard.statuses[200] == PHONES
    assert heard.statuses[304] == PHONES * (POLLS - 1)
    assert set(heard.statuses) <= {200, 304, *AGAIN}


def test_a_swapped_answer_would_be_found():
    """A store that mixes up two phones is caught."""

    def mixed_up(request: RelayRequest) -> RelayResponse:
        if request.path != "/p/PHONE0007/state":
            return store(request)
        theirs = store(RelayRequest(id=request.id, method="GET", path="/p/PHONE0008/state"))
        return RelayResponse(
            status=200, headers=[("ETag", '"x"'), ("X-Pass", request.path)], body=theirs.body
        )

    with running_street(2) as street:
        street[0].open_line(mixed_up)
        heard = Heard()
        asyncio.run(phone(street[1].port, 7, heard))
    assert heard.foreign[0].startswith("/p/PHONE0007/state: 200")
