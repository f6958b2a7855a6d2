"""The 52 scenarios of the specification, by number: played, proved elsewhere, or said to be missing."""

import ast
from pathlib import Path

import pytest

from tests.sim import scenarios
from tests.sim.scenarios import SCENARIOS, Elsewhere, NotYet

# So much is made here that the collector also finds what other files' tests left, such as a socket.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ROOT = Path(__file__).parents[2]


def test_every_row_of_the_specification_is_here():
    """In its order, each with a proof or a reason."""
    assert [each.number for each in SCENARIOS] == list(range(1, 53))
    assert scenarios.table().count("\n") == 51


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: f"{each.number}")
def test_the_scenario_holds(scenario):
    """What is not there yet is named by the feature that it needs, where pytest lists what was skipped."""
    if isinstance(scenario.proof, NotYet):
        pytest.skip(
            f"scenario {scenario.number} ({scenario.title}): not yet, {scenario.proof.feature}"
        )
    if isinstance(scenario.proof, Elsewhere):
        tree = ast.parse((ROOT / scenario.proof.file).read_text(encoding="utf-8"))
        names = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        assert scenario.proof.name in names
        return
    assert scenario.play() == ""
