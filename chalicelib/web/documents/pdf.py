"""A report as PDF/UA-1, set by Typst, which breaks Thai lines at words and shapes marks right."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from struct import unpack_from

from msgspec import to_builtins

from chalicelib.domain.calendar import start_of_day
from chalicelib.services.ports import UnwritableError
from chalicelib.web.documents.content import Cell, Content
from chalicelib.web.formats import number

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(__file__).parents[1] / "compiled" / "fonts"
_REGULAR = FONTS / "Sarabun-Regular.ttf"

# Stands for a letter that the typeface has not: PDF/UA allows none that can't be shown.
_UNSHOWN = "?"


def pdf(content: Content, made_on: date) -> bytes:
    """The report as PDF; the same report made on the same day is the same file. Raises UnwritableError."""
    import typst  # noqa: PLC0415  # in the layer of the job alone

    try:
        made = typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"report": told(content)},
            format="pdf",
            pdf_standards="ua-1",
            timestamp=int(start_of_day(made_on).timestamp()),
        )
    except typst.TypstError as error:
        raise UnwritableError(str(error)) from error
    return bytes(made)


def told(content: Content) -> str:
    """What the template is told, as JSON."""
    data = to_builtins(content)
    data["tables"] = [
        {**table, "rows": [[_shown(cell) for cell in row] for row in table["rows"]]}
        for table in data["tables"]
    ]
    data["dated"] = f"ข้อมูล ณ วันที่ {content.as_of} ฉบับที่ {content.edition}"
    data["heads"] = {"figures": "ผลการดำเนินการ", "notes": "หมายเหตุ"}
    return showable(json.dumps(data, ensure_ascii=False))


def showable(text: str) -> str:
    """The text with a question mark for each run of letters that the typeface has not, such as emoji."""
    letters = _letters()
    shown: list[str] = []
    for letter in text:
        if letter in letters or letter in "\n\u200b":
            shown.append(letter)
        elif not shown or shown[-1] != _UNSHOWN:
            shown.append(_UNSHOWN)
    return "".join(shown)


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else number(cell)


@cache
def _letters() -> frozenset[str]:
    """The letters of the typeface: its `cmap` table in format 4, as OpenType describes it."""
    font = _REGULAR.read_bytes()
    tables = {
        font[at : at + 4]: unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * unpack_from(">H", font, 4)[0], 16)
    }
    start = tables[b"cmap"]
    found: set[str] = set()
    for at in range(start + 4, start + 4 + 8 * unpack_from(">H", font, start + 2)[0], 8):
        table = start + unpack_from(">I", font, at + 4)[0]
        if unpack_from(">H", font, table)[0] != 4:
            continue
        segments = unpack_from(">H", font, table + 6)[0] // 2
        ends = unpack_from(f">{segments}H", font, table + 14)
        starts = unpack_from(f">{segments}H", font, table + 16 + 2 * segments)
        for first, last in zip(starts, ends, strict=True):
            found.update(chr(code) for code in range(first, last + 1) if code != 0xFFFF)
    return frozenset(found)
