"""What a report's documents take, beside the bare library on what stands in them. CPU is in milliseconds.

Both sides are measured in turns. The bare work is what nobody who makes such a file gets under: Typst
compiling the same template with the same data; python-docx and XlsxWriter writing the same words into bare
paragraphs, tables and cells.
"""

import io
import time
from collections.abc import Callable

import typst
from docx import Document
from xlsxwriter import Workbook

from bench import child
from chalicelib.domain.period_report import PARTS
from chalicelib.web.documents import pdf
from chalicelib.web.documents.content import Content, content_of
from chalicelib.web.documents.writer import DocumentWriter
from tests.builders.pages import organisation
from tests.builders.reports import lives, report

ROUNDS = 15
MONTHS = {(2025, 10): 60, (2025, 11): 50, (2026, 1): 70, (2026, 5): 90, (2026, 8): 80}
WORDS = "มีเรื่องถนนชำรุดและไฟฟ้าสาธารณะดับจำนวนมากในช่วงฤดูฝน และมีการแจ้งซ้ำจากจุดเดิมหลายครั้ง " * 20


def cpu(do: Callable[[], object]) -> float:
    """How many milliseconds of this process's CPU something takes."""
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000


def words(content: Content) -> list[str]:
    """All texts of a report, cell by cell."""
    cells = [str(cell) for table in content.tables for row in (table.columns, *table.rows) for cell in row]
    paragraphs = [text for section in content.sections for text in section.paragraphs]
    return [*content.summary, *cells, *paragraphs, *content.notes]


def bare(content: Content) -> dict[str, Callable[[], object]]:
    """The bare work of each part."""

    def compile_alone() -> None:
        typst.compile(
            pdf.TEMPLATE,
            root=pdf.TEMPLATE.parent,
            font_paths=[pdf.FONTS],
            ignore_system_fonts=True,
            sys_inputs={"report": told},
            format="pdf",
            pdf_standards="ua-1",
        )

    def write_paragraphs_and_tables() -> None:
        document = Document()
        for text in (*content.summary, *content.notes, *(p for s in content.sections for p in s.paragraphs)):
            document.add_paragraph(text)
        for table in content.tables:
            rows = (table.columns, *table.rows)
            made = document.add_table(rows=len(rows), cols=len(table.columns))
            for row, standing in zip(rows, made.rows, strict=True):
                for cell, empty in zip(row, standing.cells, strict=True):
                    empty.paragraphs[0].add_run(str(cell))
        document.save(io.BytesIO())

    def write_cells() -> None:
        with Workbook(io.BytesIO(), {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            for row, text in enumerate(texts):
                sheet.write_string(row, 0, text)

    told, texts = pdf.told(content), words(content)
    return {"pdf": compile_alone, "docx": write_paragraphs_and_tables, "xlsx": write_cells}


def measure() -> dict[str, dict[str, list[float]]]:
    """CPU of the making and of the bare work, by part; the first round of each warms up."""
    here = organisation()
    counted = lives(MONTHS) + lives(MONTHS, "light", village="หมู่ 2", unit="works")
    made = report("FY2569", counted, problems=WORDS, obstacles=WORDS, remedies=WORDS)
    floor = bare(content_of(here, made))
    writer = DocumentWriter()
    taken: dict[str, dict[str, list[float]]] = {part: {"made": [], "bare": []} for part in PARTS}
    for _ in range(ROUNDS + 1):
        for part, times in taken.items():
            times["made"].append(cpu(lambda part=part: writer.report(part, here, made)))  # type: ignore[misc]
            times["bare"].append(cpu(floor[part]))
    return {part: {side: values[1:] for side, values in times.items()} for part, times in taken.items()}


if __name__ == "__main__":
    child.answer(measure)
