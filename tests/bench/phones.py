"""Phones that poll their pass as its page does: each on a connection of its own, with an ETag, out of step.

A phone that is told "not now" asks again at its next turn, as the page does, and its wait counts from the first time.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

BUSY = 503
START_SPREAD = random.Random(4)


@dataclass
class Polled:
    """How long each answer took, in milliseconds, and what it was."""

    took: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)


async def poll(port: int, host: str, tokens: Sequence[str], *, every: float, times: int) -> Polled:
    """Each phone asks once to know its pass, and then `times` times, `every` seconds apart."""
    polled = Polled()
    phones = [_phone(port, host, token, every=every, times=times, into=polled) for token in tokens]
    await asyncio.gather(*phones)
    return polled


async def _phone(
    port: int, host: str, token: str, *, every: float, times: int, into: Polled
) -> None:
    await asyncio.sleep(START_SPREAD.uniform(0, every))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        etag, began = "", None
        while times >= 0:
            began = began or time.perf_counter()
            status, etag = await _ask(reader, writer, host, token, etag)
            into.answers[status] += 1
            if status != BUSY:
                into.took.append(1000 * (time.perf_counter() - began))
                began, times = None, times - 1
            await asyncio.sleep(every)
    finally:
        writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, token: str, etag: str
) -> tuple[int, str]:
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    writer.write(f"GET /p/{token}/state HTTP/1.1\r\nHost: {host}\r\n{known}\r\n".encode())
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    named = [line.partition(": ") for line in lines if line]
    headers = {name.lower(): value for name, _, value in named}
    status = int(first.split()[1])
    if status not in (200, 304, BUSY):
        raise RuntimeError(f"a phone was answered {first}")
    if status != 304:
        await reader.readexactly(int(headers["content-length"]))
    return status, headers.get("etag", etag)
