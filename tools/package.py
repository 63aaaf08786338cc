"""Build the Lambda package and the CloudFormation template: build/package.zip, build/template-STAGE.json.

    .venvs/app/bin/python -m tools.package dev

Chalice packages the application alone (its routes become the API's definition); the libraries of
requirements.txt are fetched once a change of that file, trimmed of what never runs, compiled, and
zipped beside it. Bytecode is of the unchecked-hash kind: Lambda never compares it with a source,
and a cold start compiles nothing. Libraries go without their sources (a third less to unpack);
ours go with them, for tracebacks. The zip has no times in it, so the same input gives the same
bytes. Nothing is done where no input changed.
"""

import fcntl
import hashlib
import json
import os
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools import botocore_data, merge

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CHALICE = (str(Path(sys.executable).parent / "chalice"),)
PACKAGE = BUILD / "package.zip"
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_28_x86_64")
EPOCH = (1980, 1, 1, 0, 0, 0)

# What the application reads at run time; templates, catalogues' sources and stylesheets are
# inputs of `make assets`.
SOURCES_OF_ASSETS = ("web/templates", "web/static/scss")
NOT_SHIPPED = ("__pycache__", "*.po", "*.pot", "*.pyc")

# botocore carries the models of every AWS service. These are the ones our functions call;
# the loose files of its data folder (endpoints, retries) are for all of them.
AWS_SERVICES = {"cognito-idp", "dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs"}
# Of folders that hold a module a country or a feature, what is kept; tests start the application
# from the package alone, so that one kept too little is found.
KEPT = {
    "aws_lambda_powertools": {
        *("__init__.py", "exceptions", "logging", "metrics", "middleware_factory", "package_logger.py"),
        *("shared", "tracing", "utilities", "warnings"),
    },
    "aws_lambda_powertools/utilities": {"__init__.py", "jmespath_utils", "typing"},
    "stdnum": {"__init__.py", "damm.py", "exceptions.py", "util.py"},
}


class PackageError(Exception):
    """The application could not be packaged; carries Chalice's last words."""


def template_path(stage: str) -> Path:
    return BUILD / f"template-{stage}.json"


def files_under(*roots: Path) -> Iterator[Path]:
    for root in roots:
        paths = [root] if root.is_file() else sorted(root.rglob("*"))
        yield from (p for p in paths if p.is_file() and "__pycache__" not in p.parts)


def fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def compile_tree(folder: Path, keep_sources: bool) -> None:
    """Compile each module, beside its source or in its place; paths in tracebacks are Lambda's."""
    for source in sorted(folder.rglob("*.py")):
        py_compile.compile(
            str(source),
            cfile=None if keep_sources else str(source.with_suffix(".pyc")),
            dfile="/var/task/" + source.relative_to(folder).as_posix(),
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            doraise=True,
        )
        if not keep_sources:
            source.unlink()


def unneeded(path: Path) -> bool:
    """Whether a library's file (path from the package's root) never serves at run time."""
    parts, text = path.parts, path.as_posix()
    if parts[0].endswith(".dist-info"):
        return path.name != "METADATA"
    if parts[0] == "bin" or path.suffix in (".pyi", ".po", ".pot", ".typed"):
        return True
    if parts[:2] == ("botocore", "data") and len(parts) > 3:
        return parts[2] not in AWS_SERVICES or path.name.startswith("examples-")
    for folder, kept in KEPT.items():
        if text.startswith(folder + "/") and text.removeprefix(folder + "/").split("/")[0] not in kept:
            return True
    return "tests" in parts or "testing" in parts


def libraries() -> Path:
    """The folder of the runtime's libraries, trimmed and compiled; made when they changed."""
    inputs = [ROOT / "requirements.txt", Path(__file__), Path(botocore_data.__file__)]
    folder = BUILD / "libraries" / fingerprint(inputs)[:16]
    if folder.exists():
        return folder
    print("Fetching the libraries of the Lambda package", flush=True)
    shutil.rmtree(folder.parent, ignore_errors=True)
    unfinished = folder.with_suffix(".unfinished")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(unfinished)),
            *(f"--platform={platform}" for platform in PLATFORMS),
            *("-r", str(ROOT / "requirements.txt")),
        ],
        check=True,
    )
    for path in list(files_under(unfinished)):
        if unneeded(path.relative_to(unfinished)):
            path.unlink()
    botocore_data.shorten(unfinished / "botocore" / "data")
    compile_tree(unfinished, keep_sources=False)
    unfinished.rename(folder)
    return folder


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


def write_zip(target: Path, folders: Iterable[Path]) -> None:
    entries = {p.relative_to(root).as_posix(): p for root in folders for p in root.rglob("*")}
    unfinished = target.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w") as out:
        for name in sorted(name for name, path in entries.items() if path.is_file()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, entries[name].read_bytes(), compresslevel=6)
    unfinished.replace(target)


def build(stage: str) -> bool:
    """Bring package and template up to date; whether anything was done. One build at a time."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(stage)


def _build(stage: str) -> bool:
    made_from = BUILD / f"made-from-{stage}"
    wanted = fingerprint(
        files_under(
            ROOT / "app.py", ROOT / "chalicelib", ROOT / "infra", ROOT / ".chalice/config.json",
            *sorted((ROOT / ".chalice").glob("policy-*.json")), ROOT / "requirements.txt",
            Path(__file__), Path(botocore_data.__file__), Path(merge.__file__),
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
    compile_tree(unpacked, keep_sources=True)
    write_zip(PACKAGE, (libraries(), unpacked))
    template = merge.merge(json.loads((packaged / "sam.json").read_text()), stage)
    template_path(stage).write_text(json.dumps(template, indent=1, ensure_ascii=False))
    made_from.write_text(wanted)
    return True


if __name__ == "__main__":
    try:
        build(sys.argv[1])
    except (PackageError, merge.InfraError) as error:
        sys.exit(str(error))
