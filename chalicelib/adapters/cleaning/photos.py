"""Photos: decoded, turned upright, made smaller and encoded anew, so that nothing but the picture is left.

No EXIF, no place, no profile, nothing behind the picture's end. Imports Pillow: for the sandbox alone.
"""

import io
from collections.abc import Collection
from pathlib import Path

import pi_heif
from PIL import Image, ImageDraw, ImageOps

from chalicelib.adapters.cleaning.kinds import Kind
from chalicelib.domain.files import COLUMNS, Cleaned, Fault, FileRefusedError, rows_of

MOST_PIXELS = 64_000_000
"""Of a photo as it comes, by its own words, before any of it is decoded: what a phone of today takes, and a
quarter of a gigabyte in memory."""

LONGEST_SIDE = 2560
PREVIEW_SIDE = 480
_QUALITY = 85
_PREVIEW_QUALITY = 70
_HASH_SIDE = 8
_LEAST_CONTRAST = 16
"""Steps of grey between the darkest and the lightest part: a black picture is like every other one."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pi_heif.register_heif_opener(thumbnails=False)


def clean(source: Path, kind: Kind) -> Cleaned:
    """The photo as a JPEG, and its preview. Raises FileRefusedError."""
    try:
        with Image.open(source, formats=(kind,)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise FileRefusedError(Fault.TOO_MANY_PIXELS)
            # A JPEG is decoded at a half or a quarter at once, where that is large enough.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = _upright(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return encode(_on_white(picture))
    except Image.DecompressionBombError as error:
        raise FileRefusedError(Fault.TOO_MANY_PIXELS) from error


def black_out(source: Path, cells: Collection[int]) -> Cleaned:
    """A clean photo with these squares black, counted by rows from the upper left one."""
    with Image.open(source, formats=(Kind.JPEG,)) as opened:
        picture = opened.convert("RGB")
    draw = ImageDraw.Draw(picture)
    side = picture.width / COLUMNS
    for cell in cells:
        row, column = divmod(cell, COLUMNS)
        if row < rows_of(picture.width, picture.height):
            corner = (round(column * side), round(row * side))
            draw.rectangle((*corner, round((column + 1) * side), round((row + 1) * side)), fill="black")
    return encode(picture)


def encode(picture: Image.Image) -> Cleaned:
    """A clean photo out of a picture in RGB."""
    preview = picture.copy()
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Cleaned(
        media_type="image/jpeg",
        content=jpeg(picture, _QUALITY),
        preview=jpeg(preview, _PREVIEW_QUALITY),
        width=picture.width,
        height=picture.height,
        fingerprint=fingerprint(picture),
    )


def jpeg(picture: Image.Image, quality: int = _PREVIEW_QUALITY) -> bytes:
    """The picture as a JPEG without anything beside it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None)
    return out.getvalue()


def fingerprint(picture: Image.Image) -> str:
    """What a picture looks like: whether each part of it is lighter than the one to its right.

    Survives another size, quality or brightness. Empty where the picture shows nearly nothing.
    """
    grey = picture.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), Image.Resampling.BOX)
    rows = [grey.crop((0, y, _HASH_SIDE + 1, y + 1)).tobytes() for y in range(_HASH_SIDE)]
    parts = b"".join(rows)
    if max(parts) - min(parts) < _LEAST_CONTRAST:
        return ""
    bits = "".join("1" if row[x] > row[x + 1] else "0" for row in rows for x in range(_HASH_SIDE))
    return f"{int(bits, 2):016x}"


def _upright(opened: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says, the EXIF left behind; a broken one turns nothing."""
    try:
        return ImageOps.exif_transpose(opened)
    except (ValueError, KeyError, TypeError, SyntaxError, OverflowError):
        return opened.copy()


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what was transparent is white, as on paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper
