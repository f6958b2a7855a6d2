"""Answers to phones are packed by gzip here at the store, so that its line and the phone's carry less.

Only what lies under the addresses that customers use: staff's screens are on the store's own network. Their pages hold
nothing that a stranger could put there and measure by its length (BREACH): no part of an address is shown on them.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Any

_PATHS = ("/p/", "/q/", "/Q/", "/01/")
_KINDS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
# Less is one packet anyway. What is more than the front door takes is refused there, not packed.
SMALLEST, LARGEST = 1024, 256 * 1024
_LEVEL = 5

Headers = list[tuple[str, str]]


class Packed:
    """A WSGI layer; what it does not pack passes through as it is."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """See WSGI."""
        if not environ.get("PATH_INFO", "").startswith(_PATHS):
            return self._inner(environ, start)
        said: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, _problem: Any = None) -> None:
            said.append((status, headers))

        parts = self._inner(environ, note)
        status, headers = said[-1]
        named = {name.lower(): value for name, value in headers}
        if not _is_worth_it(status, named):
            start(status, headers)
            return parts
        headers = [*headers, ("Vary", "Accept-Encoding")]
        if not _is_wished(environ):
            start(status, headers)
            return parts
        body = gzip.compress(_whole(parts), _LEVEL, mtime=0)
        start(status, [*_of_the_packed(headers), ("Content-Length", str(len(body)))])
        return [body]


def _is_worth_it(status: str, named: dict[str, str]) -> bool:
    length = named.get("content-length", "")
    return (
        status.startswith("200")
        and "content-encoding" not in named
        and named.get("content-type", "").startswith(_KINDS)
        and length.isdigit()
        and SMALLEST <= int(length) <= LARGEST
    )


def _is_wished(environ: dict[str, Any]) -> bool:
    """Whether the caller takes gzip, and wants a body at all; naming it with q=0 is a no."""
    if environ["REQUEST_METHOD"] != "GET":
        return False
    wishes = (
        part.replace(" ", "").lower()
        for part in environ.get("HTTP_ACCEPT_ENCODING", "").split(",")
    )
    return any(
        wish.startswith("gzip") and not wish.endswith((";q=0", ";q=0.0")) for wish in wishes
    )


def _whole(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()


def _of_the_packed(headers: Headers) -> Headers:
    """The same page in other bytes: its length is another one, and its ETag promises the content only."""
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    weak = [
        (name, f"W/{value}" if name.lower() == "etag" and not value.startswith("W/") else value)
        for name, value in kept
    ]
    return [*weak, ("Content-Encoding", "gzip")]
