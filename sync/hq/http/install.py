"""Hanging HQ's manners onto a Flask app."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, send_from_directory
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from sync.core.errors import Refusal
from sync.hq.base.hq import Hq
from sync.hq.http import answering, languages

_ASSET_KINDS = (".css", ".js", ".svg", ".png", ".webmanifest")


def install(app: Flask, hq: Hq) -> None:
    """Errors, headers, templates and assets; proxies are believed only as far as settings say."""
    app.extensions["hq"] = hq
    app.register_error_handler(Refusal, answering.refused)
    app.register_error_handler(HTTPException, answering.http_problem)
    app.register_error_handler(Exception, answering.broke)
    app.after_request(answering.protect)
    app.jinja_env.globals["_"] = _translated
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/assets/<path:name>", "assets", _asset)
    if hops := hq.settings.trusted_proxies:
        fixed: Any = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def _translated(text: str, **holes: object) -> str:
    return languages.Words(answering.language())(text, **holes)


def _asset(name: str) -> Response:
    if not name.startswith(("shared/", "screens/hq_", "vendor/")) or not name.endswith(
        _ASSET_KINDS
    ):
        raise NotFound
    response = send_from_directory(languages.KIOSK_UI, name, max_age=3600)
    return response
