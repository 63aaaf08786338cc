"""The Lambda package: all that a function imports, and no more."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import package

# Lambda's limit is 250 MB; the aim is a short cold start.
LARGEST_UNPACKED = 20_000_000


@pytest.fixture(scope="session")
def zipped() -> Path:
    package.build("dev")
    return package.PACKAGE


@pytest.fixture(scope="session")
def unpacked(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    return folder


def test_the_package_is_small(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) < LARGEST_UNPACKED


def test_the_package_holds_no_times(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_tools_tests_and_sources_of_assets_stay_at_home(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        names = archive.namelist()
    shipped = ("tools/", "tests/", "infra/", "chalicelib/web/templates/", "chalicelib/web/static/scss/")
    assert not [name for name in names if name.startswith(shipped) or name.endswith((".po", ".scss"))]


def test_the_program_that_checks_a_history_is_there_to_be_downloaded(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        assert "chalicelib/web/static/check_chain.py" in archive.namelist()


def test_the_application_starts_from_the_package_alone(unpacked: Path) -> None:
    """Nothing that was trimmed is imported, neither at the start nor by the botocore clients."""
    program = """
import sys
sys.path[:0] = [sys.argv[1]]
import app, botocore.session
import chalicelib.wiring, chalicelib.handlers.jobs
session = botocore.session.get_session()
for service in ("cognito-idp", "dynamodb", "secretsmanager", "sesv2"):
    session.create_client(service, region_name="ap-southeast-1")
"""
    done = subprocess.run(
        # -S leaves out the libraries of this environment
        [sys.executable, "-I", "-S", "-c", program, str(unpacked)],
        env={"AWS_DEFAULT_REGION": "ap-southeast-1", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_receipt_is_drawn_from_the_package_alone(unpacked: Path) -> None:
    program = """
import sys
sys.path[:0] = [sys.argv[1]]
from chalicelib.web.qr import qr_code
assert qr_code("https://example.go.th/demo/complaints/track").startswith("<svg")
"""
    subprocess.run([sys.executable, "-I", "-S", "-c", program, str(unpacked)], check=True)


def test_every_module_is_compiled_for_good(unpacked: Path) -> None:
    for source in unpacked.rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        assert compiled.exists(), source
    for compiled in unpacked.rglob("*.pyc"):
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 1, "not an unchecked hash"
