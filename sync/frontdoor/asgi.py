"""The little of HTTP that the front door needs: read a capped body, send one whole answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sync.frontdoor.refusals import BodyTooLarge
from sync.protocol.relay import REQUEST_BODY_LIMIT, HeaderPairs, RelayResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_WITHOUT_BODY = frozenset({204, 304})


class ClientGone(Exception):
    """The caller hung up before we had read the request."""


def header_pairs(scope: Scope) -> HeaderPairs:
    """The request's headers in order, as text."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]


def header(scope: Scope, name: str) -> str:
    """One header, or nothing."""
    return next((value for key, value in header_pairs(scope) if key == name), "")


def raw_path(scope: Scope) -> str:
    """The path as the caller sent it, percent-encoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1").partition("?")[0]


async def read_body(scope: Scope, receive: Receive, limit: int = REQUEST_BODY_LIMIT) -> bytes:
    """The whole body, given up as soon as it is known to be too large."""
    declared = header(scope, "content-length")
    if re.fullmatch("[0-9]{1,20}", declared) and int(declared) > limit:
        raise BodyTooLarge(limit=limit)
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise BodyTooLarge(limit=limit)
    return bytes(body)


async def send_answer(send: Send, method: str, answer: RelayResponse) -> None:
    """One whole answer; nothing here streams."""
    bodiless = method == "HEAD" or answer.status in _WITHOUT_BODY
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers
    ]
    if not bodiless:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else answer.body})


async def lifespan(
    receive: Receive, send: Send, *, at_the_end: Callable[[], Awaitable[None]]
) -> None:
    """Nothing to set up, and this to take down; say so to the server."""
    while True:
        stage = (await receive())["type"]
        if stage == "lifespan.shutdown":
            await at_the_end()
        await send({"type": f"{stage}.complete"})
        if stage == "lifespan.shutdown":
            return
