"""The Flask application that store and pages run in, without what it would do for nobody at each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.routing import MapAdapter


class _NoSession(SessionInterface):
    """There is no Flask session here: who asks is known by tokens of our own, kept as hashes."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """The same empty session for everybody; writing into it is an error."""
        return self._none


class _Rule(Rule):
    """A rule that learns to build addresses when one is asked for: werkzeug compiles two functions a rule at start."""

    def _compile_builder(
        self,
        append_unknown: bool = True,  # noqa: FBT001, FBT002 - as werkzeug has it
    ) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def build(rule: _Rule, **values: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build


class Web(Flask):
    """Flask with plain functions as views, and no session of its own."""

    session_interface = _NoSession()
    url_rule_class = _Rule

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Flask's, without reading the host three times: whether it is ours is asked in the guard."""
        if request is None:
            return super().create_url_adapter(None)
        asked = request.environ
        host = asked.get("HTTP_HOST") or f"{asked['SERVER_NAME']}:{asked['SERVER_PORT']}"
        return self.url_map.bind(
            host,
            asked.get("SCRIPT_NAME", ""),
            url_scheme=asked["wsgi.url_scheme"],
            default_method=asked["REQUEST_METHOD"],
            path_info=request.path,
            query_args=asked.get("QUERY_STRING", ""),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine, so nobody has to look."""
        return func
