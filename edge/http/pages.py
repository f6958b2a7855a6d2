"""Pages: Jinja templates of kiosk_ui, always escaped, in the caller's language, and the files they load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template, request, send_from_directory
from flask_babel import gettext
from jinja2 import FileSystemLoader, StrictUndefined

from edge import locale
from sync.core.languages import LANGUAGES, choose

UI = Path(__file__).parent.parent.parent / "kiosk_ui"
LANGUAGE_COOKIE = "store_edge_lang"
_SERVED = (".css", ".js", ".svg", ".png", ".webmanifest")
_ASSET_SECONDS = 300


def install(app: Flask) -> None:
    """Templates, languages and static files; phones load theirs below /p/, so the front door lets them pass."""
    app.jinja_env.loader = FileSystemLoader(UI)
    app.jinja_env.undefined = StrictUndefined
    locale.Languages(app, locale_selector=_wished)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.add_url_rule("/assets/<path:name>", "asset", _asset, methods=["GET"])
    app.add_url_rule("/p/assets/<path:name>", "phone_asset", _asset, methods=["GET"])
    app.after_request(_remember_language)


def chosen() -> str:
    """The language of this request: ?lang=, else what was chosen before, else what the browser prefers."""
    return _wished()


def render(screen: str, **view: Any) -> str:
    """The HTML of kiosk_ui/screens/<screen>/page.html."""
    lang = chosen()
    return render_template(
        f"screens/{screen}/page.html",
        lang=lang,
        dir=locale.direction(lang),
        languages=list(LANGUAGES.items()),
        assets=assets(),
        **view,
    )


def text(sentence: str, **holes: object) -> str:
    """A sentence in the caller's language, its {holes} filled."""
    translated: str = gettext(sentence)
    return translated.format(**holes) if holes else translated


def assets() -> str:
    """Where this page's files are: below /p/ for what phones load over the front door."""
    return "/p/assets" if request.path[:3].lower() in ("/p/", "/q/") else "/assets"


def _wished() -> str:
    # Every request asks this, so what is not there is not parsed.
    asked = request.environ
    cookies = asked.get("HTTP_COOKIE", "")
    return choose(
        _asked_for(),
        request.cookies.get(LANGUAGE_COOKIE) if LANGUAGE_COOKIE in cookies else None,
        asked.get("HTTP_ACCEPT_LANGUAGE"),
    )


def _asked_for() -> str | None:
    """What the address itself asks for by ?lang=, if it does."""
    return request.args.get("lang") if request.environ.get("QUERY_STRING") else None


def _remember_language(response: Response) -> Response:
    asked = _asked_for()
    if asked in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, asked, max_age=365 * 86400, samesite="Lax", httponly=True
        )
    return response


def _asset(name: str) -> Response:
    if not name.endswith(_SERVED) or name.startswith("locale/"):
        abort(404)
    response = send_from_directory(UI, name, max_age=_ASSET_SECONDS, conditional=True)
    if name == "screens/pass/worker.js":
        response.headers["Service-Worker-Allowed"] = "/p/"
    return response
