"""Declaring routes: nothing is reachable that does not say who may ask and what it reads and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from sync.hq.base.hq import Hq

BODY_LIMIT = 64 * 1024


class Who(Enum):
    """Who may ask. Viewer, manager and admin are people; each may do what the one before may."""

    PUBLIC = "public"
    HOOK = "hook"
    API_KEY = "api_key"
    STORE = "store"
    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks this time."""

    kind: str = "public"
    id: str = ""
    name: str = ""
    role: str = ""
    proof: object = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route as it was declared."""

    method: str
    path: str
    who: Who
    summary: str
    reads: Any = None
    answers: Any = None
    status: int = 200
    limit: int = BODY_LIMIT
    is_page: bool = False


ROUTES: dict[str, Route] = {}
View = Callable[..., Any]


def hq() -> Hq:
    """The HQ that this request belongs to."""
    return cast(Hq, current_app.extensions["hq"])


def blueprint(name: str, prefix: str = "") -> Blueprint:
    """A feature's routes."""
    return Blueprint(f"hq_{name}", __name__, url_prefix=prefix or None)


def route(
    bp: Blueprint,
    method: str,
    path: str,
    *,
    who: Who,
    summary: str,
    reads: Any = None,
    answers: Any = None,
    status: int = 200,
    limit: int = BODY_LIMIT,
) -> Callable[[View], View]:
    """Register a JSON route. With `reads=bytes` the view gets the raw body."""
    declared = Route(
        method=method, path=(bp.url_prefix or "") + path, who=who, summary=summary, reads=reads,
        answers=answers, status=status, limit=limit,
    )  # fmt: skip
    return _register(bp, declared, path)


def page(
    bp: Blueprint,
    path: str,
    *,
    who: Who,
    summary: str,
    method: str = "GET",
    form: Any = None,
) -> Callable[[View], View]:
    """Register a page for people; `form` is what a POST of it reads."""
    declared = Route(
        method=method, path=(bp.url_prefix or "") + path, who=who, summary=summary, reads=form,
        is_page=True,
    )  # fmt: skip
    return _register(bp, declared, path)


def _register(bp: Blueprint, declared: Route, path: str) -> Callable[[View], View]:
    def register(view: View) -> View:
        name = cast(Any, view).__name__
        ROUTES[f"{bp.name}.{name}"] = declared

        def handle(**given: Any) -> ResponseReturnValue:
            return _answer(declared, view, given)

        bp.add_url_rule(path, name, handle, methods=[declared.method])
        return view

    return register


def _answer(declared: Route, view: View, given: dict[str, Any]) -> ResponseReturnValue:
    from sync.hq.http import answering, asking, guards

    g.caller = caller = guards.admit(declared)
    if declared.reads is bytes:
        given["body"] = asking.raw_body(declared.limit)
    elif declared.reads is not None:
        read = asking.form if declared.is_page else asking.json_body
        given["body"] = read(declared.reads, declared.limit)
    return answering.answer(view(**given, caller=caller), declared)
