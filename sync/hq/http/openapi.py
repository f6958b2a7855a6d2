"""The OpenAPI document, made from the routes as they were declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import msgspec

from sync.hq.http.routes import Route, Who

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}


def document(routes: Mapping[str, Route]) -> dict[str, Any]:
    """All JSON routes; pages are for people and stay out."""
    shown = [route for route in routes.values() if not route.is_page]
    said = (_each(kind) for route in shown for kind in (route.reads, route.answers))
    kinds = {kind for kind in said if _is_shape(kind)}
    ordered = sorted(kinds, key=str)
    _, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        path = _ARGUMENT.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    schemes = {
        "api_key": {"type": "http", "scheme": "bearer"},
        "store": {"type": "apiKey", "in": "header", "name": "Signature"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "store-edge HQ", "version": "1"},
        "paths": paths,
        "components": {"schemas": {**components, "Error": _ERROR}, "securitySchemes": schemes},
    }


def _operation(route: Route) -> dict[str, Any]:
    said: dict[str, Any] = {
        "summary": route.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _ARGUMENT.findall(route.path)
        ],
        "responses": {
            str(route.status): {"description": "Done", "content": _json(_schema(route.answers))},
            "default": {
                "description": "Refused",
                "content": _json({"$ref": "#/components/schemas/Error"}),
            },
        },
    }
    if route.who in (Who.API_KEY, Who.STORE):
        said["security"] = [{route.who.value: []}]
    if route.reads is bytes:
        said["requestBody"] = {"content": {"*/*": {"schema": {"type": "string"}}}}
    elif route.reads is not None:
        said["requestBody"] = {"required": True, "content": _json(_schema(route.reads))}
    return said


def _is_shape(kind: Any) -> bool:
    """Whether this document describes it; what stores and HQ say to each other is in PROTOCOL.md."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return False
    return not kind.__module__.startswith("sync.protocol")


def _each(kind: Any) -> Any:
    """What a list is a list of; anything else is itself."""
    return get_args(kind)[0] if get_origin(kind) is list else kind


def _schema(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is list:
        return {"type": "array", "items": _schema(_each(kind))}
    if _is_shape(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {"type": "object"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
