"""The sizes that the check prints are right, and its hard limits bite."""

import ast
import textwrap

import pytest

from tests.house import budgets


def _size(source: str) -> budgets.Size:
    function = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(function, budgets.Function)
    return budgets.measure(function, "edge/x.py")


def test_a_small_typed_function_breaks_no_limit():
    """The usual case."""
    size = _size("def stage(unit: Unit, code: str, *, by: str) -> Order:\n    return code\n")
    assert (size.positional, size.complexity, size.is_typed, list(size.faults())) == (
        2,
        1,
        True,
        [],
    )


def test_self_is_not_an_argument_and_a_missing_type_is_seen():
    """A method's first argument is given by Python."""
    size = _size("def stage(self, code) -> None:\n    return None\n")
    assert (size.positional, size.is_typed) == (1, False)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("def f():\n" + "    x()\n" * 51, "lines"),
        ("def f(x):\n" + "    if x: pass\n" * 8, "decides"),
        ("def f(a, b, c, d, e):\n    pass\n", "by place"),
    ],
)
def test_each_hard_limit_bites(source, word):
    """Too long, too branched, too many arguments."""
    assert [fault for fault in _size(source).faults() if word in fault]


def test_a_docstring_does_not_make_a_function_longer():
    """Explaining must cost nothing."""
    plain = _size("def f():\n    return 1\n")
    told = _size('def f():\n    """One.\n\n    And why.\n    """\n    return 1\n')
    assert plain.lines == told.lines


def test_a_file_over_the_limit_is_named(tmp_path):
    """The whole program, as the check runs it."""
    for source in budgets.SOURCES:
        (tmp_path / source).mkdir()
    (tmp_path / "edge" / "big.py").write_text("x = 1\n" * 401)
    assert budgets.faults(*budgets.read(tmp_path)) == ["edge/big.py has 401 lines, at most 400"]
    assert budgets.main(tmp_path) == 1
