"""What the use cases of files need of the world: where they arrive, are cleaned and are kept."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from chalicelib.domain.files import Cleaned

LARGEST_TAKEN = 30_000_000
"""Bytes that the intake lets in. More than a file may have: who sends one that is a little too large is to
be told so by us, and not by the intake, which knows no Thai."""


class UploadForm(Struct, frozen=True):
    """A form that a browser sends to the intake as it stands, its one file last; `origin` is the intake's."""

    url: str
    fields: Mapping[str, str]
    origin: str


class Arrived(Struct, frozen=True):
    """A file that waits in the intake: how many bytes it has, and the claim that went along with it."""

    size: int
    claim: str


class Intake(Protocol):
    """Where files of strangers arrive, straight from their browsers. Only who cleans them fetches one."""

    def form(self, key: str, *, claim: str, back_to: str, lives: timedelta) -> UploadForm:
        """A form that sends one file under this key, with this claim, and leads on to `back_to`."""

    def find(self, key: str) -> Arrived | None:
        """What arrived under a key; None where nothing did, or it is gone."""

    def read(self, key: str) -> bytes:
        """A file as it arrived. Raises NoSuchRecordError."""

    def waiting(self) -> Iterator[str]:
        """The keys of all files that are there."""

    def remove(self, key: str) -> None:
        """Take a file out; nothing where there is none."""


class FileStore(Protocol):
    """Clean files, each under a name of its own and never changed."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """Keep a file. Putting the same again is harmless."""

    def get(self, name: str) -> bytes:
        """A file's content. Raises NoSuchRecordError."""

    def link(self, name: str, *, save_as: str = "") -> str:
        """An address that shows the file for a minute, or has it saved under a name."""

    def remove(self, prefix: str) -> None:
        """Take out all files whose names begin so."""


class Cleaner(Protocol):
    """Makes files harmless."""

    def clean(self, content: bytes) -> Cleaned:
        """A clean copy. Raises FileRefusedError."""

    def black_out(self, content: bytes, cells: Collection[int]) -> Cleaned:
        """A clean photo with these squares black."""


class BlackOut(Struct, frozen=True, kw_only=True):
    """An order to black out these squares of a photo, as it stood at a rendition."""

    org: str
    complaint: str
    file: str
    rendition: int
    cells: tuple[int, ...]
    by: str


class Darkroom(Protocol):
    """Takes orders on photos to the function that has the libraries for it."""

    def order(self, wanted: BlackOut) -> None:
        """Have it done soon, once at least."""


Back = Callable[[str], str]
"""Where the browser goes once a file was sent: from the file's number to an address."""
