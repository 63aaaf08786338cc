"""A report's documents: what is typed stays text, and the same report gives the same file."""

import csv
import io
import re
import zipfile

import pytest

from chalicelib.domain.period_report import PARTS, PeriodReport
from chalicelib.services.ports import UnwritableError
from chalicelib.web.documents.memo import in_thai_digits
from chalicelib.web.documents.pdf import showable
from chalicelib.web.documents.writer import DocumentWriter
from tests.builders.pages import organisation
from tests.builders.reports import lives, report

HOSTILE = [
    '#read("/etc/passwd")',
    "#panic()",
    "= หัวข้อ\n- รายการ *หนา* _เอน_ $x^2$ `โค้ด` <ป้าย> @อ้างอิง",
    "=cmd|'/C calc'!A0",
    "+1+1 @SUM(A1) -2",
    "<w:p/>]]>&amp;<!-- --> </w:t>",
    "{{ 7 * 7 }} {% raw %} ${7*7} \\u{41}",
    "😀👨‍👩‍👧 עברית العربية 中文",
    "น้ำใจ ก็ ป้า ปู่ กุ้ง ญี่ปุ่น ฐานันดร ํา",
    "ก" * 10_000,
    "ข้อความ ยาว " * 800,
    "\u200b",
]


def text_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        xml = archive.read("word/document.xml").decode()
    return re.sub("<[^>]+>", "", xml)


def written(part: str, made: PeriodReport) -> bytes:
    return DocumentWriter().report(part, organisation(), made)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_can_be_written(part: str, typed: str) -> None:
    made = written(part, report(problems=typed, obstacles=typed, remedies=typed, addressee=typed[:100]))
    assert made.startswith(b"%PDF-1.7" if part == "pdf" else b"PK")


@pytest.mark.parametrize("part", PARTS)
def test_the_same_report_gives_the_same_file(part: str) -> None:
    assert written(part, report(problems="น้ำท่วม")) == written(part, report(problems="น้ำท่วม"))


@pytest.mark.parametrize("period", ["FY2569", "FY2569-H1", "FY2569-H2", "2569-05", "2569-06"])
@pytest.mark.parametrize("part", PARTS)
def test_there_is_a_report_of_each_period(part: str, period: str) -> None:
    assert written(part, report(period))
    assert written(part, report(period, []))


def test_a_report_whose_figures_were_not_counted_is_not_written() -> None:
    with pytest.raises(UnwritableError):
        written("pdf", PeriodReport(period="FY2569", edition=1))


def test_the_pdf_says_that_it_can_be_read_out_and_in_which_language() -> None:
    made = written("pdf", report(problems="น้ำท่วม"))
    assert b"pdfuaid" in made
    assert b"/Lang (th-TH)" in made or b"(th-TH)" in made
    assert b"/StructTreeRoot" in made


def test_a_letter_that_the_typeface_has_not_shows_as_one_question_mark() -> None:
    assert showable("ก😀😀ข") == "ก?ข"
    assert showable("น้ำ (12) “ก” – ฿") == "น้ำ (12) “ก” – ฿"


def test_the_memo_has_the_heads_of_its_form_and_thai_digits() -> None:
    made = report(problems="พบ 12 จุด ที่กล้อง CCTV2 เสีย", number="สป 71001/123", addressee="นายอำเภอ")
    text = text_of(written("docx", made))
    for head in ("บันทึกข้อความ", "ส่วนราชการ", "ที่", "วันที่", "เรื่อง", "เรียน", "จึงเรียนมาเพื่อโปรดพิจารณา"):
        assert head in text
    assert "สป ๗๑๐๐๑/๑๒๓" in text
    assert "๒๔ พฤศจิกายน ๒๕๖๙" in text
    assert "พบ ๑๒ จุด ที่กล้อง CCTV2 เสีย" in text
    assert not re.search("[0-9]", text.replace("CCTV2", ""))


def test_digits_of_latin_words_stay() -> None:
    assert in_thai_digits("ข้อ 7 ดู https://example.go.th/2569 วันที่ 1/2/2569") == (
        "ข้อ ๗ ดู https://example.go.th/2569 วันที่ ๑/๒/๒๕๖๙"
    )


def test_the_memo_is_addressed_to_the_head_of_the_organisation_unless_said_otherwise() -> None:
    assert "นายกองค์การบริหารส่วนตำบลทดสอบ" in text_of(written("docx", report()))


def test_a_workbook_holds_no_formula_and_numbers_as_numbers() -> None:
    made = written("xlsx", report(problems="=1+1", remedies="https://example.go.th"))
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if "worksheets/sheet" in n]
        assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
        assert "=1+1" in book.read("xl/sharedStrings.xml").decode()
    assert "<v>19</v>" in "".join(sheets)


def test_what_is_hidden_in_the_figures_is_hidden_in_each_document() -> None:
    """December's 4 would tell June's 1, as 19 is told."""
    text = text_of(written("docx", report()))
    assert "น้อยกว่า ๓" in text
    assert "(ปกปิด)" in text


def test_a_csv_of_an_export_keeps_texts_from_running_and_has_words_for_codes() -> None:
    columns = ("subject", "status", "channel", "missed")
    listed = [("=1+1", "received", "web", "yes"), ('a,\n"b"', "resolved", "phone", "")]
    made = DocumentWriter().listing("csv", columns, listed)
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows == [
        ["เรื่อง", "สถานะ", "ช่องทาง", "เกินกำหนด"],
        ["'=1+1", "รับเรื่องแล้ว", "เว็บไซต์", "เกินกำหนด"],
        ['a,\n"b"', "ดำเนินการแล้วเสร็จ", "ทางโทรศัพท์", ""],
    ]


def test_a_month_without_complaints_says_so() -> None:
    assert "ได้รับเรื่องร้องเรียน/ร้องทุกข์ ๐ เรื่อง" in text_of(written("docx", report("2569-07", lives({}))))
