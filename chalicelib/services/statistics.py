"""The published figures of an organisation's complaints, by fiscal year."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain import period_figures
from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.complaint import Channel, Complaint
from chalicelib.domain.figures import Dimension, Figures, Life, lives, months, published
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.period_figures import PeriodFigures
from chalicelib.domain.periods import Period
from chalicelib.domain.record import Record
from chalicelib.services.world import World

YEARS_SHOWN = 5
"""The year that runs and those before it: as many as a plan has."""

_FRESH_FOR = timedelta(minutes=5)
"""How long a function may go on with figures that it has counted: a busy year is megabytes to read."""

_MOST_KEPT = 200
"""Years of organisations whose figures a function keeps."""

_A_READ = 1000

_counted: dict[tuple[str, int], tuple[datetime, Figures]] = {}


def years(world: World) -> tuple[int, ...]:
    """The fiscal years (B.E.) of which figures are shown, the newest last."""
    this = fiscal_year_of(bangkok_day(world.clock.now()))
    return tuple(range(this - YEARS_SHOWN + 1, this + 1))


def of_year(world: World, here: Record[Organisation], year: int) -> Figures:
    """The figures of a fiscal year, a few minutes old at most; reads one partition of the year's index."""
    now = world.clock.now()
    key = (here.key.id, year)
    known = _counted.get(key)
    if known and timedelta() <= now - known[0] < _FRESH_FOR and known[1].as_of == bangkok_day(now):
        return known[1]
    figures = _count(world, here, year)
    if len(_counted) >= _MOST_KEPT:
        _counted.clear()
    _counted[key] = (now, figures)
    return figures


def of_period(world: World, here: Record[Organisation], period: Period) -> PeriodFigures:
    """The figures of a period that is over, or runs, for a report on it: counted now."""
    year = fiscal_year_of(period.first_day)
    counted = _lives(world, here, year)
    figures = _published(world, here, year, counted)
    return period_figures.of_period(period, figures, counted, here.state.suppress_below)


def forget() -> None:
    """Count anew from now on (between tests)."""
    _counted.clear()


def _count(world: World, here: Record[Organisation], year: int) -> Figures:
    return _published(world, here, year, _lives(world, here, year))


def _lives(world: World, here: Record[Organisation], year: int) -> list[Life]:
    today = bangkok_day(world.clock.now())
    counted: list[Life] = []
    cursor: str | None = None
    while True:
        page = world.records.list(Complaint, here.key.id, str(year), limit=_A_READ, cursor=cursor)
        counted += lives((row.summary for row in page.rows), today)
        cursor = page.next_cursor
        if cursor is None:
            return counted


def _published(world: World, here: Record[Organisation], year: int, counted: Sequence[Life]) -> Figures:
    today = bangkok_day(world.clock.now())
    settings = here.state
    return published(
        counted,
        year=year,
        today=today,
        names={
            Dimension.MONTH: months(year, today),
            Dimension.CATEGORY: [category.id for category in settings.categories],
            Dimension.VILLAGE: [village.th for village in settings.villages],
            Dimension.CHANNEL: list(Channel),
            Dimension.UNIT: [unit.id for unit in settings.units],
        },
        below=settings.suppress_below,
    )
