"""The figures of an organisation's complaints: page, table, JSON and a feed to follow them by."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.domain.answers import FEW_ANSWERS
from chalicelib.domain.calendar import bangkok_day, start_of_day
from chalicelib.domain.figures import Dimension, Figures, Line, counts_of, share
from chalicelib.domain.periods import Period
from chalicelib.domain.record import instant
from chalicelib.domain.suppression import Count, Mark
from chalicelib.handlers.fiscal_years import chosen_year, known_year
from chalicelib.handlers.listing import csv_response
from chalicelib.handlers.routing import Doc, Everyone, Refusal, Request, Response, Routes, json_response
from chalicelib.handlers.schemas_plan import Day
from chalicelib.services import statistics

ROUTES = Routes(__name__)

_YEAR: dict[str, Any] = {
    "type": "integer",
    "description": f"a fiscal year (B.E.): the present one, which is usual, or one of the "
    f"{statistics.YEARS_SHOWN - 1} before",
}

_WORDS = {Mark.FEW: "fewer than {below}", Mark.WITHHELD: "withheld"}

PublishedCount = Annotated[int | None, Meta(description="null where it is hidden; `suppressed` says how")]


class PublishedDays(Struct):
    """Days from the day received to the day decided."""

    median: float
    percentile_90: int


class PublishedLine(Struct):
    """Counts of complaints by the time they were received.

    `overdue`: a due day passed without an answer or a later day explained before, whatever became of it.
    `told`: no complainant waits to be told. `suppressed` names each hidden count: `few` (neither nought nor
    at the threshold) or `withheld`.
    """

    id: Annotated[str, Meta(description="empty for the total, and for what names none")]
    received: PublishedCount
    on_time: PublishedCount
    overdue: PublishedCount
    told: PublishedCount
    explained: PublishedCount
    reopened: PublishedCount
    decided: PublishedCount
    open: PublishedCount
    on_time_percent: float | None
    told_percent: float | None
    days: PublishedDays | None
    suppressed: dict[str, Mark]

    @classmethod
    def of(cls, line: Line) -> "PublishedLine":
        counts = counts_of(line)
        shown = {name: None if isinstance(count, Mark) else count for name, count in counts.items()}
        return cls(
            id=line.id,
            **shown,
            on_time_percent=share(counts["on_time"], counts["received"]),
            told_percent=share(counts["told"], counts["received"]),
            days=PublishedDays(line.days.median, line.days.p90) if line.days else None,
            suppressed={name: count for name, count in counts.items() if isinstance(count, Mark)},
        )


class PublishedSatisfaction(Struct):
    """The mean of the points that complainants gave, as percent of the most, and how many answered."""

    answers: Annotated[int | None, Meta(description="null where it is hidden")]
    percent: float | None


class PublishedLasting(Struct):
    """How many said, four weeks after the resolution, whether it is still solved, and how many that it is."""

    answers: PublishedCount
    yes: PublishedCount
    no: PublishedCount
    percent: float | None
    suppressed: dict[str, Mark]

    @classmethod
    def of(cls, figures: Figures) -> "PublishedLasting":
        said = figures.lasting
        counts = {"answers": said.answers, "yes": said.yes, "no": said.no}
        shown = {name: None if isinstance(count, Mark) else count for name, count in counts.items()}
        hidden = {name: count for name, count in counts.items() if isinstance(count, Mark)}
        return cls(**shown, percent=said.percent, suppressed=hidden)


class PublishedDelays(Struct):
    """How many complaints of a category, received in a month, were explained to take longer."""

    category: str
    month: Annotated[str, Meta(description="B.E. year and month, such as 2569-11")]
    number: int


class ComplaintStatistics(Struct):
    """A fiscal year's complaints. A breakdown that would tell a hidden count is null."""

    fiscal_year: int
    as_of: Day
    suppress_below: Annotated[int, Meta(description="a count below it, nought aside, is not shown")]
    total: PublishedLine
    by_month: list[PublishedLine] | None
    by_category: list[PublishedLine] | None
    by_village: list[PublishedLine] | None
    by_channel: list[PublishedLine] | None
    by_unit: list[PublishedLine] | None
    explained_delays: list[PublishedDelays]
    satisfaction: PublishedSatisfaction
    still_solved: PublishedLasting

    @classmethod
    def of(cls, figures: Figures, below: int) -> "ComplaintStatistics":
        lines = {
            f"by_{dimension}": [PublishedLine.of(line) for line in found.lines] if found else None
            for dimension, found in figures.breakdowns.items()
        }
        return cls(
            fiscal_year=figures.year,
            as_of=figures.as_of.isoformat(),
            suppress_below=below,
            total=PublishedLine.of(figures.total),
            **lines,
            satisfaction=PublishedSatisfaction(
                None if isinstance(figures.satisfaction.answers, Mark) else figures.satisfaction.answers,
                figures.satisfaction.percent,
            ),
            still_solved=PublishedLasting.of(figures),
            explained_delays=[PublishedDelays(d.category, d.month, d.number) for d in figures.delays],
        )


