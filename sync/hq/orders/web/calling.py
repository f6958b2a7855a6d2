"""One call at a shop over HTTP: no redirects, a limit on time and size, and nothing of the answer in a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests
import urllib3

from sync.doors.clock import Clock
from sync.hq.base import secret_files
from sync.hq.orders.actions.calls import Job
from sync.hq.orders.actions.sources import token_path
from sync.hq.orders.rules.calls import (
    DEADLINE_SECONDS,
    MOST_ANSWER_BYTES,
    MOST_STEPS,
    Ask,
    CallFailed,
    check_answer,
)
from sync.hq.orders.rules.draft import Draft, Ignored
from sync.hq.orders.sources import SOURCES, Source

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
_PIECE = 64 * 1024


@dataclass
class Caller:
    """Makes calls for one worker, over connections that it keeps."""

    home: Path
    clock: Clock
    session: Callable[[], requests.Session] = requests.Session
    _open: requests.Session | None = field(default=None, init=False)

    def call(self, job: Job) -> Draft | Ignored | None:
        """Ask the shop until it has said enough; CallFailed when it does not."""
        if not job.shop.url:
            raise CallFailed("its address is not set up", is_refusal=True)
        source, began = SOURCES[job.adapter], self.clock.monotonic()
        pages: list[bytes] = []
        while (ask := source.step(job.call, pages, job.shop)) is not None:
            if len(pages) >= MOST_STEPS:
                raise CallFailed("it answers in more pages than an order can have")
            pages.append(self._answer(job, ask, source, ends=began + DEADLINE_SECONDS))
        if job.call.kind == "fetch" and job.call.known is not None:
            return source.complete(job.call.known, pages)
        return None

    def _answer(self, job: Job, ask: Ask, source: Source, *, ends: float) -> bytes:
        headers = {"Content-Type": "application/json", **source.sign(self._token(job.call.source))}
        if self._open is None:
            self._open = self.session()
        try:
            with self._open.request(
                ask.method,
                job.shop.url + ask.path,
                data=ask.body or None,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                pinned = job.shop.api_version
                check_answer(
                    answer.status_code, answer.headers, now=self.clock.now(), pinned=pinned
                )
                return self._read(answer, ends)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as problem:
            # The problem's own words could repeat what was sent.
            raise CallFailed(f"it is not reached ({type(problem).__name__})") from None

    def _read(self, answer: requests.Response, ends: float) -> bytes:
        """Piece by piece as it comes: a full buffer is not waited for, or drops would have no end."""
        read = bytearray()
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            read += piece
            if len(read) > MOST_ANSWER_BYTES:
                raise CallFailed("its answer is too large")
            if self.clock.monotonic() > ends:
                raise CallFailed("it takes too long")
        return bytes(read)

    def _token(self, source: str) -> str:
        path = token_path(self.home, source)
        if not path.exists():
            raise CallFailed("its token is not set up", is_refusal=True)
        return secret_files.lines(path)[0]
