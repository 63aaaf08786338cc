from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.organisation import Label
from chalicelib.web.formats import datetime_bangkok, in_lang, number, thai_date


def test_a_day_is_told_in_the_buddhist_era_in_thai_and_in_the_common_era_in_english() -> None:
    assert thai_date(date(2026, 11, 24), "th") == "24 พ.ย. 2569"
    assert thai_date(date(2026, 11, 24), "en") == "24 November 2026"


def test_a_day_kept_as_text_is_told_like_a_date() -> None:
    assert thai_date("2026-02-01", "th") == "1 ก.พ. 2569"


def test_an_instant_is_told_as_its_day_in_bangkok() -> None:
    late = datetime(2026, 9, 30, 17, 30, tzinfo=UTC)
    assert thai_date(late, "th") == "1 ต.ค. 2569"
    assert datetime_bangkok(late, "th") == "1 ต.ค. 2569 เวลา 00:30 น."
    assert datetime_bangkok("2026-09-30T17:30:00+00:00", "en") == "1 October 2026 at 00:30"


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_can_be_told_apart_from_the_next(day: date) -> None:
    for lang in ("th", "en"):
        assert thai_date(day, lang) != thai_date(day + timedelta(days=1), lang)
    assert thai_date(day, "th").endswith(str(day.year + 543))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1250, "1,250"),
        (81.5, "81.5"),
        (80.0, "80"),
        (33.333, "33.33"),
        (-1000, "-1,000"),
        (100, "100"),
    ],
)
def test_a_number_keeps_its_thousands_apart_and_drops_empty_decimals(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_name_is_told_in_the_readers_language_and_in_thai_where_english_is_wanting() -> None:
    assert in_lang({"th": "ถนน", "en": "Road"}, "en") == "Road"
    assert in_lang({"th": "ถนน"}, "en") == "ถนน"
    assert in_lang(Label("ถนน", ""), "en") == "ถนน"
    assert in_lang(Label("ถนน", "Road"), "th") == "ถนน"
