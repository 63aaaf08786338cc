"""Photos and PDFs as people send them, good ones and others."""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

GPS = "13°45'N, at home"
"""What a telephone wrote into a photo."""


def picture(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """A scene of blocks: another seed, another scene."""
    drawn = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(drawn)
    for n in range(40):
        x, y = (seed * 7919 + n * 613) % width, (seed * 104729 + n * 389) % height
        shade = (seed * 31 + n * 53) % 256
        draw.rectangle((x, y, x + width // 4, y + height // 4), fill=(shade, (shade * 3) % 256, 255 - shade))
    return drawn


def photo(kind: str = "JPEG", *, turned: int = 1, **of_picture: int) -> bytes:
    """A photo with a place in it; `turned` is the EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010E] = GPS
    out = io.BytesIO()
    picture(**of_picture).save(out, kind, exif=exif)
    return out.getvalue()


def pdf(change: Callable[[Pdf], None] | None = None, **encryption: str) -> bytes:
    """A page of text; `change` does to the document what a test is about."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = made.make_stream(b"BT /F1 24 Tf 72 700 Td (The road is broken) Tj ET")
        made.docinfo["/Author"] = GPS
        if change:
            change(made)
        out = io.BytesIO()
        if encryption:
            made.save(out, encryption=pikepdf.Encryption(owner="owner", user=encryption["user"]))
        else:
            made.save(out)
    return out.getvalue()


def with_program(made: Pdf) -> None:
    """It runs a script when it is opened."""
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('x')"))


def with_hidden_program(made: Pdf) -> None:
    """It runs a script when a field is touched."""
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert('x')"))
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Btn,
        T=String("b"),
        Rect=[0, 0, 9, 9],
        AA=Dictionary(E=action),
    )
    made.pages[0].obj.Annots = Array([made.make_indirect(widget)])
    made.Root.AcroForm = Dictionary(Fields=made.pages[0].obj.Annots)


def with_launch(made: Pdf) -> None:
    """It starts a program of the reader's machine."""
    made.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def with_company(made: Pdf) -> None:
    """What offices put in: an attachment, a link, metadata, a form's field, a photo with its place."""
    made.attachments["secret.txt"] = GPS.encode()
    with made.open_metadata() as metadata:
        metadata["dc:title"] = GPS
    link = Dictionary(S=Name.URI, URI=String("https://tracker.example/"))
    made.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=link)]
    )
    image = made.make_stream(photo(), Type=Name.XObject, Subtype=Name.Image, Width=640, Height=480)
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    made.pages[0].obj.Resources.XObject = Dictionary(Im0=image)


def bomb() -> bytes:
    """A small file that is a picture of 400 million dots."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()