COLUMNS = ("received", "on_time", "overdue", "told", "explained", "reopened", "decided", "open")

_ANSWERS = (
    "satisfaction_answers",
    "satisfaction_percent",
    "still_solved_answers",
    "still_solved_yes",
    "still_solved_no",
)
_HEADER = ("fiscal_year", "as_of", "by", "id", *COLUMNS, "days_median", "days_percentile_90", *_ANSWERS)


@ROUTES.page("/{org}/complaints/statistics", access=Everyone.PUBLIC)
def page(request: Request) -> Response:
    """Charts and tables of a fiscal year, and what they mean."""
    figures = _asked(request)
    shown = request.render(
        "complaints/statistics.html",
        figures=figures,
        years=statistics.years(request.world),
        below=request.here.state.suppress_below,
        counts_of=counts_of,
        share=share,
        few_answers=FEW_ANSWERS,
    )
    return Response(shown)


@ROUTES.page("/{org}/complaints/statistics.csv", access=Everyone.PUBLIC)
def table(request: Request) -> Response:
    """All figures of a fiscal year as one table, for whoever follows the page's link."""
    return _csv(request, _asked(request))


@ROUTES.api(
    "/api/v1/{org}/statistics/complaints",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="Figures of the complaints received in a fiscal year",
        answer=ComplaintStatistics,
        query={"fiscal_year": _YEAR},
        refusals=(422,),
        csv=True,
    ),
)
def complaint_statistics(request: Request) -> Response:
    """The figures of a year; counts that could point at people are hidden."""
    year = known_year(request, _year(request))
    figures = statistics.of_year(request.world, request.here, year)
    if request.wants_csv():
        return _csv(request, figures)
    return json_response(ComplaintStatistics.of(figures, request.here.state.suppress_below))


@ROUTES.page("/{org}/complaints/feed", access=Everyone.PUBLIC)
def feed(request: Request) -> Response:
    """An Atom feed: each month that is over with its figures and explained delays, the newest first.

    An entry's figures go on while its complaints do, so each is told anew when a month begins.
    """
    *_, before, this = statistics.years(request.world)
    entries = []
    for year in (this, before):
        figures = statistics.of_year(request.world, request.here, year)
        entries += list(_entries(figures))
    today = bangkok_day(request.world.clock.now())
    body = request.render(
        "complaints/feed.xml",
        site=request.world.site_url.rstrip("/"),
        entries=entries,
        updated=instant(start_of_day(today.replace(day=1))),
        instant=instant,
        below=request.here.state.suppress_below,
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _entries(figures: Figures) -> Iterator[Mapping[str, Any]]:
    """The months that are over, newest first; each says when it was over."""
    breakdown = figures.breakdowns[Dimension.MONTH]
    for line in reversed(breakdown.lines if breakdown else ()):
        period = Period.parse(line.id)
        if period.last_day < figures.as_of:
            yield {
                "year": figures.year,
                "period": period,
                "published": start_of_day(period.last_day, 1),
                "counts": counts_of(line),
                "delays": [delays for delays in figures.delays if delays.month == line.id],
            }


def _asked(request: Request) -> Figures:
    year = _year(request)
    if year is None:
        raise Refusal(HTTPStatus.NOT_FOUND)
    return statistics.of_year(request.world, request.here, year)


def _year(request: Request) -> int | None:
    """The fiscal year asked for, else the present one; None where no figures of it are shown."""
    years = statistics.years(request.world)
    return chosen_year(request, years, years[-1])


def _csv(request: Request, figures: Figures) -> Response:
    below = request.here.state.suppress_below
    lines: list[tuple[str, Line]] = [("total", figures.total)]
    for dimension, breakdown in figures.breakdowns.items():
        lines += [(str(dimension), line) for line in (breakdown.lines if breakdown else ())]
    answers: tuple[object, ...] = (
        _cell(figures.satisfaction.answers, below),
        figures.satisfaction.percent,
        _cell(figures.lasting.answers, below),
        _cell(figures.lasting.yes, below),
        _cell(figures.lasting.no, below),
    )
    rows = []
    for by, line in lines:
        cells = [_cell(count, below) for count in counts_of(line).values()]
        days = (line.days.median, line.days.p90) if line.days else (None, None)
        said = answers if by == "total" else (None,) * len(answers)
        rows.append((figures.year, figures.as_of, by, line.id, *cells, *days, *said))
    for delays in figures.delays:
        told: list[object] = [None] * (len(_HEADER) - 4)
        told[COLUMNS.index("explained")] = delays.number
        rows.append(
            (figures.year, figures.as_of, "month_and_category", f"{delays.month} {delays.category}", *told)
        )
    return csv_response(_HEADER, rows)


def _cell(count: Count, below: int) -> object:
    return _WORDS[count].format(below=below) if isinstance(count, Mark) else count
