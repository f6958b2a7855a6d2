from __future__ import annotations

import importlib
import subprocess
import sys

import msgspec
import pytest

from sync.core import shapes

# A field whose type takes its time holds the door open through which the second thread comes in.
TWO_AT_ONCE = """
import threading, time, msgspec
from sync.core import shapes

def slowly():
    time.sleep(0.02)
    return int

class Inner(msgspec.Struct):
    a: "slowly()"

class Asked(msgspec.Struct):
    inner: Inner
    b: int

{before}
threads = [
    threading.Thread(target=msgspec.json.decode, args=(b'{{"inner":{{"a":1}},"b":2}}',), kwargs={{"type": Asked}})
    for _ in range(4)
]
for each in threads:
    each.start()
for each in threads:
    each.join()
print("alive")
"""


def run(before: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", TWO_AT_ONCE.format(before=before)]
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)


def test_shapes_that_were_made_ready_are_decoded_by_many_threads_at_once():
    """Four threads ask for the same shape for the first time."""
    done = run("shapes.make_ready()")
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_shapes_that_were_not_made_ready_end_the_process():
    """The reason for it all: when this fails, msgspec has mended it, and `shapes` can go."""
    assert run("").returncode < 0


def test_every_shape_of_store_and_hq_can_be_made_ready():
    """Also those that nobody decodes: none of them is in the way."""
    for name in ("edge.app", "sync.hq.app.service"):
        importlib.import_module(name)
    shapes.make_ready()
    known = {shape for shape in shapes._ready if shape.__module__.startswith(("edge.", "sync."))}
    assert len(known) > 200


def test_only_new_shapes_are_worked_out():
    """A second call costs a look, and finds what was defined since."""

    class Later(msgspec.Struct):
        n: int

    assert Later not in shapes._ready
    shapes.make_ready()
    assert Later in shapes._ready


@pytest.mark.parametrize("app", ["edge", "hq"])
def test_an_app_is_not_made_before_its_shapes_are_ready(tmp_path, monkeypatch, app):
    """Both say so when they are put together, and so before they serve."""
    from edge.app import create_app, open_store
    from tests.hq.world import World

    called = []
    monkeypatch.setattr(shapes, "make_ready", lambda: called.append(app))
    if app == "hq":
        World(tmp_path).close()
    else:
        edge = open_store(tmp_path / "store", environment={})
        create_app(edge)
        edge.close()
    assert called == [app]
