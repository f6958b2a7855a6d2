"""The files that pages load. Each build has its own address, under which a browser may keep them for good.

A page links below `/assets/<build>/`, where `<build>` is a hash over all files, and files name each other by
relative paths: so a page never meets a script of another build, and a phone asks for each file once.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory

UI = Path(__file__).parent.parent.parent / "kiosk_ui"
_SERVED = (".css", ".js", ".svg", ".png", ".webmanifest")
_BUILD = re.compile(r"^b-[0-9a-f]{12}/")
FOR_GOOD = 365 * 86400
# Without a build in its address: scripts that must keep theirs, and whoever typed it.
_A_WHILE = 300


def install(app: Flask) -> None:
    """Phones load their files below /p/, so the front door lets them pass."""
    app.add_url_rule("/assets/<path:name>", "asset", _asset, methods=["GET"])
    app.add_url_rule("/p/assets/<path:name>", "phone_asset", _asset, methods=["GET"])


def address(page: str) -> str:
    """Where the files of the page at this path are."""
    start = "/p/assets" if page[:3].lower() in ("/p/", "/q/") else "/assets"
    return f"{start}/{build()}"


@cache
def build() -> str:
    """What the files were when this process first asked."""
    files = sorted(each for each in UI.rglob("*") if each.suffix in _SERVED)
    seen = sha256()
    for each in files:
        seen.update(each.relative_to(UI).as_posix().encode() + b"\n" + each.read_bytes())
    return f"b-{seen.hexdigest()[:12]}"


def _asset(name: str) -> Response:
    asked = _BUILD.match(name)
    path = name[asked.end() :] if asked else name
    if not path.endswith(_SERVED) or path.startswith("locale/"):
        abort(404)
    is_ours = asked is not None and asked.group().rstrip("/") == build()
    response = send_from_directory(
        UI, path, max_age=FOR_GOOD if is_ours else _A_WHILE, conditional=True
    )
    if is_ours:
        response.cache_control.immutable = True
    if asked and not is_ours:
        # A page of another build, open while the store was updated: it gets what there is, and keeps none of it.
        response.headers["Cache-Control"] = "no-store"
    if path == "screens/pass/worker.js":
        response.headers["Service-Worker-Allowed"] = "/p/"
        response.headers["Cache-Control"] = "no-cache"
    return response
