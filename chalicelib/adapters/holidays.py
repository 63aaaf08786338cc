"""The days off of Thai government offices, from the `holidays` package."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from chalicelib.domain.calendar import DayName

# Labour Day and the day in its lieu are public holidays in law, but government offices work on them.
_LABOUR_DAY_TH = "วันแรงงานแห่งชาติ"
_LABOUR_DAY_EN = "National Labor Day"


class ThaiHolidays:
    """Public and government holidays of Thailand, without Labour Day and the day in its lieu."""

    def of(self, years: Sequence[int]) -> dict[date, DayName]:
        """The days off of these years C.E., from 2001 on.

        Right for years that the cabinet has announced. Later ones hold what the law and the lunar calendar
        give; Royal Ploughing Day, which the palace sets each year, and extra days come with a newer
        package, or until then as an organisation's own days.
        """
        return {day: name for year in years for day, name in _of_year(year).items()}


@cache
def _of_year(year: int) -> Mapping[date, DayName]:
    # Imported here: it costs 60 ms, and most requests to a fresh function never ask for a working day.
    from holidays.countries.thailand import Thailand  # noqa: PLC0415

    # Royal Ploughing Day is a government holiday only.
    categories = ("public", "government")
    thai = Thailand(years=year, categories=categories, language="th")
    english = Thailand(years=year, categories=categories, language="en_US")
    names = {}
    for day in thai:
        th = [name for name in thai.get_list(day) if _LABOUR_DAY_TH not in name]
        en = [name for name in english.get_list(day) if _LABOUR_DAY_EN not in name]
        if th:
            names[day] = (", ".join(th), ", ".join(en))
    return names
