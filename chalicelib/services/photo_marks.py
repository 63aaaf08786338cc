"""Knowing a photo again: it leaves a mark for each band of its fingerprint, and alike photos share one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from chalicelib.domain.files import are_alike, bands_of
from chalicelib.domain.record import Change, Key, Place, State, instant, new
from chalicelib.services.world import World

_MOST_LOOKED_AT = 100
"""Marks of a band that are compared: the newest."""


class PhotoMark(State, frozen=True, kw_only=True):
    """That a photo of this fingerprint came with a complaint."""

    kind: ClassVar[str] = "photo_mark"

    complaint: str
    file: str
    band: str
    fingerprint: str
    at: datetime

    def place(self, key: Key) -> Place:
        summary = {"complaint": self.complaint, "file": self.file, "fingerprint": self.fingerprint}
        return Place(order=instant(self.at), year=self.band, summary=summary)


def marks(org: str, complaint: str, file: str, fingerprint: str, at: datetime) -> Iterator[Change[PhotoMark]]:
    """The marks that a photo leaves; none for one that shows too little."""
    for band in bands_of(fingerprint) if fingerprint else ():
        mark = PhotoMark(complaint=complaint, file=file, band=band, fingerprint=fingerprint, at=at)
        yield new(Key(org, PhotoMark.kind, f"{file}-{band}"), mark)


def find(world: World, org: str, fingerprint: str, *, but: str) -> frozenset[str]:
    """The complaints with which a photo that looks the same came, left out the file `but`. Four queries."""
    found: set[str] = set()
    for band in bands_of(fingerprint) if fingerprint else ():
        page = world.records.list(PhotoMark, org, band, limit=_MOST_LOOKED_AT, newest_first=True)
        for row in page.rows:
            seen: Any = row.summary
            if seen["file"] != but and are_alike(seen["fingerprint"], fingerprint):
                found.add(seen["complaint"])
    return frozenset(found)
