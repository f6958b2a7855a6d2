"""Carries a Send to HQ over HTTP, signed with the store's own key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import requests
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.agent.steps import Answer, Outcome, Send, Silence
from sync.protocol.limits import MAX_UNPACKED
from sync.protocol.signature import WrongAddress, sign

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0


class Transport(Protocol):
    """Whoever carries requests to HQ and answers back."""

    def send(self, send: Send) -> Outcome:
        """Carry one request; never raises for what a network does."""


class HttpTransport:
    """Transport over requests, with one kept-alive connection. Who and where may change by enrolment."""

    def __init__(
        self,
        hq_url: Callable[[], str],
        key: Callable[[], Ed25519PrivateKey],
        key_id: Callable[[], str],
        wall: Callable[[], datetime],
    ) -> None:
        self._hq_url = hq_url
        self._key = key
        self._key_id = key_id
        self._wall = wall
        self._session: requests.Session | None = None

    @property
    def _web(self) -> requests.Session:
        """Made at the first request: a store that has no HQ never needs it."""
        if self._session is None:
            self._session = requests.Session()
        return self._session

    def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            self._session.close()

    def send(self, send: Send) -> Outcome:
        """See Transport."""
        url = self._hq_url().rstrip("/") + send.path
        try:
            return self._post(url, send.body, self._signed(url, send))
        except requests.Timeout:
            return Silence("HQ did not answer in time", timed_out=True)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            return Silence(type(problem).__name__)
        except WrongAddress:
            return Silence(f"{url} is not an address")

    def _signed(self, url: str, send: Send) -> dict[str, str]:
        return sign(
            self._key(),
            key_id=self._key_id(),
            url=url,
            body=send.body,
            nonce=send.nonce,
            sequence=send.sequence,
            created=self._wall(),
        )

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        with self._web.post(
            url,
            data=body,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            said = answer.raw.read(MAX_UNPACKED + 1, decode_content=True)
            if len(said) > MAX_UNPACKED:
                return Silence("HQ's answer is too large")
            return Answer(
                answer.status_code, said, _retry_after(answer.headers.get("Retry-After"))
            )


def _retry_after(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None
