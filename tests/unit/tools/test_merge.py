"""How infra/ is joined with what Chalice generated."""

from typing import Any

import pytest

from tools import merge


def api(*paths: str) -> dict[str, Any]:
    def operation() -> dict[str, Any]:
        return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": "the public door"}}

    return {"paths": {path: {"get": operation()} for path in paths}}


def uri_of(definition: dict[str, Any], path: str) -> str:
    return str(definition["paths"][path]["get"]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"])


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "APIHandler"),
        ("/{org}", "APIHandler"),
        ("/{org}/complaints/new", "APIHandler"),
        ("/{org}/console", "Console"),
        ("/{org}/console/complaints/{id}", "Console"),
        ("/{org}/consoles", "APIHandler"),
        ("/{org}/tips", "Tips"),
        ("/{org}/tips/desk/{proxy+}", "Tips"),
        ("/api/v1/{org}/tips", "Tips"),
        ("/api/v1/{org}/statistics/tips", "APIHandler"),
        ("/api/v1/{org}/complaints", "APIHandler"),
        ("/assets/{name}", "APIHandler"),
    ],
)
def test_a_path_belongs_to_one_door(path: str, door: str) -> None:
    assert merge.door_of(path) == door


def test_each_path_is_pointed_at_its_doors_function() -> None:
    definition = api("/{org}/console", "/{org}/tips/new", "/{org}")
    merge.repoint(definition)
    assert "${Console.Arn}" in uri_of(definition, "/{org}/console")
    assert "${Tips.Arn}" in uri_of(definition, "/{org}/tips/new")
    assert "${APIHandler.Arn}" in uri_of(definition, "/{org}")


def test_a_patch_completes_a_map_and_replaces_anything_else() -> None:
    base = {"a": {"kept": 1, "changed": [1]}, "b": 1}
    merge.deep_merge(base, {"a": {"changed": [2], "new": {"x": 1}}})
    assert base == {"a": {"kept": 1, "changed": [2], "new": {"x": 1}}, "b": 1}


def test_a_reference_is_replaced_whole() -> None:
    base: dict[str, Any] = {"name": {"Fn::Sub": "${Function}"}}
    merge.deep_merge(base, {"name": {"Ref": "Other"}})
    assert base == {"name": {"Ref": "Other"}}


def test_infra_that_completes_nothing_is_refused() -> None:
    with pytest.raises(merge.InfraError, match="NightlyAudit"):
        merge.merge({"Resources": {}}, "dev")
