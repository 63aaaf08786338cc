"""Layers: what some functions need beside the package, within Lambda's limits, and at no other."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.test_template import functions, of_type
from tools import layers, package

Template = dict[str, Any]

# Lambda's limit on a function and its layers, unpacked.
LARGEST_TOGETHER = 250_000_000
# Which functions have which layer; no other has one.
HAVE = {"CleanFile": {"files"}, "MakeDocuments": {"documents"}, "Tips": {"sealing"}}
# What the functions of a layer import of it.
IMPORTED = {
    "documents": ("docx", "typst", "xlsxwriter"),
    "files": ("PIL.Image", "pi_heif", "pikepdf", "pypdfium2"),
    "sealing": ("pyrage",),
}


def parameter(layer: str) -> str:
    return f"{layer.title()}LayerKey"


def resource(layer: str) -> str:
    return f"{layer.title()}Layer"


def unpacked_size(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def test_each_file_of_requirements_is_a_layer_of_the_template(template: Template) -> None:
    versions = of_type(template, "AWS::Lambda::LayerVersion")
    assert versions.keys() == {resource(name) for name in layers.names()}
    for name in layers.names():
        content = versions[resource(name)]["Content"]
        assert content == {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": parameter(name)}}


def test_a_layer_is_at_the_functions_that_need_it_and_at_no_other(template: Template) -> None:
    for function, properties in functions(template).items():
        attached = {layer["Ref"] for layer in properties.get("Layers", ())}
        assert attached == {resource(name) for name in HAVE.get(function, ())}, function


@pytest.mark.parametrize("name", layers.names())
def test_a_layer_holds_libraries_alone_and_no_times(template: Template, name: str) -> None:
    with zipfile.ZipFile(layers.archive(name)) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert all(entry.filename.startswith("python/") for entry in entries)


@pytest.mark.parametrize("name", layers.names())
def test_a_layer_and_the_package_have_no_file_in_common(template: Template, name: str) -> None:
    with zipfile.ZipFile(layers.archive(name)) as layer, zipfile.ZipFile(package.PACKAGE) as shipped:
        assert not {n.removeprefix("python/") for n in layer.namelist()} & set(shipped.namelist())


def test_a_function_and_its_layers_are_within_lambdas_limit(template: Template) -> None:
    code = unpacked_size(package.PACKAGE)
    for names in HAVE.values():
        assert code + sum(unpacked_size(layers.archive(name)) for name in names) < LARGEST_TOGETHER


@pytest.mark.parametrize("name", layers.names())
def test_what_was_trimmed_of_a_layer_is_never_imported(template: Template, name: str, tmp_path: Path) -> None:
    for archive in (package.PACKAGE, layers.archive(name)):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(tmp_path)
    program = f"import sys; sys.path[:0] = sys.argv[1:]; import {', '.join(IMPORTED[name])}"
    done = subprocess.run(
        # -S leaves out the libraries of this environment
        [sys.executable, "-I", "-S", "-c", program, str(tmp_path), str(tmp_path / "python")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_an_unchanged_layer_is_not_built_again(template: Template) -> None:
    assert not layers.build()
