"""Build the table of days off that `chalicelib/adapters/holidays.py` reads.

The package `holidays` takes 100 ms to import, which a citizen would wait for at a door that has just
started, and what it knows changes with its version alone: it is asked once, here.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from holidays.countries.thailand import Thailand

TABLE = Path(__file__).parent.parent / "chalicelib" / "adapters" / "holidays.json"

# Before 2001 nothing of ours happens; after 2060 the Buddhist days are too far ahead to be of use.
YEARS = range(2001, 2061)

# Royal Ploughing Day is a government holiday only.
_CATEGORIES = ("public", "government")

# Labour Day and the day in its lieu are public holidays in law, but government offices work on them.
_LABOUR_DAY_TH = "วันแรงงานแห่งชาติ"
_LABOUR_DAY_EN = "National Labor Day"


def days_off(year: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """The days off of government offices in a year C.E.: ISO 8601, the names in Thai and in English."""
    thai = Thailand(years=year, categories=_CATEGORIES, language="th")
    english = Thailand(years=year, categories=_CATEGORIES, language="en_US")
    for day in sorted(thai):
        th = [name for name in thai.get_list(day) if _LABOUR_DAY_TH not in name]
        en = [name for name in english.get_list(day) if _LABOUR_DAY_EN not in name]
        if th:
            yield day.isoformat(), (", ".join(th), ", ".join(en))


def table() -> bytes:
    """The table as JSON: a year, a day, its two names."""
    years = {year: dict(days_off(year)) for year in YEARS}
    return json.dumps(years, ensure_ascii=False, indent=1).encode()
