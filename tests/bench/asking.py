"""A client that measures: one kept-alive connection, the same for a floor and for the product."""

import http.client
import json
import socket
import time
from collections.abc import Iterable, Mapping
from typing import Any


class Client:
    """Asks one server over one connection."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = dict(headers or {})

    def ask(
        self, method: str, path: str, body: bytes | None = None, **more: str
    ) -> tuple[int, bytes]:
        """Status and body of one answer."""
        headers = {**self.headers, **more}
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def json(self, method: str, path: str, body: Any = None, **more: str) -> Any:
        """A decoded answer that must be a success."""
        status, raw = self.ask(
            method, path, None if body is None else json.dumps(body).encode(), **more
        )
        if status >= 300:
            raise RuntimeError(f"{method} {path} answered {status}: {raw[:300]!r}")
        return json.loads(raw or b"null")

    def timed(
        self, method: str, path: str, bodies: Iterable[bytes], *, status: int
    ) -> list[float]:
        """Milliseconds of each request; every answer must have this status."""
        took = []
        for body in bodies:
            started = time.perf_counter()
            got, raw = self.ask(method, path, body)
            took.append(1000 * (time.perf_counter() - started))
            if got != status:
                raise RuntimeError(f"{method} {path} answered {got}: {raw[:300]!r}")
        return took

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
