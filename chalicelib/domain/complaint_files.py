"""The files of a complaint: photos and PDFs of its complainant and of the officers who work on it.

What is kept here is what is known of a file; its content stands in the store, under the numbers that
are named here. A file is never changed: a photo that is blacked out gets a further rendition.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.files import COLUMNS, Cleaned, Fault, FileRefusedError, rows_of
from chalicelib.domain.record import SYSTEM, Event, Fact, Json

MOST_OF_CITIZEN = 5
MOST_OF_OFFICERS = 20
MOST_REFUSED = 20
"""Refusals that one complaint remembers: what is sent after so many is dropped unsaid."""

FILE_EVENTS = frozenset(
    {
        "file_sent",
        "file_added",
        "file_refused",
        "photo_recognised",
        "photo_blacked_out",
        "explained",
        "resolved",
        "messaged",
        "contact_erased",
    }
)
"""Events that change the files of a complaint."""


class Moment(StrEnum):
    """What an officer's file shows."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class Sent(Struct, frozen=True, kw_only=True):
    """A file on its way: which one, for which complaint, by whom. Signed, it goes along with the file."""

    complaint: str
    file: str
    by: str
    moment: Moment = Moment.OTHER
    from_citizen: bool = True


class ComplaintFile(Struct, frozen=True, kw_only=True):
    """A file that is kept. `cells` are the squares that are blacked out in its newest rendition."""

    id: str
    media_type: str
    size: int
    at: datetime
    from_citizen: bool
    moment: Moment = Moment.OTHER
    width: int = 0
    height: int = 0
    has_preview: bool = True
    rendition: int = 0
    cells: tuple[int, ...] = ()
    told: bool = False
    """An officer's, which the complainant sees since it went along with a message."""
    recognised: tuple[str, ...] = ()
    """Complaints that came with the same photo before."""

    @property
    def is_photo(self) -> bool:
        return self.media_type == "image/jpeg"

    @property
    def rows(self) -> int:
        """Rows of squares in which it is blacked out; 0 for what is no photo."""
        return rows_of(self.width, self.height) if self.is_photo else 0


class RefusedFile(Struct, frozen=True, kw_only=True):
    """A file that was not taken, and why."""

    id: str
    fault: Fault
    from_citizen: bool


class Files(Struct, frozen=True):
    """All files of a complaint, oldest first."""

    kept: tuple[ComplaintFile, ...] = ()
    refused: tuple[RefusedFile, ...] = ()

    def find(self, id: str) -> ComplaintFile | None:
        return next((file for file in self.kept if file.id == id), None)

    def fault_of(self, id: str) -> Fault | None:
        """Why a file was refused; None where it was not."""
        return next((file.fault for file in self.refused if file.id == id), None)

    def knows(self, id: str) -> bool:
        """Whether it is settled what became of a file."""
        return self.find(id) is not None or self.fault_of(id) is not None

    def has_room(self, *, from_citizen: bool) -> bool:
        most = MOST_OF_CITIZEN if from_citizen else MOST_OF_OFFICERS
        return sum(1 for file in self.kept if file.from_citizen == from_citizen) < most

    def untold(self) -> tuple[ComplaintFile, ...]:
        """Officers' files that the complainant does not see yet."""
        return tuple(file for file in self.kept if not (file.from_citizen or file.told))

    def after(self, event: Event) -> "Files":
        data: Any = event.data
        match event.kind:
            case "file_sent" | "file_added":
                return replace(self, kept=(*self.kept, _kept(event)))
            case "file_refused":
                refused = RefusedFile(
                    id=data["file"], fault=Fault(data["fault"]), from_citizen=data["from_citizen"]
                )
                return replace(self, refused=(*self.refused, refused))
            case "photo_recognised":
                return self._with(data["file"], recognised=tuple(data["complaints"]))
            case "photo_blacked_out":
                return self._with(data["file"], cells=tuple(data["cells"]), rendition=data["rendition"])
            case "contact_erased":
                return Files()
            case _:
                files = self
                for id in data.get("files", ()):
                    files = files._with(id, told=True)
                return files

    def _with(self, id: str, **changes: Any) -> "Files":
        kept = tuple(replace(file, **changes) if file.id == id else file for file in self.kept)
        return replace(self, kept=kept)


