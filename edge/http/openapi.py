"""The OpenAPI 3.1 document of /api and the pass, written from the declared routes themselves."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from edge.http.routes import Declared, declared

_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
            "required": ["code", "message", "details"],
        }
    },
    "required": ["error"],
}


def document(version: str) -> dict[str, Any]:
    """All declared JSON routes with their bodies, answers and the one error shape."""
    routes = [each for each in declared() if not each.html]
    shapes = [
        shape for each in routes for shape in (each.reads, each.answers) if shape is not None
    ]
    references, components = msgspec.json.schema_components(
        shapes, ref_template="#/components/schemas/{name}"
    )
    schema_of = dict(zip(shapes, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in routes:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "store-edge", "version": version},
        "paths": paths,
        "components": {"schemas": {**components, "Refusal": _ERROR}},
    }


def _operation(route: Declared, schema_of: dict[type[Any], dict[str, Any]]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "operationId": route.endpoint.replace(".", "_"),
        "summary": route.summary,
        "tags": [route.who],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)
        ],
        "responses": {
            str(route.status): {
                "description": "done",
                **_content(schema_of.get(route.answers) if route.answers else None),
            },
            "4XX": {
                "description": "refused",
                **_content({"$ref": "#/components/schemas/Refusal"}),
            },
            "503": {
                "description": "not now",
                **_content({"$ref": "#/components/schemas/Refusal"}),
            },
        },
    }
    if route.reads is not None:
        about["requestBody"] = {"required": True, **_content(schema_of[route.reads])}
    return about


def _content(schema: dict[str, Any] | None) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema or {}}}}
