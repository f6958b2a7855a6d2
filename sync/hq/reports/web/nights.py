"""The page about the nights."""

from __future__ import annotations

from sync.hq import http
from sync.hq.http import Caller, Who
from sync.hq.reports import store
from sync.hq.reports.web.parts import ReportsParts

bp = http.blueprint("reports")


@http.page(bp, "/nights", who=Who.VIEWER, summary="What the nights found")
def show_nights(*, caller: Caller) -> str:
    """Each store's comparison with HQ, newest first, with every difference by name."""
    with http.hq().read() as reader:
        nights = store.newest(reader)
        stores = http.hq().part(ReportsParts).stores(reader)
    return http.render(
        "hq_nights", nights=nights, names={each.store_id: each.name for each in stores}
    )
