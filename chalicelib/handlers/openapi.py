"""The OpenAPI document, out of the routes' declarations and the structs that check what comes in."""

import re
from functools import cache
from http import HTTPStatus
from importlib import import_module
from typing import Any

import msgspec

from chalicelib.handlers.routing import Doc, Everyone, Problem, Request, Response, Route, Routes

ROUTES = Routes(__name__)

_SLUG = {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,38}$"}
_PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "org": {"description": "slug of the organisation", "schema": _SLUG},
    "tracking_code": {
        "description": "20 digits, with or without hyphens",
        "schema": {"type": "string", "pattern": "^[0-9]{5}-?[0-9]{5}-?[0-9]{5}-?[0-9]{5}$"},
    },
    "number": {"description": "number of the project", "schema": {"type": "integer", "minimum": 1}},
}

_REF = "#/components/schemas/{name}"


@ROUTES.page("/api/v1/openapi.json", access=Everyone.PUBLIC)
def document(request: Request) -> Response:
    """The document, without an organisation."""
    return Response(_document(), content_type="application/json; charset=utf-8")


@cache
def _document() -> str:
    from chalicelib.handlers.doors import DOORS  # noqa: PLC0415

    modules = [name for door in DOORS.values() for name in door]
    routes: list[Route] = []
    for name in modules:
        routes += import_module(f"chalicelib.handlers.{name}").ROUTES.routes
    return msgspec.json.encode(describe([route for route in routes if route.doc])).decode()


def describe(routes: list[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes."""
    docs = [route.doc for route in routes if route.doc]
    types = [Problem] + [t for doc in docs for t in (doc.answer, doc.body) if t is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.doc:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, route.doc, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sucharit",
            "version": "1",
            "description": "Complaints, the anti-corruption plan and public information, by organisation.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(route: Route, doc: Doc, by_type: dict[Any, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, **_PATH_PARAMETERS[name]}
        for name in re.findall(r"\{([a-z_]+)\}", route.path)
    ]
    parameters += [{"name": n, "in": "query", "schema": dict(s)} for n, s in doc.query.items()]
    parameters += [{"name": n, "in": "header", "schema": dict(s)} for n, s in doc.headers.items()]
    content = {"application/json": {"schema": by_type[doc.answer]}}
    if doc.csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    problem = {"application/problem+json": {"schema": by_type[Problem]}}
    refusals = sorted({*doc.refusals, *_always(route)})
    operation: dict[str, Any] = {
        "operationId": route.view.__name__,
        "summary": doc.summary,
        "parameters": parameters,
        "responses": {
            str(doc.status): {"description": HTTPStatus(doc.status).phrase, "content": content},
            **{
                str(status): {"description": HTTPStatus(status).phrase, "content": problem}
                for status in refusals
            },
        },
    }
    if doc.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": by_type[doc.body]}},
        }
    return operation


def _always(route: Route) -> set[int]:
    """What any route may refuse with: an unknown organisation, an `Accept` that takes nothing we have."""
    statuses = {404, 406}
    return statuses | {413, 429} if route.method == "POST" else statuses
