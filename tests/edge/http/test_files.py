"""The files of pages: kept for good under the address of their build, and small on the way to a phone."""

from __future__ import annotations

import gzip

import pytest

from edge.app import create_app
from edge.http import files
from sync.agent.line import wsgi_handler
from sync.protocol.relay import RelayRequest
from tests.world import client_of, open_edge

SHEET = "shared/phone.css"


@pytest.fixture
def web(tmp_path):
    """A customer's browser at a store."""
    edge = open_edge(tmp_path / "store")
    yield client_of(create_app(edge))
    edge.close()


def test_a_file_of_this_build_is_kept_for_good(web):
    """Its address changes with its content, so nobody has to ask again."""
    with web.get(f"/p/assets/{files.build()}/{SHEET}") as answer:
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_file_of_another_build_is_there_and_not_kept(web):
    """A page that stood open while the store was updated goes on working."""
    with web.get(f"/p/assets/b-000000000000/{SHEET}") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_build_it_is_asked_for_again_soon(web):
    """And the worker each time: its address is a promise, because it owns what phones keep."""
    with web.get(f"/p/assets/{SHEET}") as answer:
        assert "max-age=300" in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
    again = web.get(f"/p/assets/{SHEET}", headers={"If-None-Match": tag}, buffered=True)
    assert again.status_code == 304
    with web.get("/p/assets/screens/pass/worker.js") as worker:
        assert worker.headers["Cache-Control"] == "no-cache"
        assert worker.headers["Service-Worker-Allowed"] == "/p/"


def test_another_file_is_another_build(tmp_path, monkeypatch):
    """A changed byte, or a changed name, and the address is a new one."""
    monkeypatch.setattr(files, "UI", tmp_path)
    (tmp_path / "a.css").write_text("a{}")
    seen = {files.build.__wrapped__()}
    (tmp_path / "a.css").write_text("b{}")
    seen.add(files.build.__wrapped__())
    (tmp_path / "a.css").rename(tmp_path / "c.css")
    seen.add(files.build.__wrapped__())
    assert len(seen) == 3


def packed(web, path: str, wish: str = "gzip, br", **more: str):
    return web.get(path, headers={"Accept-Encoding": wish, **more}, buffered=True)


def test_who_takes_gzip_gets_it_and_everybody_else_the_same_words(web):
    """Smaller by half at least; Vary says so to whoever keeps it."""
    plain = packed(web, f"/p/assets/{SHEET}", "identity")
    small = packed(web, f"/p/assets/{SHEET}")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2
    assert small.content_length == len(small.data)
    assert all("Accept-Encoding" in each.headers["Vary"] for each in (plain, small))
    assert "Content-Encoding" not in packed(web, f"/p/assets/{SHEET}", "gzip;q=0").headers


def test_a_packed_file_that_has_not_changed_is_not_sent_again(web):
    """Its tag is a weak one: the content is the same, the bytes need not be."""
    tag = packed(web, f"/p/assets/{SHEET}").headers["ETag"]
    assert tag.startswith('W/"')
    again = packed(web, f"/p/assets/{SHEET}", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_else_is_packed(web):
    """Small answers, staff's screens, and what has no body."""
    assert "Content-Encoding" not in packed(web, "/p/assets/shared/favicon.svg").headers
    assert "Content-Encoding" not in packed(web, f"/assets/{SHEET}").headers
    head = web.head(f"/p/assets/{SHEET}", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert (head.status_code, head.data) == (200, b"")
    assert "Content-Encoding" not in head.headers


def test_it_is_packed_before_it_goes_over_the_stores_line(tmp_path):
    """What the front door passes on is what the store packed."""
    edge = open_edge(tmp_path / "store")
    request = RelayRequest(
        id="r", method="GET", path=f"/p/assets/{SHEET}", host="localhost",
        headers=[("accept-encoding", "gzip")],
    )  # fmt: skip
    answer = wsgi_handler(create_app(edge))(request)
    assert dict(answer.headers)["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (files.UI / SHEET).read_bytes()
    edge.close()
