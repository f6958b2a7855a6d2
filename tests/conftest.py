"""What every test gets: loopback only, repeatable chance, and the recorded data when it is given."""

import ipaddress
import os
import socket
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile(
    "store-edge",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("store-edge")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with recorded trips and store days; the tests that need it are skipped without it."""
    folder = Path(os.environ.get("STORE_EDGE_SHARED", ROOT.parent / "shared")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no recorded data: {folder} is not there (set STORE_EDGE_SHARED)")
    return folder


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket of the file system
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@pytest.fixture(scope="session", autouse=True)
def _loopback_only():
    """A test that calls out to the world fails at once, and says to whom it wanted to talk."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name):
        def call(self, address):
            if not _is_here(address):
                raise AssertionError(f"a test tried to reach {address}")
            return real[name](self, address)

        return call

    for name in real:
        setattr(socket.socket, name, guarded(name))
    yield
    for name, method in real.items():
        setattr(socket.socket, name, method)
