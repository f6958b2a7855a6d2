"""How actors ask: plain HTTP to one address, each post with a key of its own, every surprise written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import requests

from sync.doors.ids import Ids

_TIMEOUT_SECONDS = 15
_SIGNED_OUT = 401


@dataclass(frozen=True)
class Answer:
    """What came back: a status, and JSON where it was JSON."""

    status: int
    said: dict[str, Any]
    text: str = ""

    @property
    def is_fine(self) -> bool:
        """Done as asked."""
        return 200 <= self.status < 400

    @property
    def code(self) -> str:
        """The refusal's name, if it was refused."""
        error = self.said.get("error")
        return str(error.get("code", "")) if isinstance(error, dict) else ""


@dataclass
class Surprises:
    """What no actor of a normal day should meet."""

    seen: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Write one down."""
        self.seen.append(what)


class Asks:
    """One actor's way to one address."""

    def __init__(
        self, url: str, *, ids: Ids, surprises: Surprises, headers: Mapping[str, str] | None = None
    ) -> None:
        self._url, self._ids, self._surprises = url, ids, surprises
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", **(headers or {})})
        # What to do when the store no longer knows who asks: sign in again, as people do.
        self.comes_in_again: Callable[[], None] | None = None

    def wear(self, headers: Mapping[str, str]) -> None:
        """Send these headers from now on."""
        self._session.headers.update(headers)

    def get(self, path: str, *, accept: str = "application/json") -> Answer:
        """Ask for something."""
        return self._send("GET", path, headers={"Accept": accept})

    def post(
        self, path: str, said: Mapping[str, object] | None = None, *, key: str = ""
    ) -> Answer:
        """Say something; the same key twice is the same wish."""
        headers = {"Idempotency-Key": key or self._ids.token(), "Content-Type": "application/json"}
        return self._send(
            "POST", path, headers=headers, body=msgspec.json.encode(dict(said or {}))
        )

    def submit(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form, as a page without script does."""
        answer = self._session.post(
            self._url + path, data=dict(fields), timeout=_TIMEOUT_SECONDS, allow_redirects=True
        )
        return self._read(answer, "POST", path)

    def _send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        answer = self._request(method, path, headers=headers, body=body)
        again, self.comes_in_again = self.comes_in_again, None
        if answer.status_code == _SIGNED_OUT and again is not None:
            again()
            answer = self._request(method, path, headers=headers, body=body)
        self.comes_in_again = again
        return self._read(answer, method, path)

    def _request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        return self._session.request(
            method, self._url + path, headers=dict(headers), data=body, timeout=_TIMEOUT_SECONDS
        )

    def _read(self, answer: requests.Response, method: str, path: str) -> Answer:
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        said = msgspec.json.decode(answer.content) if is_json and answer.content else {}
        if answer.status_code in {500, 501, 502}:
            self._surprises.note(
                f"{method} {path} answered {answer.status_code}: {answer.text[:200]}"
            )
        return Answer(
            answer.status_code, said if isinstance(said, dict) else {"list": said}, answer.text
        )
