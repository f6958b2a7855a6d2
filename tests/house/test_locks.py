"""Lock files name versions and hashes, and nothing about the machine or the network that wrote them."""

import re
import subprocess

import pytest

from tests.house.small_house import ROOT, settings

LOCKS = sorted((ROOT / "config/locks").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)( ; [^\\]+)? \\$")

# Written in pieces, so that this file does not name them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("debian", "org", ""),
        ("crates", "io"),
        ("golang", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
    )
]


def committed() -> list[str]:
    """What git tracks."""
    answer = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        pytest.skip("not a git work tree, so nothing is committed")
    return [name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_holds_only_pins_and_hashes(lock):
    """No address, no index, no option line: pip's own settings say where packages come from."""
    odd = [
        line
        for line in lock.read_text().splitlines()
        if not PIN.match(line) and not re.match(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
    ]
    assert odd == []


def test_the_store_gets_the_versions_that_were_tested():
    """Every pin of the runtime lock stands in the lock of all as well."""
    pins = {
        lock.stem: {line for line in lock.read_text().splitlines() if PIN.match(line)}
        for lock in LOCKS
    }
    assert pins["runtime"]
    assert pins["runtime"] <= pins["all"]


def test_every_dependency_says_why_it_is_here():
    """A dependency without a reason is a dependency to remove."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.findall(r'^  "[a-z][\w.\[\]-]*[<>=][^"]*",(.*)$', text, re.MULTILINE)
    project = settings()["project"]
    assert len(listed) == len(project["dependencies"]) + sum(
        map(len, project["optional-dependencies"].values())
    )
    assert [rest for rest in listed if not re.match(r"\s+# \w.{10,}", rest)] == []


def test_no_committed_file_names_a_package_registry():
    """Where packages come from is the installer's business, never ours."""
    found = [
        (name, host)
        for name in committed()
        for host in HOSTS
        if host.encode() in (ROOT / name).read_bytes()
    ]
    assert found == []
