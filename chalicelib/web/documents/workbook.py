"""Tables as a workbook, in which a text is a text, whatever it begins with."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.web.documents.content import Cell, Content

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDEST, _NARROWEST = 45, 8
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  # a document's days have no zone


def report_workbook(content: Content, made_on: date) -> bytes:
    """A report's figures and words, a sheet each; the same report made on the same day is the same file."""
    made = io.BytesIO()
    with _workbook(made, datetime(made_on.year, made_on.month, made_on.day)) as workbook:  # noqa: DTZ001
        bold = workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet("สรุป")
        sheet.set_column(0, 0, 100)
        head = (content.title, content.period, content.organisation, f"ข้อมูล ณ วันที่ {content.as_of}")
        lines = [(line, bold) for line in head] + [(line, wrapped) for line in content.summary]
        for section in content.sections:
            lines += [(section.heading, bold), *((text, wrapped) for text in section.paragraphs)]
        lines += [("หมายเหตุ", bold), *((note, wrapped) for note in content.notes)]
        for row, (text, style) in enumerate(lines):
            sheet.write_string(row, 0, text, style)
        for place, table in enumerate(content.tables, start=1):
            sheet = workbook.add_worksheet(f"ตาราง {place}")
            sheet.write_string(0, 0, table.caption, bold)
            _fill(sheet, 2, table.columns, table.rows, bold)
    return made.getvalue()


def table_workbook(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as the only sheet of a workbook."""
    made = io.BytesIO()
    with _workbook(made, _EPOCH) as workbook:
        sheet = workbook.add_worksheet("รายการ")
        sheet.freeze_panes(1, 0)
        _fill(sheet, 0, columns, rows, workbook.add_format({"bold": True}))
    return made.getvalue()


def _workbook(target: io.BytesIO, created: datetime) -> Any:
    from xlsxwriter import Workbook  # noqa: PLC0415  # in the layer of the job alone

    workbook = Workbook(target, _OPTIONS)
    workbook.set_properties({"created": created})
    return workbook


def _fill(sheet: Any, top: int, columns: Sequence[str], rows: Iterable[Sequence[Cell]], bold: Any) -> None:
    widths = [len(head) for head in columns]
    for column, head in enumerate(columns):
        sheet.write_string(top, column, head, bold)
    for row, cells in enumerate(rows, start=top + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
                widths[column] = max(widths[column], len(cell))
            else:
                sheet.write_number(row, column, cell)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
