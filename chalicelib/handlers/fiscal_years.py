"""The fiscal year (B.E.) that a request asks for, in Thai digits or Arabic."""

from collections.abc import Iterable

from chalicelib.domain.text import to_arabic_digits
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.routing import Request


def chosen_year(request: Request, years: Iterable[int], usual: int) -> int | None:
    """The year of the query; the usual one where it names none, None where it is none of these."""
    typed = to_arabic_digits(request.query.get("fiscal_year", "")).strip()
    if not typed:
        return usual
    return next((year for year in years if typed == str(year)), None)


def known_year(request: Request, year: int | None) -> int:
    """A chosen year for a program, which names one or leaves the parameter out. Raises InvalidFields."""
    if year is None or request.query.get("fiscal_year") == "":
        raise InvalidFields({"fiscal_year": "unknown"})
    return year
