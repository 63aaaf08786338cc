"""Libraries as Lambda runs them: fetched for its platform, trimmed of what never runs, compiled, zipped.

Bytecode is of the unchecked-hash kind: Lambda never compares it with a source, and a cold start
compiles nothing. A zip has no times in it, so the same input gives the same bytes.
"""

import hashlib
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools import botocore_data

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_28_x86_64")
EPOCH = (1980, 1, 1, 0, 0, 0)

# botocore carries the models of every AWS service. These are the ones our functions call;
# the loose files of its data folder (endpoints, retries) are for all of them.
AWS_SERVICES = {"cognito-idp", "dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs"}
# Of folders that hold a module a country or a feature, what is kept, by the name before the first
# dot; tests start the application from what is shipped alone, so that one kept too little is found.
KEPT = {
    "aws_lambda_powertools": {
        *("__init__", "exceptions", "logging", "metrics", "middleware_factory", "package_logger"),
        *("shared", "tracing", "utilities", "warnings"),
    },
    "aws_lambda_powertools/utilities": {"__init__", "jmespath_utils", "typing"},
    "lxml": {"__init__", "_elementpath", "etree"},
    "stdnum": {"__init__", "damm", "exceptions", "util"},
}


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


def compile_tree(folder: Path, keep_sources: bool, place: str = "/var/task/") -> None:
    """Compile each module, beside its source or in its place; paths in tracebacks are Lambda's."""
    for source in sorted(folder.rglob("*.py")):
        py_compile.compile(
            str(source),
            cfile=None if keep_sources else str(source.with_suffix(".pyc")),
            dfile=place + source.relative_to(folder).as_posix(),
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
        if text.startswith(folder + "/"):
            inside = text.removeprefix(folder + "/").split("/")[0]
            if inside.partition(".")[0] not in kept:
                return True
    return "tests" in parts or "testing" in parts


def fetched(name: str, requirements: Path, place: str = "/var/task/") -> Path:
    """The folder of a file's libraries, trimmed and compiled; made when they changed.

    `name` tells the folders of several files apart, `place` is where Lambda unpacks them.
    """
    inputs = [requirements, Path(__file__), Path(botocore_data.__file__)]
    folder = BUILD / "libraries" / f"{name}-{fingerprint(inputs)[:16]}"
    if folder.exists():
        return folder
    print(f"Fetching the libraries of {requirements.name}", flush=True)
    for old in folder.parent.glob(f"{name}-*"):
        shutil.rmtree(old)
    unfinished = folder.with_suffix(".unfinished")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(unfinished)),
            *(f"--platform={platform}" for platform in PLATFORMS),
            *("-r", str(requirements)),
        ],
        check=True,
    )
    for path in list(files_under(unfinished)):
        if unneeded(path.relative_to(unfinished)):
            path.unlink()
    if (unfinished / "botocore").exists():
        botocore_data.shorten(unfinished / "botocore" / "data")
    compile_tree(unfinished, keep_sources=False, place=place)
    unfinished.rename(folder)
    return folder


def write_zip(target: Path, folders: Mapping[Path, str]) -> None:
    """Zip folders into one archive, each under the prefix that it is given ("" for none)."""
    entries = {
        prefix + path.relative_to(root).as_posix(): path
        for root, prefix in folders.items()
        for path in root.rglob("*")
    }
    unfinished = target.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w") as out:
        for name in sorted(name for name, path in entries.items() if path.is_file()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, entries[name].read_bytes(), compresslevel=6)
    unfinished.replace(target)
