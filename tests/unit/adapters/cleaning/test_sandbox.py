"""What strangers send ends as a clean file or as a clear refusal, and never as anything else."""

import io
import os

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from chalicelib.adapters.cleaning import sandbox
from chalicelib.adapters.cleaning.sandbox import SandboxCleaner, SandboxError
from chalicelib.domain.files import Cleaned, Fault, FileRefusedError, are_alike
from tests.builders.files import (
    GPS,
    bomb,
    pdf,
    photo,
    picture,
    with_company,
    with_hidden_program,
    with_launch,
    with_program,
)

SCRIPT = b"<script>alert(document.cookie)</script>"


def cleaned(content: bytes) -> Cleaned:
    return SandboxCleaner().clean(content)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_nothing_but_the_picture_is_left(kind: str) -> None:
    clean = cleaned(photo(kind))
    assert clean.media_type == "image/jpeg"
    assert opened(clean.content).size == (clean.width, clean.height) == (640, 480)
    assert not opened(clean.content).getexif()
    assert GPS.encode() not in clean.content + clean.preview
    assert max(opened(clean.preview).size) == 480


def test_a_photo_is_turned_upright_before_it_forgets_how() -> None:
    clean = cleaned(photo(turned=6))
    assert (clean.width, clean.height) == (480, 640)


def test_a_large_photo_becomes_smaller() -> None:
    clean = cleaned(photo(width=4000, height=3000))
    assert (clean.width, clean.height) == (2560, 1920)


def test_what_was_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(cleaned(out.getvalue()).content).getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_that_is_a_script_too_is_only_a_photo_afterwards() -> None:
    clean = cleaned(photo() + SCRIPT)
    assert SCRIPT not in clean.content


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (SCRIPT, Fault.UNKNOWN_KIND),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Fault.UNKNOWN_KIND),
        (b"GIF89a" + SCRIPT, Fault.UNKNOWN_KIND),
        (b"PK\x03\x04 a letter that is named photo.jpg", Fault.UNKNOWN_KIND),
        (b"MZ\x90\x00", Fault.UNKNOWN_KIND),
        (SCRIPT + b"%PDF-1.7", Fault.UNKNOWN_KIND),
        (b"\xff\xd8\xff" + SCRIPT, Fault.UNREADABLE),
        (photo()[:2000], Fault.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, Fault.UNREADABLE),
        (b"\x00\x00\x00\x18ftypheic" + SCRIPT, Fault.UNREADABLE),
        (b"%PDF-1.7\n" + SCRIPT, Fault.UNREADABLE),
        (bomb(), Fault.TOO_MANY_PIXELS),
        (pdf(with_program), Fault.PROGRAM),
        (pdf(with_hidden_program), Fault.PROGRAM),
        (pdf(with_launch), Fault.PROGRAM),
        (pdf(user="secret"), Fault.LOCKED),
    ],
    ids=str,
)
def test_other_files_are_refused_for_a_reason(content: bytes, fault: Fault) -> None:
    with pytest.raises(FileRefusedError) as refused:
        cleaned(content)
    assert refused.value.fault is fault


def test_of_a_pdf_its_pages_are_left() -> None:
    clean = cleaned(pdf(with_company))
    assert clean.media_type == "application/pdf"
    assert max(opened(clean.preview).size) == 480
    text = pypdfium2.PdfDocument(clean.content)[0].get_textpage().get_text_range()
    assert "The road is broken" in text
    with pikepdf.open(io.BytesIO(clean.content)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert "/Annots" not in document.pages[0].obj
        everything = b"".join(o.read_raw_bytes() for o in document.objects if isinstance(o, pikepdf.Stream))
    assert GPS.encode() not in everything
    assert b"tracker.example" not in clean.content


def test_a_pdf_that_opens_without_a_password_is_no_locked_one() -> None:
    assert cleaned(pdf(user="")).preview


def test_what_a_form_holds_is_kept_as_part_of_the_page() -> None:
    def filled(made: pikepdf.Pdf) -> None:
        look = made.make_stream(b"BT /F1 12 Tf 2 2 Td (Somchai) Tj ET")
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox, look.Resources = [0, 0, 200, 20], made.pages[0].obj.Resources
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("name"),
            V=pikepdf.String("Somchai"),
            F=4,
            Rect=[72, 600, 272, 620],
            AP=pikepdf.Dictionary(N=look),
        )
        made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(field)])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=made.pages[0].obj.Annots)

    clean = cleaned(pdf(filled))
    assert "Somchai" in pypdfium2.PdfDocument(clean.content)[0].get_textpage().get_text_range()


def test_squares_are_blacked_out_and_what_was_there_is_gone() -> None:
    clean = cleaned(photo(width=1200, height=900))
    blacked = SandboxCleaner().black_out(clean.content, {0, 13})
    seen = opened(blacked.content)
    assert seen.size == (1200, 900)
    assert seen.getpixel((50, 50)) == seen.getpixel((150, 150)) == (0, 0, 0)
    beside = zip(seen.getpixel((1150, 50)), opened(clean.content).getpixel((1150, 50)), strict=True)
    assert max(abs(one - other) for one, other in beside) < 12
    assert max(opened(blacked.preview).getpixel((10, 10))) < 8


def test_the_same_photo_is_known_again_in_another_size_and_quality() -> None:
    small = io.BytesIO()
    picture(1600, 1200).resize((500, 375)).save(small, "JPEG", quality=40)
    one, again = cleaned(photo(width=1600, height=1200)), cleaned(small.getvalue())
    assert are_alike(one.fingerprint, again.fingerprint)
    assert not are_alike(one.fingerprint, cleaned(photo(seed=5)).fingerprint)


def test_a_black_picture_is_like_no_other() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200)).save(out, "PNG")
    assert cleaned(out.getvalue()).fingerprint == ""


def test_the_sandbox_is_told_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    assert not [name for name in sandbox._environment() if name.startswith("AWS")]
    assert "secret" not in sandbox._environment().values()


def test_a_sandbox_that_never_began_refuses_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_environment", lambda: {"PYTHONPATH": os.devnull})
    with pytest.raises(SandboxError):
        cleaned(photo())


def test_nor_does_one_that_had_no_time_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE", 0.01)
    with pytest.raises(SandboxError):
        cleaned(photo())
