"""What `make run` says, in one line, of variables that it can't use."""

import os
from pathlib import Path

import pytest

from tools.cloud.settings import from_environment
from tools.local_cloud import require_own


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "CLOUD_PORT", "STATE_DIR", "RATE_LIMIT_PER_MINUTE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("typed", ["0", "65536", "99999"])
@pytest.mark.parametrize("variable", ["PORT", "CLOUD_PORT"])
def test_a_port_that_no_machine_has_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, typed: str
) -> None:
    monkeypatch.setenv(variable, typed)
    with pytest.raises(SystemExit, match=rf"^{variable} is between 1 and 65535, not {typed}$"):
        from_environment()


@pytest.mark.parametrize("variable", ["PORT", "CLOUD_PORT", "RATE_LIMIT_PER_MINUTE"])
def test_what_is_no_number_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "many")
    with pytest.raises(SystemExit, match=rf"^{variable} is a number, not 'many'$"):
        from_environment()


def test_one_port_for_site_and_cloud_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    monkeypatch.setenv("CLOUD_PORT", "8001")
    with pytest.raises(SystemExit, match=r"^PORT and CLOUD_PORT are both 8001"):
        from_environment()


def test_a_state_folder_that_can_hold_nothing_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"^Nothing can be kept in .*file/state \(Not a directory\)"):
        require_own(tmp_path / "file" / "state")


def test_a_state_folder_with_spaces_and_thai_letters_is_made(tmp_path: Path) -> None:
    state = tmp_path / "ที่ เก็บ"
    os.close(require_own(state))
    assert state.is_dir()
