"""A measure that is ended leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.processes import ROOT

MEASURE = """
import sys
from tests.bench.processes import clean_up_when_ended, disk_folder
clean_up_when_ended()
with disk_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.mark.journey
def test_a_measure_that_is_ended_takes_its_folder_with_it():
    """Whoever stops `make bench` need not tidy up after it."""
    with subprocess.Popen(
        [sys.executable, "-c", MEASURE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        process.terminate()
        assert process.wait(10) == 143
    assert not folder.exists()
