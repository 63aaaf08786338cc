"""PDFs: their pages alone, in a new document, with nothing that runs, tells or hides.

What is not named as kept goes: actions, forms (their entries become part of the page), links, attachments,
metadata, layers' programs. A document that brings a program along is refused, not cleaned: what it would
show without it is not what its sender sees. Imports pikepdf and pdfium: for the sandbox alone.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Stream

from chalicelib.adapters.cleaning.photos import PREVIEW_SIDE, jpeg
from chalicelib.domain.files import Cleaned, Fault, FileRefusedError

_OF_A_PAGE = frozenset(
    {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
)
_NEVER = frozenset(
    {
        "/A",
        "/AA",
        "/AF",
        "/Alternates",
        "/EF",
        "/JS",
        "/Metadata",
        "/OPI",
        "/OpenAction",
        "/PieceInfo",
        "/Thumb",
        "/Next",
    }
)
_OF_EXTERNAL_STREAMS = ("/F", "/FFilter", "/FDecodeParms")
_PROGRAMS = frozenset({Name.JavaScript, Name.Launch})
_DEEPEST = 100
_MOST_MEMORY = 268_435_456
"""Bytes that one stream may unfold to."""

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_MOST_MEMORY,
    run_length_max_memory=_MOST_MEMORY,
    png_max_memory=_MOST_MEMORY,
    tiff_max_memory=_MOST_MEMORY,
    dct_max_memory=_MOST_MEMORY,
    parser_max_container_size=1_000_000,
)


def clean(source: Path, target: Path) -> Cleaned:
    """The document's pages in a new one, written to `target`, and a picture of the first page.

    Raises FileRefusedError.
    """
    try:
        with pikepdf.open(source) as opened:
            if not len(opened.pages):
                raise FileRefusedError(Fault.UNREADABLE)
            if any(_is_program(found) for found in _dictionaries(opened)):
                raise FileRefusedError(Fault.PROGRAM)
            _write_pages(opened, target)
    except pikepdf.PasswordError as error:
        raise FileRefusedError(Fault.LOCKED) from error
    return Cleaned(media_type="application/pdf", content=target.read_bytes(), preview=_preview(target))


def _write_pages(opened: pikepdf.Pdf, target: Path) -> None:
    opened.generate_appearance_streams()
    opened.flatten_annotations("all")
    with pikepdf.new() as fresh:
        for page in opened.pages:
            _keep(page.obj, _OF_A_PAGE)
            fresh.pages.append(page)
        _keep(fresh.Root, frozenset({"/Type", "/Pages"}))
        for found in fresh.objects:
            if isinstance(found, Stream):
                _clean_stream(found)
            elif isinstance(found, Dictionary):
                _drop(found, _NEVER)
        fresh.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def _preview(document: Path) -> bytes:
    """The first page as a picture; empty where it can't be drawn."""
    try:
        with pypdfium2.PdfDocument(document) as opened:
            page = opened[0]
            scale = PREVIEW_SIDE / max(*page.get_size(), 1)
            return jpeg(page.render(scale=scale).to_pil().convert("RGB"))
    except pypdfium2.PdfiumError:
        return b""


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Every dictionary of a document, those within others and those of its streams too."""
    waiting: list[tuple[Any, int]] = [(found, 0) for found in pdf.objects]
    waiting.append((pdf.trailer, 0))
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, Stream):
            found = found.stream_dict
        if isinstance(found, Dictionary):
            yield found
            inner = [value for _, value in found.items()]
        elif isinstance(found, Array):
            inner = list(found)
        else:
            continue
        if depth < _DEEPEST:
            # What stands by itself is visited by itself.
            waiting += [(i, depth + 1) for i in inner if isinstance(i, Object) and not i.is_indirect]


def _is_program(found: Object) -> bool:
    return "/JS" in found or "/XFA" in found or found.get("/S") in _PROGRAMS


def _keep(found: Object, kept: frozenset[str]) -> None:
    for key in list(found.keys()):
        if key not in kept:
            del found[key]


def _drop(found: Object, dropped: frozenset[str]) -> None:
    for key in dropped & set(found.keys()):
        del found[key]


def _clean_stream(stream: Stream) -> None:
    """Take what tells or leads elsewhere out of a stream's dictionary, and out of a photo itself."""
    _drop(stream.stream_dict, _NEVER | frozenset(_OF_EXTERNAL_STREAMS))
    filters = stream.get("/Filter")
    names: list[Object] = [filters] if isinstance(filters, Name) else list(filters or ())
    if not names or names[-1] != Name.DCTDecode:
        return
    unfolded = _unfold(stream.read_raw_bytes(), names[:-1])
    if unfolded is None:
        return
    # What a JPEG is decoded by stands in itself; the rare parameter beside it is for other colours.
    stream.write(without_metadata(unfolded), filter=Name.DCTDecode)


def _unfold(content: bytes, filters: list[Object]) -> bytes | None:
    """A photo's bytes out of the filters around it; None where one is not known or does not fit."""
    try:
        for name in filters:
            if name == Name.ASCII85Decode:
                content = base64.a85decode(content.strip().removesuffix(b"~>"))
            elif name == Name.FlateDecode:
                content = zlib.decompressobj().decompress(content, _MOST_MEMORY)
            else:
                return None
    except (ValueError, binascii.Error, zlib.error):
        return None
    return content


def without_metadata(jpeg_bytes: bytes) -> bytes:
    """A JPEG without EXIF, comments and the like, its picture as it stood.

    Kept of what applications wrote are JFIF (APP0) and Adobe's colour transform (APP14) alone.
    """
    out, at = bytearray(jpeg_bytes[:2]), 2
    while at + 4 <= len(jpeg_bytes) and jpeg_bytes[at] == 0xFF:
        marker = jpeg_bytes[at + 1]
        if marker == 0xDA:  # the picture itself begins
            break
        length = 2 + int.from_bytes(jpeg_bytes[at + 2 : at + 4], "big")
        is_told = 0xE1 <= marker <= 0xED or marker in {0xEF, 0xFE}
        if not is_told:
            out += jpeg_bytes[at : at + length]
        at += length
    return bytes(out + jpeg_bytes[at:])
