"""Build the Lambda package and the CloudFormation template: build/package.zip, build/template-STAGE.json.

    .venvs/app/bin/python -m tools.package dev

Chalice packages the application alone (its routes become the API's definition); the libraries of
requirements.txt are fetched once a change of that file and zipped beside it (libraries.py), those of
a layer by themselves (layers.py). Libraries go without their sources (a third less to unpack); ours
go with them, for tracebacks. Nothing is done where no input changed.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools import botocore_data, layers, libraries, merge
from tools.libraries import BUILD, ROOT, files_under, fingerprint

CHALICE = (str(Path(sys.executable).parent / "chalice"),)
PACKAGE = BUILD / "package.zip"
REQUIREMENTS = ROOT / "requirements.txt"

# What the application reads at run time; templates, catalogues' sources and stylesheets are
# inputs of `make assets`.
SOURCES_OF_ASSETS = ("web/templates", "web/static/scss")
NOT_SHIPPED = ("__pycache__", "*.po", "*.pot", "*.pyc")


class PackageError(Exception):
    """The application could not be packaged; carries Chalice's last words."""


def template_path(stage: str) -> Path:
    return BUILD / f"template-{stage}.json"


def stage_application(folder: Path) -> None:
    """A Chalice project of what is shipped alone, with no requirements of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=shutil.ignore_patterns(*NOT_SHIPPED))
    for sources in SOURCES_OF_ASSETS:
        shutil.rmtree(folder / "chalicelib" / sources, ignore_errors=True)
    (folder / ".chalice").mkdir()
    for path in (ROOT / ".chalice").glob("*.json"):
        shutil.copy(path, folder / ".chalice")
    (folder / "requirements.txt").touch()


def chalice_package(folder: Path, stage: str) -> Path:
    """Run `chalice package`; answers the folder with its sam.json and deployment.zip."""
    out = BUILD / "chalice"
    shutil.rmtree(out, ignore_errors=True)
    done = subprocess.run(
        [*CHALICE, "--project-dir", str(folder), "package", "--stage", stage, str(out)],
        check=False,
        env={**os.environ, "AWS_DEFAULT_REGION": "ap-southeast-1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip().splitlines()
        raise PackageError("\n".join(["chalice package failed:", *words[-6:]]))
    return out


def build(stage: str) -> bool:
    """Bring package, layers and template up to date; whether anything was done. One build at a time."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        layered = layers.build()
        return _build(stage) or layered


def _build(stage: str) -> bool:
    made_from = BUILD / f"made-from-{stage}"
    wanted = fingerprint(
        files_under(
            ROOT / "app.py", ROOT / "chalicelib", ROOT / "infra", ROOT / ".chalice/config.json",
            *sorted((ROOT / ".chalice").glob("policy-*.json")), REQUIREMENTS,
            Path(__file__), Path(libraries.__file__), Path(botocore_data.__file__), Path(merge.__file__),
        )
    )  # fmt: skip
    outputs = (PACKAGE, template_path(stage))
    if made_from.exists() and made_from.read_text() == wanted and all(p.exists() for p in outputs):
        return False
    print("Packaging", flush=True)
    made_from.unlink(missing_ok=True)
    application, unpacked = BUILD / "application", BUILD / "unpacked"
    stage_application(application)
    packaged = chalice_package(application, stage)
    shutil.rmtree(unpacked, ignore_errors=True)
    with zipfile.ZipFile(packaged / "deployment.zip") as source:
        source.extractall(unpacked)
    libraries.compile_tree(unpacked, keep_sources=True)
    libraries.write_zip(PACKAGE, {libraries.fetched("package", REQUIREMENTS): "", unpacked: ""})
    template = merge.merge(json.loads((packaged / "sam.json").read_text()), stage)
    template_path(stage).write_text(json.dumps(template, indent=1, ensure_ascii=False))
    made_from.write_text(wanted)
    return True


if __name__ == "__main__":
    try:
        build(sys.argv[1])
    except (PackageError, merge.InfraError) as error:
        sys.exit(str(error))
