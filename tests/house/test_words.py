"""One word for one thing: what the glossary says not to say is not said in names."""

import ast
import re

import pytest

from tests.house.small_house import ROOT

SOURCES = [path for folder in ("edge", "sync") for path in sorted((ROOT / folder).rglob("*.py"))]
PLACELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "models",
    "services",
}
NOT_SAID = re.compile(
    r"fulfillment|promo_|coupon|c_and_c|high_watermark|dedupe_id|\bpings?_",
    re.IGNORECASE,
)


def names(source: str) -> set[str]:
    """What a file calls its classes, functions, arguments and attributes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def test_no_file_is_called_after_having_no_place():
    """Utils and helpers are where things go that nobody found a home for."""
    assert [
        str(path) for path in SOURCES if path.stem in PLACELESS or path.parent.name in PLACELESS
    ] == []


def test_no_name_uses_a_word_that_the_glossary_replaced():
    """The third column of docs/glossary.md, as far as it can be searched for."""
    found = {
        str(path): hits
        for path in SOURCES
        if (hits := [n for n in names(path.read_text()) if NOT_SAID.search(n)])
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    ["def fulfillment(): ...", "def f(coupon): ...", "class C:\n    promo_code: bool = True"],
)
def test_the_search_for_replaced_words_finds_them(source):
    """Functions, arguments and fields."""
    assert [name for name in names(source) if NOT_SAID.search(name)]
