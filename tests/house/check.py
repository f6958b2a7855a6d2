"""`make check`: one ordered list of checks, the same at home and in CI. All run, so one look shows all that is red."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
BUDGET_SECONDS = 60


def rules_tests() -> list[str]:
    """The quick tests: the house, the docs, and everything that tests pure rules."""
    tests = ROOT / "tests"
    pure = {
        *tests.rglob("test_*rules*.py"),
        *tests.glob("*/*/rules/test_*.py"),
        *tests.glob("core/**/test_*.py"),
    }
    return ["tests/house", "tests/docs", *sorted(str(path.relative_to(ROOT)) for path in pure)]


def steps() -> list[tuple[str, list[str]]]:
    """What is checked, in the order of how soon it tells something."""
    python = sys.executable
    return [
        ("lint", [str(BIN / "ruff"), "check", "--quiet", "--output-format=concise", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
        ("walls", [str(BIN / "lint-imports"), "--no-logo"]),
        ("types", [str(BIN / "mypy"), "--no-error-summary"]),
        ("budgets", [python, "-m", "tests.house.budgets"]),
        ("rules, docs and house", [python, "-m", "pytest", "-q", *rules_tests()]),
    ]


def run(name: str, words: list[str]) -> bool:
    """Run one check; show what it said when it is red or when it is a table to look at."""
    started = time.monotonic()
    done = subprocess.run(
        words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    is_green = done.returncode == 0
    print(
        f"{'ok ' if is_green else 'RED'}  {name:24}{time.monotonic() - started:6.1f} s", flush=True
    )
    if not is_green or name == "budgets":
        print(done.stdout + done.stderr, flush=True)
    return is_green


def main() -> int:
    """Run every check, then say how long it took against the minute it may take."""
    started = time.monotonic()
    results = [run(name, words) for name, words in steps()]
    took = time.monotonic() - started
    print(
        f"{sum(results)} of {len(results)} checks green in {took:.0f} s (budget {BUDGET_SECONDS} s)"
    )
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
