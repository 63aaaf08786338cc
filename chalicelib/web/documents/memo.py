"""A report as an official memo (บันทึกข้อความ), with Thai digits, for Word.

The form follows the Regulation of the Office of the Prime Minister on Correspondence B.E. 2526, its annex on
memos: agency, number, date, subject, addressee, matter, closing, signature.
"""

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

from chalicelib.web.documents.content import Cell, Content, Section, Table
from chalicelib.web.documents.thai import thai_digits
from chalicelib.web.formats import number

_FONT = "TH SarabunPSK"
_BODY, _TABLE, _TITLE, _LABEL = 16, 12, 29, 20
"""Points: the typeface is small for its size."""

_IN_TABLES = "Memo table"

_LATIN = re.compile("[A-Za-z]")


def memo(content: Content, made_on: date) -> bytes:
    """The memo as DOCX; the same report made on the same day is the same file."""
    from docx import Document  # noqa: PLC0415  # in the layer of the job alone
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm  # noqa: PLC0415

    document = Document()
    at = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001  # a document's days have no zone
    properties = document.core_properties
    properties.title, properties.author = f"{content.title} {content.period}", content.organisation
    properties.created = properties.modified = at
    properties.comments, properties.language = "", "th-TH"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)

    _set_styles(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(title, "บันทึกข้อความ", _TITLE, bold=True)
    _line(document, ("ส่วนราชการ", f"{content.unit} {content.organisation}".strip()))
    _line(document, ("ที่", content.number or "…" * 12), ("วันที่", content.as_of))
    _line(document, ("เรื่อง", f"{content.title} {content.period}"))
    _line(document, ("เรียน", _addressee(content)))

    _matter(
        document,
        f"ตามที่ได้ดำเนินการรับเรื่องร้องเรียน/ร้องทุกข์ {content.period} นั้น ขอรายงานผล ข้อมูล ณ วันที่ {content.as_of} ดังนี้",
    )
    for place, line in enumerate(content.summary, start=1):
        _matter(document, f"{place}. {line}")
    for table in content.tables:
        _table(document, table)
    for written in content.sections:
        _section(document, written)
    for note in content.notes:
        _matter(document, f"หมายเหตุ {note}")
    _matter(document, "จึงเรียนมาเพื่อโปรดพิจารณา")
    for line in ("(ลงชื่อ) " + "." * 40, "(" + "." * 44 + ")", "ตำแหน่ง " + "." * 36):
        signature = document.add_paragraph()
        signature.paragraph_format.left_indent = Cm(7)
        _say(signature, line)
    made = io.BytesIO()
    document.save(made)
    return _without_times(made.getvalue())


def in_thai_digits(text: str) -> str:
    """The text with Thai digits, but where they belong to a word in Latin letters: an address, a model."""
    return " ".join(word if _LATIN.search(word) else thai_digits(word) for word in text.split(" "))


def _addressee(content: Content) -> str:
    if content.addressee:
        return content.addressee
    # Of an administrative organisation the name of the office follows; a municipality writes its own.
    return f"นายก{content.organisation}" if content.organisation.startswith("องค์การบริหาร") else "ผู้บริหาร"


def _line(document: Any, *parts: tuple[str, str]) -> None:
    paragraph = document.add_paragraph()
    for place, (label, text) in enumerate(parts):
        _say(paragraph, ("\t\t" if place else "") + label + "  ", _LABEL, bold=True)
        _say(paragraph, in_thai_digits(text))


def _matter(document: Any, text: str) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Cm(2.5)
    _say(paragraph, in_thai_digits(text))


def _section(document: Any, section: Section) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    _say(heading, section.heading, bold=True)
    for text in section.paragraphs:
        _matter(document, text)


def _table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    _say(caption, table.caption, bold=True)
    rows = (table.columns, *table.rows)
    made = document.add_table(rows=len(rows), cols=len(table.columns))
    made.style = "Table Grid"
    smaller = document.styles[_IN_TABLES].style_id
    for place, (row, standing) in enumerate(zip(rows, made.rows, strict=True)):
        for column, (cell, empty) in enumerate(zip(row, standing.cells, strict=True)):
            paragraph = empty.paragraphs[0]
            if column:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            # By its id: by name or style, each cell would be looked up among all styles.
            paragraph._p.style = smaller
            _say(paragraph, in_thai_digits(_shown(cell)), bold=place == 0)
    _repeat_head(made)


def _repeat_head(table: Any) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_styles(document: Any) -> None:
    """The memo's typeface for all text, and a smaller size for tables."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415

    _set_font(document.styles["Normal"], _BODY)
    table = document.styles.add_style(_IN_TABLES, WD_STYLE_TYPE.PARAGRAPH)
    table.base_style = document.styles["Normal"]
    _set_font(table, _TABLE)
    for style in (document.styles["Normal"], table):
        style.paragraph_format.space_after = 0


def _set_font(styled: Any, size: int) -> None:
    """Set typeface and size of a style or a run. To Word Thai is a complex script, with its own settings."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    styled.font.name, styled.font.size = _FONT, Pt(size)
    properties = styled.element.get_or_add_rPr()
    for script in ("w:cs", "w:eastAsia"):
        properties.rFonts.set(qn(script), _FONT)
    sized = OxmlElement("w:szCs")
    sized.set(qn("w:val"), str(2 * size))
    properties.append(sized)
    language = OxmlElement("w:lang")
    language.set(qn("w:bidi"), "th-TH")
    properties.append(language)


def _say(paragraph: Any, text: str, size: int = _BODY, *, bold: bool = False) -> None:
    """Add a run, in the size of the paragraph's style unless it is told another one."""
    run = paragraph.add_run(text)
    if bold:
        run.bold = run.font.cs_bold = True
    if size != _BODY:
        _set_font(run, size)


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else number(cell)


def _without_times(document: bytes) -> bytes:
    """The same archive without the instants at which its entries were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(made, "w") as target:
        for entry in source.infolist():
            named = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            target.writestr(named, source.read(entry), zipfile.ZIP_DEFLATED)
    return made.getvalue()
