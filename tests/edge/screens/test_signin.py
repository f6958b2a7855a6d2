"""Signing in: the device's clock is compared with the computer's own, whatever day the store plays."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from edge.app import create_app
from tests.browser.scene import NOW, Evening


def test_a_rehearsed_day_is_no_wrong_clock(tmp_path):
    """Business time may stand still or run ahead; the machine's time is what a tablet can differ from."""
    shop = Evening(tmp_path / "store")
    real = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
    shop.clock.set(NOW)
    tablet = create_app(shop.edge).test_client()
    for name, value in shop.cookies.items():
        tablet.set_cookie(name, value)
    shop.clock.wall = lambda: real  # type: ignore[method-assign]
    page = tablet.get("/signin").text
    told = re.search(r'id="s-clock"[^>]*data-now="([^"]+)"', page)
    shop.edge.close()
    assert told
    assert datetime.fromisoformat(told[1]) - real < timedelta(seconds=1)
