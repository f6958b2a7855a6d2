"""Races through HTTP, keys used twice, hostile names on every page, and headers that are not what they seem."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import pytest

from sync.frontdoor import pages
from tests.attack.edge_world import EdgeWorld, neutral, refusal

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</script><svg/onload=alert(1)>",
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
)


def post(world: EdgeWorld, who: str, path: str, body: Any, **headers: str) -> Any:
    return world.send(who, "POST", path, json.dumps(body).encode(), headers=headers)


def at_once(n: int, ask: Any) -> list[Any]:
    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(ask, range(n)))


def ready(world: EdgeWorld) -> tuple[str, str]:
    order = f"/api/v1/orders/{world.ana['order_id']}"
    for step, body in (
        ("picking", {}),
        ("picks", {"line_no": 1, "qty": 1}),
        ("staging", {"bin": "1"}),
    ):
        answer = post(world, "picker", f"{order}/{step}", body)
        assert answer.status_code == 200, answer.text
    return order, world.ana["handover_code"]


def test_a_hundred_scans_at_once_hand_over_once(world: EdgeWorld) -> None:
    """One wins, all others hear when it was done; the log knows one handover."""
    order, code = ready(world)
    answers = at_once(100, lambda _: post(world, "picker", f"{order}/handover", {"code": code}))
    assert sum(each.status_code == 200 for each in answers) == 1
    others = {refusal(each) for each in answers if each.status_code != 200}
    assert others == {"already_handed_over"}


def test_a_hundred_tries_never_redeem_beyond_the_limit(world: EdgeWorld) -> None:
    """Twenty of the offer, a hundred kiosk visits at once."""
    path = f"/api/v1/offers/{world.offer.offer_id}/redemptions"
    answers = at_once(
        100, lambda n: post(world, "device", path, {"surface": "kiosk", "visit": str(n)})
    )
    won = [each.json for each in answers if each.status_code == 201]
    assert len(won) == 20
    assert {refusal(each) for each in answers if each.status_code != 201} == {"sold_out"}


def test_one_key_in_a_hundred_threads_is_one_effect(world: EdgeWorld) -> None:
    """All hear the same answer; the same key with another body is refused."""
    path = f"/api/v1/offers/{world.offer.offer_id}/redemptions"
    key = {"Idempotency-Key": "one-key-for-all"}
    body = {"surface": "kiosk", "visit": "v"}
    answers = at_once(100, lambda _: post(world, "device", path, body, **key))
    assert {(each.status_code, each.data) for each in answers} == {(201, answers[0].data)}
    other = post(world, "device", path, {**body, "visit": "w"}, **key)
    assert (other.status_code, refusal(other)) == (409, "key_reused")
    # Without the key each is somebody new: the control that the key did it.
    free = at_once(3, lambda n: post(world, "device", path, {**body, "visit": f"x{n}"}))
    assert len({each.data for each in free}) == 3


class Elements(HTMLParser):
    """What a browser would make of a page: its tags and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs if name.startswith("on")]
        links = [v for k, v in attrs if k in ("href", "src") and str(v).startswith("javascript:")]
        inline = tag == "script" and not any(k in ("src", "type") for k, _ in attrs)
        if names or links or inline:
            self.found.append(f"<{tag} {attrs}>")


def dangers(html: str) -> list[str]:
    """Handlers, script links and inline scripts of a page: ours has none."""
    parser = Elements()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_only_a_name(world: EdgeWorld, text: str) -> None:
    """In the customer's name, a line, a reason: on the pass, the board, the kiosk and the error page."""
    line = {**neutral(7)["lines"][0], "name": text, "sku": text[:60]}
    body = neutral(7, text[:80], lines=[line], shown_number=text[:40])
    taken = post(world, "device", "/api/v1/orders", body)
    assert taken.status_code == 201, taken.text
    token, order_id = taken.json["pass_token"], taken.json["order_id"]
    post(world, "picker", f"/api/v1/orders/{order_id}/cancellation", {"reason": text})
    for path in (
        f"/p/{token}",
        "/board",
        "/kiosk",
        "/manage/offers",
        f"/q/{text[:20].replace('/', '')}",
    ):
        answer = world.ask("manager", "GET", path, headers={"Accept": "text/html"})
        assert answer.status_code in (200, 404, 405), path
        assert dangers(answer.text) == []
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_page_that_does_not_escape_would_be_found() -> None:
    """The control: the same texts, put in raw."""
    assert all(dangers(f"<p>{text}</p>") for text in HOSTILE[:2])


@pytest.mark.parametrize(
    "said", ["en;q=²", "ja;q=٣", "en;q=1e9", "en;q=-1", "en;q=9" * 99, ";q=", "²"]
)
def test_the_front_door_reads_any_wish_for_a_language(said: str) -> None:
    """Digits that only look like digits too."""
    assert pages._language(said) in ("en", "ja")
