"""Reports as they stand after the job counted their figures."""

from datetime import date
from typing import Any

from chalicelib.domain.figures import Dimension, Life, Part, months, published
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.period_figures import PeriodFigures, of_period
from chalicelib.domain.period_report import PeriodReport, ReportText
from chalicelib.domain.periods import Period
from tests.builders.organisations import SETTINGS
from tests.builders.pages import organisation

TODAY = date(2026, 11, 24)


def lives(numbers: dict[tuple[int, int], int], category: str = "road", **of: Any) -> list[Life]:
    """As many complaints of each month (year C.E., month), all decided in time."""
    facts: dict[str, Any] = {
        "village": "หมู่ 1",
        "channel": "web",
        "unit": "works",
        "parts": frozenset({Part.ON_TIME, Part.TOLD, Part.DECIDED}),
        "days": 5,
        **of,
    }
    return [
        Life(received_on=date(year, month, 5), category=category, **facts)
        for (year, month), number in numbers.items()
        for _ in range(number)
    ]


def figures(period: str, counted: list[Life], here: Organisation | None = None) -> PeriodFigures:
    """The figures of a period, by the settings of the organisation that tests have."""
    here = here or organisation()
    about = Period.parse(period)
    year = int(str(Period.containing(type(about.cadence).YEARLY, about.first_day))[2:])
    of_year = published(
        counted,
        year=year,
        today=TODAY,
        names={
            Dimension.MONTH: months(year, TODAY),
            Dimension.CATEGORY: [c["id"] for c in SETTINGS["categories"]],
        },
        below=3,
    )
    return of_period(about, of_year, counted, 3)


def report(period: str = "FY2569", counted: list[Life] | None = None, **text: str) -> PeriodReport:
    """A report whose documents are being made."""
    usual = lives({(2025, 10): 5, (2025, 12): 4, (2026, 5): 9, (2026, 6): 1})
    return PeriodReport(
        period=period,
        edition=1,
        text=ReportText(**text),
        orders=1,
        figures=figures(period, usual if counted is None else counted),
    )
