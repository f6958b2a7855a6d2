"""Pages: Jinja templates of kiosk_ui, always escaped, in the caller's language, and the files they load."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from jinja2 import FileSystemLoader, StrictUndefined

from edge import locale
from edge.http import files
from sync.core.languages import LANGUAGES, choose

LANGUAGE_COOKIE = "store_edge_lang"


def install(app: Flask) -> None:
    """Templates, languages and the files that pages load."""
    app.jinja_env.loader = FileSystemLoader(files.UI)
    app.jinja_env.undefined = StrictUndefined
    locale.Languages(app, locale_selector=_wished)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    files.install(app)
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
    return files.address(request.path)


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
