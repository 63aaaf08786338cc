"""The port `Writer`: which document is written by what. Each imports its library where it is written."""

import csv
import io
from collections.abc import Iterable, Sequence

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.period_report import PeriodReport
from chalicelib.domain.text import spreadsheet_safe
from chalicelib.services.ports import UnwritableError


class DocumentWriter:
    """Implements the port `Writer`."""

    def report(self, part: str, organisation: Organisation, report: PeriodReport) -> bytes:
        from chalicelib.web.documents.content import content_of  # noqa: PLC0415

        content = content_of(organisation, report)
        made_on = report.figures.as_of if report.figures else report.about.last_day
        match part:
            case "pdf":
                from chalicelib.web.documents.pdf import pdf  # noqa: PLC0415

                return pdf(content, made_on)
            case "docx":
                from chalicelib.web.documents.memo import memo  # noqa: PLC0415

                return memo(content, made_on)
            case "xlsx":
                from chalicelib.web.documents.workbook import report_workbook  # noqa: PLC0415

                return report_workbook(content, made_on)
            case _:
                raise UnwritableError(part)

    def listing(self, part: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        from chalicelib.web.documents.listing import heads, worded  # noqa: PLC0415

        named, cells = heads(columns), worded(columns, rows)
        if part == "xlsx":
            from chalicelib.web.documents.workbook import table_workbook  # noqa: PLC0415

            return table_workbook(named, cells)
        out = io.StringIO()
        written = csv.writer(out)
        written.writerow(named)
        written.writerows([spreadsheet_safe(cell) for cell in row] for row in cells)
        # The mark at its beginning tells spreadsheets that the Thai in it is UTF-8.
        return ("\ufeff" + out.getvalue()).encode()
