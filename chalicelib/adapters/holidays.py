"""The days off of Thai government offices, from a table made at build time (`tools/holidays.py`)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from chalicelib.domain.calendar import DayName

_TABLE = Path(__file__).with_name("holidays.json")


class ThaiHolidays:
    """Public and government holidays of Thailand, without Labour Day and the day in its lieu."""

    def of(self, years: Sequence[int]) -> dict[date, DayName]:
        """The days off of these years C.E.; the table has those from 2001 to 2060.

        Right for years that the cabinet has announced. Later ones hold what the law and the lunar calendar
        give; Royal Ploughing Day, which the palace sets each year, and extra days come with a newer
        package, or until then as an organisation's own days.
        """
        table = _table()
        return {day: name for year in years for day, name in table.get(year, {}).items()}

    def edition(self) -> str:
        """The beginning of the table's SHA-256."""
        return _edition()


@cache
def _table() -> Mapping[int, Mapping[date, DayName]]:
    return msgspec.json.decode(_TABLE.read_bytes(), type=dict[int, dict[date, DayName]])


@cache
def _edition() -> str:
    return hashlib.sha256(_TABLE.read_bytes()).hexdigest()[:16]
