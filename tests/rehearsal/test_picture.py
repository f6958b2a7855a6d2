"""The picture of simulated days: a row a policy, a dot an order, nothing but colours of our own."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from edge.rehearsal import day as days
from edge.rehearsal import outcome, picture
from edge.rehearsal.picture import Played
from edge.rehearsal.truth import Life, Truth

SVG = "{http://www.w3.org/2000/svg}"
DAY = days.small()


def life(n: int, *, came: float = 3600.0, given: float | None = 3660.0, **planned) -> Life:
    """Somebody who came at eleven, without anything to make unless said."""
    plan = {"opt_in": True, "page": "live", "no_show": False, "finish": None, **planned}
    made = Life(msgspec.structs.replace(DAY.orders[n], **plan), "1", is_sent=True)
    made.came_at = None if plan["no_show"] else came
    if given is not None:
        made.given.append((given, "1"))
    return made


def drawn(*lives: Life, policies: tuple[str, ...] = ("ours",)) -> ET.Element:
    """The picture of these lives under each policy."""
    truth = Truth({one.planned.id: one for one in lives})
    scored = [outcome.outcome(name, truth, DAY, 0.0) for name in policies]
    return ET.fromstring(picture.draw([Played(one, lives) for one in scored], DAY, 10))  # noqa: S314 - our own text


def dots(svg: ET.Element) -> list[ET.Element]:
    """The marks that stand for orders: each says in words what it shows."""
    return [one for one in svg.iter() if one.find(f"{SVG}title") is not None and one is not svg]


def test_each_order_is_a_dot_in_each_policys_row():
    """Who never came has none."""
    svg = drawn(life(0), life(1), life(2, given=None, no_show=True), policies=("ours", "fifo"))
    assert len(dots(svg)) == 4
    assert [one.text for one in svg.iter(f"{SVG}text") if one.text in {"ours", "fifo"}] == [
        "ours",
        "fifo",
    ]


def test_a_dot_says_when_its_customer_came_and_how_long_they_waited():
    """For whoever points at it, and for whoever cannot see it."""
    (dot,) = dots(drawn(life(0, came=4500.0, given=4560.0)))
    assert dot.findtext(f"{SVG}title") == f"{DAY.orders[0].id} came at 11:15 and waited 60 s"


@pytest.mark.parametrize(
    ("one", "tag", "look"),
    [
        (life(0), "circle", "coming well"),
        (life(0, opt_in=False), "circle", "pick well"),
        (life(0, given=3800.0), "circle", "coming"),
        (life(0, given=9000.0), "polygon", "coming"),
        (life(0, given=None), "polygon", "coming"),
    ],
)
def test_shape_and_fill_say_what_colour_says(one, tag, look):
    """Filled: served well. A triangle: beyond the scale, or never."""
    (dot,) = dots(drawn(one))
    assert (dot.tag, dot.get("class")) == (f"{SVG}{tag}", look)


def test_a_longer_wait_is_drawn_higher():
    """And the line of two minutes lies between one and three."""
    short, long = dots(drawn(life(0, given=3660.0), life(1, given=3780.0)))
    svg = drawn(life(0))
    goal = next(
        float(one.get("y1")) for one in svg.iter(f"{SVG}line") if one.get("class") == "goal"
    )
    assert float(long.get("cy")) < goal < float(short.get("cy"))


def test_the_picture_is_described_in_words():
    """Title and description with the figures."""
    svg = drawn(life(0))
    assert svg.get("role") == "img"
    assert "by policy" in svg.findtext(f"{SVG}title", "")
    assert "ours 100 % of those who shared their distance" in svg.findtext(f"{SVG}desc", "")


def test_every_colour_is_a_token():
    """Light and dark; nothing is coloured by hand."""
    css = drawn(life(0)).findtext(f"{SVG}style")
    used = set(re.findall(r"#[0-9a-f]{6}", css))
    light, dark = picture._tokens()
    assert used <= {*light.values(), *dark.values()}
    assert len(used) > 8
