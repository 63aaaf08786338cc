import subprocess
import sys
from datetime import date, timedelta

import pytest

from chalicelib.adapters.holidays import ThaiHolidays
from chalicelib.domain.calendar import WorkingCalendar
from tools import holidays


@pytest.mark.parametrize(
    ("day", "th", "en"),
    [
        (date(2026, 1, 1), "วันขึ้นปีใหม่", "New Year's Day"),
        (date(2026, 4, 13), "วันสงกรานต์", "Songkran Festival"),
        (date(2026, 12, 31), "วันสิ้นปี", "New Year's Eve"),
        (date(2026, 5, 13), "วันพืชมงคล", "Royal Ploughing Ceremony"),
        (date(2026, 6, 1), "ชดเชยวันวิสาขบูชา", "Visakha Bucha (in lieu)"),
    ],
)
def test_public_and_government_holidays_are_days_off_in_both_languages(day: date, th: str, en: str) -> None:
    assert ThaiHolidays().of([day.year])[day] == (th, en)


def test_holidays_that_share_a_day_are_all_named() -> None:
    th, en = ThaiHolidays().of([2026])[date(2026, 8, 12)]
    assert th == "วันเฉลิมพระชนมพรรษาสมเด็จพระบรมราชชนนีพันปีหลวง, วันแม่แห่งชาติ"
    assert en == "HM Queen Sirikit The Queen Mother's Birthday, National Mother's Day"


@pytest.mark.parametrize(
    ("day", "which"),
    [(date(2026, 5, 1), "Labour Day, a Friday"), (date(2027, 5, 3), "the Monday in lieu of a Saturday")],
)
def test_government_offices_work_on_labour_day_and_the_day_in_its_lieu(day: date, which: str) -> None:
    assert WorkingCalendar(ThaiHolidays().of([day.year])).is_working_day(day), which


def test_no_name_in_the_whole_table_tells_of_labour_day() -> None:
    for th, en in ThaiHolidays().of(holidays.YEARS).values():
        assert th
        assert en
        assert "แรงงาน" not in th
        assert "Labo" not in en


def test_royal_ploughing_day_is_missing_until_it_is_announced() -> None:
    assert not [th for th, _ in ThaiHolidays().of([2028]).values() if "พืชมงคล" in th]


def test_a_new_years_eve_on_a_saturday_gives_a_day_off_in_the_next_year() -> None:
    assert date(2023, 1, 3) in ThaiHolidays().of([2023])


def test_every_week_without_a_holiday_has_five_working_days() -> None:
    calendar = WorkingCalendar(ThaiHolidays().of([2026]))
    monday = date(2026, 9, 7)
    assert [calendar.is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_the_table_holds_each_of_its_years_and_no_other() -> None:
    for year in holidays.YEARS:
        assert {day.year for day in ThaiHolidays().of([year])} == {year}
    assert not ThaiHolidays().of([holidays.YEARS.start - 1, holidays.YEARS.stop])


def test_the_table_is_what_the_package_knows() -> None:
    assert holidays.TABLE.read_bytes() == holidays.table()


def test_a_door_reads_the_table_without_the_package() -> None:
    code = (
        "import sys; from chalicelib.adapters.holidays import ThaiHolidays; "
        "sys.exit(not ThaiHolidays().of([2026]) or 'holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