def _kept(event: Event) -> ComplaintFile:
    data: Any = event.data
    return ComplaintFile(
        id=data["file"],
        media_type=data["media_type"],
        size=data["size"],
        at=event.at,
        from_citizen=event.kind == "file_sent",
        moment=Moment(data.get("moment", Moment.OTHER)),
        width=data["width"],
        height=data["height"],
        has_preview=data["has_preview"],
    )


def check_room(files: Files, sent: Sent, *, is_closed: bool) -> None:
    """Raise FileRefusedError where a complaint takes no further file."""
    if is_closed:
        raise FileRefusedError(Fault.CLOSED)
    if not files.has_room(from_citizen=sent.from_citizen):
        raise FileRefusedError(Fault.TOO_MANY)


def add(sent: Sent, cleaned: Cleaned, sha256: str, *, at: datetime) -> Fact:
    """A file was cleaned and is kept. `sha256` is that of its clean content: the chain holds it."""
    data: dict[str, Any] = {
        "file": sent.file,
        "media_type": cleaned.media_type,
        "size": len(cleaned.content),
        "sha256": sha256,
        "width": cleaned.width,
        "height": cleaned.height,
        "has_preview": bool(cleaned.preview),
    }
    if sent.from_citizen:
        return Fact(kind="file_sent", actor=sent.by, at=at, data=data)
    return Fact(kind="file_added", actor=sent.by, at=at, data={**data, "moment": str(sent.moment)})


def refuse(files: Files, sent: Sent, fault: Fault, *, at: datetime) -> Fact | None:
    """A file was not taken; None where so many were refused that no further one is remembered."""
    if len(files.refused) >= MOST_REFUSED:
        return None
    data: dict[str, Json] = {"file": sent.file, "fault": str(fault), "from_citizen": sent.from_citizen}
    return Fact(kind="file_refused", actor=sent.by, at=at, data=data)


def recognise(file: str, complaints: Collection[str], *, at: datetime) -> Fact:
    """The same photo came before: with this complaint or with others. A hint for officers, no more."""
    data: dict[str, Json] = {"file": file, "complaints": sorted(complaints)}
    return Fact(kind="photo_recognised", actor=SYSTEM, at=at, data=data)


def check_cells(file: ComplaintFile | None, cells: Collection[int]) -> None:
    """Raise where squares can't be blacked out: IllegalMoveError for what is no photo, InvalidFieldError for
    squares that it does not have, or that are black as they are."""
    if file is None or not file.is_photo:
        raise IllegalMoveError("black_out", "no_photo")
    if not all(0 <= cell < COLUMNS * file.rows for cell in cells):
        raise InvalidFieldError(cells="unknown")
    if set(cells) == set(file.cells):
        raise InvalidFieldError(cells="unchanged")


def black_out(file: ComplaintFile, cells: Collection[int], sha256: str, *, by: str, at: datetime) -> Fact:
    """These squares of a photo, and no others, are black in its next rendition; none: it is as it was."""
    data: dict[str, Json] = {
        "file": file.id,
        "cells": sorted(cells),
        "rendition": file.rendition + 1,
        "sha256": sha256,
    }
    return Fact(kind="photo_blacked_out", actor=by, at=at, data=data)


def send_along(fact: Fact, files: Files, told: Collection[str]) -> Fact:
    """What tells the complainant something, and shows her these files of officers from then on.

    Raises InvalidFieldError where one of them is none, or she sees it already.
    """
    if not told:
        return fact
    if not set(told) <= {file.id for file in files.untold()}:
        raise InvalidFieldError(files="unknown")
    return replace(fact, data={**fact.data, "files": sorted(told)})
