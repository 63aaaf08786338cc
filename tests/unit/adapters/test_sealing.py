"""Sealing with age: what opens what, what age's own program makes of it, and who pays for the library."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.adapters.sealing import AgeSealing
from chalicelib.domain.age import AgeSecret
from chalicelib.services.ports import CannotOpenError

SEALING = AgeSealing()
MINE, YOURS = AgeSecret.from_seed(b"m" * 32), AgeSecret.from_seed(b"y" * 32)

# A file that age 1.1.1 made (`age -r age1…`, the recipient of MINE): the text "sealed by age".
BY_AGE = bytes.fromhex(
    "6167652d656e6372797074696f6e2e6f72672f76310a2d3e2058323535313920544c304b6252687573334a4b6e443854794b"
    "2b4d2f53746d72477a6f655059417a572b7532735445567a300a44682b777279554975636c6931356f485762515162446962"
    "4c424831593142486169306c474458652b46670a2d2d2d203252306c77632f7247694c59306d646d4e36766c413051714545"
    "5073376f4b75742f48316652314e6754300a5956c6132f7751a90f9b4205c5f8ed1c43d73095ce2edd9f4a6555832641f0d3"
    "0b5a002f2158563081e2b6ac7f"
)


def test_each_recipient_opens_it_and_nobody_else() -> None:
    sealed = SEALING.seal("ความลับ".encode(), [SEALING.recipient(MINE)])
    assert SEALING.open(sealed, MINE) == "ความลับ".encode()
    with pytest.raises(CannotOpenError):
        SEALING.open(sealed, YOURS)
    both = SEALING.seal(b"x", [SEALING.recipient(MINE), SEALING.recipient(YOURS)])
    assert SEALING.open(both, MINE) == SEALING.open(both, YOURS) == b"x"


def test_what_is_broken_or_no_file_of_age_does_not_open() -> None:
    sealed = SEALING.seal(b"x", [SEALING.recipient(MINE)])
    for broken in (b"", b"text", sealed[:-1], sealed[:-1] + b"\0", sealed[20:]):
        with pytest.raises(CannotOpenError) as raised:
            SEALING.open(broken, MINE)
        assert not raised.value.args


def test_what_is_no_key_opens_and_receives_nothing() -> None:
    with pytest.raises(CannotOpenError):
        SEALING.recipient(AgeSecret("no key"))
    with pytest.raises(CannotOpenError):
        SEALING.open(SEALING.seal(b"x", [SEALING.recipient(MINE)]), AgeSecret("no key"))
    with pytest.raises(ValueError, match="recipient"):
        SEALING.seal(b"x", ["age1nobody"])


def test_what_ages_own_program_sealed_opens_here() -> None:
    assert SEALING.open(BY_AGE, MINE) == b"sealed by age"


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed: .ci/run has it")
def test_what_is_sealed_here_opens_with_ages_own_program(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(MINE.reveal() + "\n")
    sealed = SEALING.seal(b"sealed here", [SEALING.recipient(YOURS), SEALING.recipient(MINE)])
    opened = subprocess.run(["age", "-d", "-i", str(key)], input=sealed, capture_output=True, check=True)
    assert opened.stdout == b"sealed here"


def test_no_door_imports_the_library_before_it_seals() -> None:
    program = "import sys, chalicelib.wiring, app; assert 'pyrage' not in sys.modules, 'imported'"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
