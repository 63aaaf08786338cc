"""What a file is, told by its first bytes: neither its name nor what a browser says of it counts."""

from enum import StrEnum

from chalicelib.domain.files import Fault, FileRefusedError

LONGEST_HEAD = 32
"""Bytes that are enough to tell."""

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})


class Kind(StrEnum):
    """The kinds that are taken, by the names under which Pillow knows them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"
    PDF = "PDF"


def kind_of(head: bytes) -> Kind:
    """The kind of a file that begins so. Raises FileRefusedError for an empty one or any other kind."""
    if not head:
        raise FileRefusedError(Fault.EMPTY)
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return Kind.HEIF
    # Readers take the mark anywhere in the first kilobyte, and so would whatever stands before it.
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    raise FileRefusedError(Fault.UNKNOWN_KIND)
