"""The sandbox's own process: reads a stranger's file and writes a clean one, within limits.

    python -m chalicelib.adapters.cleaning FOLDER clean
    python -m chalicelib.adapters.cleaning FOLDER black_out 17,18,29

FOLDER holds `source`; what comes of it goes to `outcome`. `ready` appears once the libraries are loaded and
the limits hold: who ends before that did not end by the file.
"""

import resource
import sys
from pathlib import Path

import msgspec

from chalicelib.adapters.cleaning import pdfs, photos
from chalicelib.adapters.cleaning.kinds import LONGEST_HEAD, Kind, kind_of
from chalicelib.domain.files import Cleaned, Fault, FileRefusedError

SECONDS = 40
"""Of the processor, for one file."""

_MEMORY = 1_300_000_000
"""Bytes of address space. Libraries alone take a third of it, nearly all of that never touched."""


def main(folder: Path, task: str, cells: str = "") -> None:
    """Do a task, and write the clean file or the fault that it has."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000_000, 200_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    (folder / "ready").touch()
    try:
        if task == "clean":
            outcome: Cleaned | Fault = _clean(folder)
        else:
            outcome = photos.black_out(folder / "source", [int(cell) for cell in cells.split(",") if cell])
    except FileRefusedError as error:
        outcome = error.fault
    except Exception:  # whatever a library raises on a file that was made to break it
        outcome = Fault.UNREADABLE
    (folder / "outcome").write_bytes(msgspec.msgpack.encode(outcome))


def _clean(folder: Path) -> Cleaned:
    source = folder / "source"
    with source.open("rb") as opened:
        kind = kind_of(opened.read(LONGEST_HEAD))
    return pdfs.clean(source, folder / "target") if kind is Kind.PDF else photos.clean(source, kind)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
