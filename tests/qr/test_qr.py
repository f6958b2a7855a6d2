"""Every code we make is read back by another library, also small, tilted and blurred."""

from __future__ import annotations

import random
import re
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from edge.base import qr
from edge.offers.rules import qr_code
from sync.core import base32

HOSTS = ["harbour-lane.localhost", "a.example", "shop-with-a-long-name.xyz"]
PRINT_MM = 30.0
SHOTS = 20


def urls(seed: int, n: int) -> list[str]:
    """Links as they stand on printed codes."""
    chance = random.Random(seed)
    codes = ["".join(chance.choices(base32.ALPHABET, k=qr_code.LENGTH)) for _ in range(n)]
    return [qr_code.url(chance.choice(HOSTS), code) for code in codes]


@pytest.mark.parametrize("text", [*urls(1, 12), "SE.HL.0123ABCD"])
def test_a_code_made_is_a_code_read(text: str) -> None:
    """The PNG at its stated size gives back exactly what was put in."""
    assert _read(_photo(text, 240)) == text


@pytest.mark.parametrize("text", urls(2, 3))
def test_the_svg_draws_the_same_modules_as_the_png(text: str) -> None:
    """Two files, one code: the path is drawn again by hand and read."""
    symbol = qr.draw(text)
    drawn = np.full((symbol.modules, symbol.modules), 255, dtype=np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", qr.svg(symbol, PRINT_MM)):
        drawn[int(y), int(x) : int(x) + int(width)] = 0
    assert _read(Image.fromarray(drawn).resize((330, 330), Image.Resampling.NEAREST)) == text


def test_a_printed_link_is_small_and_robust() -> None:
    """The longest host we allow still gives version 3 at level Q: modules of 0.8 mm on 30 mm."""
    for host in (*HOSTS, "x" * 25):
        text = qr_code.url(host, "0123ABCD")
        symbol = qr.draw(text)
        assert len(text) <= qr_code.LONGEST_URL
        assert symbol.version <= 3
        assert symbol.level in ("Q", "H")
        assert symbol.module_mm(PRINT_MM) >= 0.8


def test_upper_case_costs_less_than_lower_case() -> None:
    """Why printed links shout."""
    assert qr.draw("HTTPS://A.EXAMPLE/Q/0123ABCD").version == 2
    assert qr.draw("https://a.example/q/0123abcd").version == 3


def test_the_level_is_the_highest_that_costs_no_module() -> None:
    """Any level above it would need a larger version."""
    for text in urls(3, 5):
        symbol = qr.draw(text)
        smallest, _, _ = qr._at_level(text, "M", None)
        assert symbol.version == smallest
        if symbol.level == "Q":
            with pytest.raises(ValueError, match="too long"):
                qr._at_level(text, "H", smallest)


def test_four_light_modules_stand_around_every_code() -> None:
    """Without its quiet zone a code on a busy leaflet is not found."""
    symbol = qr.draw("HTTPS://A.EXAMPLE/Q/0123ABCD")
    edge = range(qr.QUIET_ZONE)
    n = symbol.modules
    for y in range(n):
        for x in range(n):
            if y in edge or x in edge or n - 1 - y in edge or n - 1 - x in edge:
                assert not symbol.rows[y][x]


@pytest.mark.parametrize("mm", [15.0, 30.0, 52.5])
def test_the_size_on_paper_is_the_size_that_was_asked_for(mm: float) -> None:
    """Both files say their millimetres themselves."""
    symbol = qr.draw("HTTPS://A.EXAMPLE/Q/0123ABCD")
    picture = Image.open(BytesIO(qr.png(symbol, mm)))
    dots = picture.info["dpi"][0]
    assert picture.width / dots * qr.MM_PER_INCH == pytest.approx(mm, abs=0.02)
    assert f'width="{mm:g}mm"' in qr.svg(symbol, mm)


def test_a_text_that_no_code_can_hold_is_refused() -> None:
    """Instead of a picture that nobody can read."""
    with pytest.raises(ValueError, match=r"too long|Invalid version"):
        qr.draw("A" * 8000)


BAR = {
    "120 px": (lambda picture, _: _sized(picture, 120), 1.0),
    "90 px": (lambda picture, _: _sized(picture, 90), 1.0),
    "70 px": (lambda picture, _: _sized(picture, 70), 0.9),
    "tilt 45": (lambda picture, _: _tilted(_sized(picture, 240)), 1.0),
    "blur 0.35 mm": (
        lambda picture, _: _sized(picture, 240).filter(ImageFilter.GaussianBlur(0.35 * 240 / 30)),
        0.7,
    ),
    "contrast 40 %": (
        lambda picture, _: _sized(picture, 240).point(lambda light: 100 + light * 0.4),
        0.7,
    ),
    "sticker 7 %": (lambda picture, chance: _stuck_over(_sized(picture, 240), chance), 0.9),
}


@pytest.mark.parametrize("condition", BAR)
def test_a_poor_photo_is_still_read(condition: str) -> None:
    """A 30 mm print seen by a cheap phone: small, from the side, out of focus, faded, stickered."""
    spoil, bar = BAR[condition]
    chance = random.Random(11)
    texts = urls(5, SHOTS)
    good = 0
    for text in texts:
        picture = _placed(_print(text), chance)
        good += _read(_noisy(spoil(picture, chance), chance)) == text
    print(f"{condition}: {good} of {len(texts)}")
    assert good >= bar * len(texts)


@settings(max_examples=25)
@given(st.text(st.sampled_from(base32.ALPHABET), min_size=8, max_size=8))
def test_any_code_of_our_alphabet_reads_back(code: str) -> None:
    """No code is unlucky."""
    text = qr_code.url("harbour-lane.localhost", code)
    assert _read(_photo(text, 120)) == text


def _print(text: str) -> Image.Image:
    return Image.open(BytesIO(qr.png(qr.draw(text), PRINT_MM))).convert("L")


def _photo(text: str, pixels: int) -> Image.Image:
    return _sized(_print(text), pixels)


def _read(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(np.asarray(picture.convert("L")))
    return found[0].text if found else ""


def _sized(picture: Image.Image, pixels: int) -> Image.Image:
    return picture.resize((pixels, pixels), Image.Resampling.BOX)


def _placed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A print never lies exactly on the camera's pixels."""
    shift = (chance.uniform(-6, 6), chance.uniform(-6, 6))
    data = (1, 0, shift[0], 0, 1, shift[1])
    return picture.transform(
        picture.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR, fillcolor=255
    )


def _tilted(picture: Image.Image) -> Image.Image:
    """Seen from 45 degrees to the side, six widths away: narrower, and the far edge shorter."""
    w, h = picture.size
    seen = [
        _seen_at_45_degrees(x, y) for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
    ]
    taken = [(w * (0.5 + x), h * (0.5 + y)) for x, y in seen]
    flat = [(0, 0), (w, 0), (w, h), (0, h)]
    return picture.transform(
        (w, h),
        Image.Transform.PERSPECTIVE,
        _mapping(taken, flat),
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )


def _seen_at_45_degrees(x: float, y: float, away: float = 6.0) -> tuple[float, float]:
    turned, depth = x * 0.5**0.5, away + x * 0.5**0.5
    return turned * away / depth, y * away / depth


def _mapping(
    taken: list[tuple[float, float]], flat: list[tuple[float, float]]
) -> tuple[float, ...]:
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(taken, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return tuple(np.linalg.solve(np.array(rows), np.array(flat, dtype=float).ravel()))


def _stuck_over(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A light sticker over 7 % of the code (its quiet zone not counted), anywhere but on the three finders."""
    side = int(picture.width * 0.78 * 0.07**0.5)
    spoilt = picture.copy()
    x = int(picture.width * chance.uniform(0.35, 0.55))
    y = int(picture.height * chance.uniform(0.35, 0.55))
    spoilt.paste(230, (x, y, x + side, y + side))
    return spoilt


def _noisy(picture: Image.Image, chance: random.Random) -> Image.Image:
    grain = np.random.default_rng(chance.randrange(1 << 30)).normal(
        0, 6, np.asarray(picture).shape
    )
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
