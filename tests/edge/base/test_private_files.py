"""Files that are there whole or not at all, also when the disk is full in the middle of one."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A limit on a file's size cuts a write short just as a full disk does.
CUT_SHORT = """
import resource, sys
from pathlib import Path
{imports}
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    {write}
except OSError:
    sys.exit(3)
"""
WAYS = {
    "store": (
        "from edge.base import private_files",
        "private_files.write(Path(sys.argv[1]), b'x' * 100)",
    ),
    "hq": (
        "from sync.hq.base import secret_files",
        "secret_files.store(Path(sys.argv[1]), 'x' * 100)",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_full_disk_leaves_the_former_file(tmp_path, way) -> None:
    """Half a key would lock everybody out; the old one stays, and the writer hears of it."""
    file = tmp_path / "key"
    file.write_bytes(b"as it was")
    file.chmod(0o600)
    imports, write = WAYS[way]
    script = CUT_SHORT.format(imports=imports, write=write)
    done = subprocess.run([sys.executable, "-c", script, str(file)], check=False)
    assert (done.returncode, file.read_bytes()) == (3, b"as it was")
