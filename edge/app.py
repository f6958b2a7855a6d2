"""create_app: the only place where the real parts meet."""

from __future__ import annotations

from importlib.metadata import version

import msgspec
from flask import Flask, Response

from edge import http
from edge.base.edge import Edge
from edge.http import errors, guard, openapi, pages

MIGRATIONS = []  # type: ignore[var-annotated]


def create_app(edge: Edge) -> Flask:
    """The web application of one open store."""
    app = Flask("store-edge", static_folder=None, template_folder=None)
    app.extensions["store_edge"] = http.Ports(edge)
    pages.install(app)
    guard.install(app)
    errors.install(app)
    app.add_url_rule("/openapi.json", "openapi", _openapi)
    app.add_url_rule("/healthz", "healthz", _healthz)
    return app


def _openapi() -> Response:
    return Response(
        msgspec.json.encode(openapi.document(version("store-edge"))), mimetype="application/json"
    )


def _healthz() -> Response:
    return Response(b'{"ok":true}', mimetype="application/json")
