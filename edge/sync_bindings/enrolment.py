"""Becoming a store of an HQ, and where that HQ is."""

from __future__ import annotations

from edge.base import facts, sync_store
from edge.base.edge import Edge
from edge.base.unit import Unit
from sync.agent import enrolling, keys
from sync.protocol.signature import fingerprint, public_text
from sync.protocol.wire import Enrolled

HQ_URL = "hq_url"


def hq_url(edge: Edge) -> str:
    """Where HQ is: from settings, else as given at enrolment; "" for a store of its own."""
    with edge.read() as reader:
        return edge.settings.hq_url or facts.get(reader, HQ_URL) or ""


def enrol(edge: Edge, url: str, code: str) -> Enrolled:
    """Become a store of the HQ at `url`; the key is made here and never leaves this folder."""
    if not url:
        raise enrolling.EnrolmentFailed(reason="say where HQ is, by --hq or the setting hq_url")
    key = keys.make(edge.home)
    enrolled = enrolling.enrol(url, code, key, epoch=edge.epoch, created=edge.clock.wall())

    def remember(unit: Unit) -> None:
        sync_store.enrol(unit, enrolled.store_id)
        facts.put(unit, HQ_URL, url)

    edge.write(remember)
    return enrolled


def own_fingerprint(edge: Edge) -> str:
    """Six digits of our key, to be read aloud; "" before there is one."""
    key = keys.load(edge.home)
    return fingerprint(public_text(key.public_key())) if key else ""
