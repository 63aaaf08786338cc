from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import (
    BANGKOK,
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    SkippedDay,
    UnknownYearError,
    WorkingCalendar,
    bangkok_day,
    due_day,
    fiscal_year,
    fiscal_year_of,
    half_years,
    month,
    months_later,
    notice_from,
    parse_date,
    start_of_day,
)
from tests.builders.calendar import bangkok, government_calendar

CALENDAR = government_calendar()
NEW_YEAR = ("วันขึ้นปีใหม่", "New Year's Day")

received_days = st.dates(date(2020, 1, 1), date(2029, 12, 1))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
sla = st.integers(1, 120)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """The real calendar with some days of an organisation's own."""
    days = st.dates(date(2020, 1, 1), date(2030, 11, 1))
    off = draw(st.dictionaries(days, st.just(("วันหยุดท้องถิ่น", "Local holiday")), max_size=20))
    on = draw(st.frozensets(st.sampled_from(sorted(CALENDAR.holidays)) | days, max_size=20))
    return WorkingCalendar(CALENDAR.holidays, off, on)


class TestDays:
    def test_a_minute_before_midnight_in_bangkok_is_still_the_day(self) -> None:
        assert bangkok_day(bangkok("2026-09-30 23:59")) == date(2026, 9, 30)
        assert bangkok_day(bangkok("2026-10-01 00:00")) == date(2026, 10, 1)

    def test_five_in_the_afternoon_utc_is_the_next_day_in_bangkok(self) -> None:
        assert bangkok_day(datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)) == date(2026, 9, 30)
        assert bangkok_day(datetime(2026, 9, 30, 17, 0, tzinfo=UTC)) == date(2026, 10, 1)

    def test_an_instant_without_an_offset_is_refused(self) -> None:
        with pytest.raises(ValueError, match="offset"):
            bangkok_day(datetime(2026, 9, 30))  # noqa: DTZ001

    @given(instants)
    def test_an_instant_lies_in_its_day(self, instant: datetime) -> None:
        day = bangkok_day(instant)
        assert start_of_day(day) <= instant < start_of_day(day, 1)


class TestFiscalYears:
    def test_the_year_turns_after_30_september(self) -> None:
        assert fiscal_year_of(date(2026, 9, 30)) == 2569
        assert fiscal_year_of(date(2026, 10, 1)) == 2570

    def test_a_complaint_in_the_last_minute_of_the_year_is_of_that_year(self) -> None:
        assert fiscal_year_of(bangkok_day(datetime(2026, 9, 30, 16, 59, tzinfo=UTC))) == 2569
        assert fiscal_year_of(bangkok_day(datetime(2026, 9, 30, 17, 0, tzinfo=UTC))) == 2570

    def test_2570_runs_from_october_2026_to_september_2027(self) -> None:
        assert fiscal_year(2570) == (date(2026, 10, 1), date(2027, 9, 30))

    def test_its_rounds_meet_at_the_end_of_march(self) -> None:
        first, second = half_years(2570)
        assert first == (date(2026, 10, 1), date(2027, 3, 31))
        assert second == (date(2027, 4, 1), date(2027, 9, 30))

    @pytest.mark.parametrize(
        ("year", "number", "last"),
        [(2027, 2, date(2027, 2, 28)), (2028, 2, date(2028, 2, 29)), (2026, 12, date(2026, 12, 31))],
    )
    def test_a_month_ends_on_its_last_day(self, year: int, number: int, last: date) -> None:
        assert month(year, number) == (date(year, number, 1), last)

    @given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    def test_each_day_lies_in_one_year_one_round_and_one_month(self, day: date) -> None:
        year = fiscal_year_of(day)
        assert fiscal_year(year).first <= day <= fiscal_year(year).last
        assert sum(span.first <= day <= span.last for span in half_years(year)) == 1
        assert month(day.year, day.month).first <= day <= month(day.year, day.month).last


class TestWorkingDays:
    @pytest.mark.parametrize("day", range(7, 12))
    def test_monday_to_friday_are_working_days(self, day: int) -> None:
        assert CALENDAR.is_working_day(date(2026, 9, day))

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            (date(2026, 9, 12), ("วันเสาร์", "Saturday")),
            (date(2026, 9, 13), ("วันอาทิตย์", "Sunday")),
            (date(2027, 1, 1), NEW_YEAR),
            (date(2026, 1, 10), ("วันเด็กแห่งชาติ", "National Children's Day")),
        ],
    )
    def test_a_day_off_says_why(self, day: date, reason: tuple[str, str]) -> None:
        assert CALENDAR.reason_off(day) == reason

    def test_an_organisation_may_close_on_a_day_of_its_own(self) -> None:
        fair = ("งานประเพณีประจำตำบล", "Fair of the subdistrict")
        assert government_calendar({date(2026, 9, 7): fair}).reason_off(date(2026, 9, 7)) == fair

    @pytest.mark.parametrize("day", [date(2026, 9, 12), date(2027, 1, 1)])
    def test_an_organisation_may_work_on_a_day_off(self, day: date) -> None:
        assert government_calendar(days_on=frozenset({day})).is_working_day(day)

    def test_the_next_working_day_is_never_the_day_itself(self) -> None:
        assert CALENDAR.next_working_day(date(2026, 9, 7)) == date(2026, 9, 8)
        assert CALENDAR.next_working_day(date(2026, 12, 30)) == date(2027, 1, 4)

    def test_a_year_that_was_not_loaded_is_no_year_of_working_days(self) -> None:
        with pytest.raises(UnknownYearError):
            WorkingCalendar({date(2026, 1, 1): NEW_YEAR}).is_working_day(date(2027, 1, 1))


class TestDueDay:
    @pytest.mark.parametrize(
        ("received", "due", "why"),
        [
            (date(2026, 9, 7), date(2026, 9, 22), "a Monday: the 15th day is a Tuesday"),
            (date(2026, 9, 8), date(2026, 9, 23), "a Tuesday"),
            (date(2026, 9, 9), date(2026, 9, 24), "a Wednesday"),
            (date(2026, 9, 10), date(2026, 9, 25), "a Thursday"),
            (date(2026, 9, 11), date(2026, 9, 28), "a Friday: the 15th day is a Saturday"),
            (date(2026, 9, 12), date(2026, 9, 28), "a Saturday: the 15th day is a Sunday"),
            (date(2026, 9, 13), date(2026, 9, 28), "a Sunday: the 15th day is a Monday"),
            (date(2026, 9, 15), date(2026, 9, 30), "the last day of the fiscal year"),
            (date(2026, 12, 16), date(2027, 1, 4), "New Year's Eve, New Year's Day, weekend"),
            (date(2026, 3, 29), date(2026, 4, 16), "the three days of Songkran"),
            (
                date(2024, 3, 28),
                date(2024, 4, 17),
                "Songkran at a weekend, with a bridge day and one in lieu",
            ),
            (date(2026, 4, 16), date(2026, 5, 1), "Labour Day, on which government offices work"),
            (date(2027, 4, 18), date(2027, 5, 3), "the day in lieu of Labour Day, the same"),
            (date(2026, 4, 28), date(2026, 5, 14), "Royal Ploughing Day, a government holiday"),
            (date(2028, 2, 14), date(2028, 2, 29), "the leap day"),
            (date(2027, 2, 14), date(2027, 3, 1), "no leap day"),
        ],
    )
    def test_the_fifteenth_day_or_the_working_day_after_it(self, received: date, due: date, why: str) -> None:
        assert due_day(received, 15, CALENDAR).due_on == due, why

    def test_a_complaint_at_2359_counts_from_that_day(self) -> None:
        at_2359 = bangkok_day(bangkok("2026-09-07 23:59"))
        a_minute_later = bangkok_day(bangkok("2026-09-08 00:00"))
        assert due_day(at_2359, 15, CALENDAR).due_on == date(2026, 9, 22)
        assert due_day(a_minute_later, 15, CALENDAR).due_on == date(2026, 9, 23)

    def test_it_tells_how_it_came_about(self) -> None:
        due = due_day(date(2026, 12, 16), 15, CALENDAR)
        assert due.received_on == date(2026, 12, 16)
        assert due.counted_to == date(2026, 12, 31)
        assert due.skipped == (
            SkippedDay(date(2026, 12, 31), "วันสิ้นปี", "New Year's Eve"),
            SkippedDay(date(2027, 1, 1), "วันขึ้นปีใหม่", "New Year's Day"),
            SkippedDay(date(2027, 1, 2), "วันเสาร์", "Saturday"),
            SkippedDay(date(2027, 1, 3), "วันอาทิตย์", "Sunday"),
        )

    def test_a_holiday_announced_later_moves_it(self) -> None:
        before = due_day(date(2028, 5, 1), 15, CALENDAR)
        ploughing = ("วันพืชมงคล", "Royal Ploughing Ceremony")
        after = due_day(date(2028, 5, 1), 15, government_calendar({date(2028, 5, 16): ploughing}))
        assert before.due_on == date(2028, 5, 16)
        assert after.due_on == date(2028, 5, 17)
        assert after.skipped == (SkippedDay(date(2028, 5, 16), *ploughing),)

    @given(received_days, sla, calendars())
    def test_it_is_the_first_working_day_from_the_day_counted_to(
        self, received: date, days: int, calendar: WorkingCalendar
    ) -> None:
        due = due_day(received, days, calendar)
        assert due.counted_to == received + timedelta(days=days) <= due.due_on
        assert calendar.is_working_day(due.due_on)
        assert [s.day for s in due.skipped] == [
            due.counted_to + timedelta(days=n) for n in range((due.due_on - due.counted_to).days)
        ]
        assert all(calendar.reason_off(s.day) == (s.th, s.en) for s in due.skipped)

    @given(received_days, received_days, sla, calendars())
    def test_what_comes_earlier_is_never_due_later(
        self, one: date, other: date, days: int, calendar: WorkingCalendar
    ) -> None:
        earlier, later = sorted((one, other))
        assert due_day(earlier, days, calendar).due_on <= due_day(later, days, calendar).due_on

    @given(received_days, sla, calendars(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    def test_one_more_day_off_never_makes_it_earlier(
        self, received: date, days: int, calendar: WorkingCalendar, announced: date
    ) -> None:
        more = WorkingCalendar(
            calendar.holidays, {**calendar.days_off, announced: ("วันหยุด", "Holiday")}, calendar.days_on
        )
        before, after = due_day(received, days, calendar), due_day(received, days, more)
        assert before.due_on <= after.due_on
        assert before == after or announced in {s.day for s in after.skipped}


class TestNotices:
    @pytest.mark.parametrize(
        ("made", "sent", "why"),
        [
            (bangkok("2026-09-07 02:00"), bangkok("2026-09-07 08:30"), "found at night, sent in the morning"),
            (bangkok("2026-09-07 08:29:59"), bangkok("2026-09-07 08:30"), "a second before opening"),
            (bangkok("2026-09-07 08:30"), bangkok("2026-09-07 08:30"), "at opening: at once"),
            (bangkok("2026-09-07 16:29:59"), bangkok("2026-09-07 16:29:59"), "a second before closing"),
            (bangkok("2026-09-07 16:30"), bangkok("2026-09-08 08:30"), "at closing: the next morning"),
            (bangkok("2026-09-11 17:00"), bangkok("2026-09-14 08:30"), "on a Friday evening"),
            (bangkok("2026-09-12 12:00"), bangkok("2026-09-14 08:30"), "on a Saturday at noon"),
            (bangkok("2026-12-31 02:00"), bangkok("2027-01-04 08:30"), "over New Year"),
            (bangkok("2026-04-13 02:00"), bangkok("2026-04-16 08:30"), "over Songkran"),
        ],
    )
    def test_a_notice_waits_for_office_hours(self, made: datetime, sent: datetime, why: str) -> None:
        assert notice_from(made, CALENDAR) == sent, why

    def test_an_organisation_may_open_at_another_hour(self) -> None:
        assert notice_from(bangkok("2026-09-07 08:30"), CALENDAR, time(9, 0)) == bangkok("2026-09-07 09:00")

    @given(instants, calendars())
    def test_a_notice_is_never_early_nor_outside_office_hours(
        self, instant: datetime, calendar: WorkingCalendar
    ) -> None:
        sent = notice_from(instant, calendar)
        assert sent >= instant
        assert calendar.is_working_day(sent.date())
        assert time(8, 30) <= sent.time() < time(16, 30)
        assert notice_from(sent, calendar) == sent
        assert sent.tzinfo is BANGKOK


class TestTypedDates:
    @pytest.mark.parametrize(
        "typed",
        [
            "10/12/2569",
            "10/12/2026",
            "2026-12-10",
            "๑๐/๑๒/๒๕๖๙",
            "  10 / 12 / 2569 ",
            "2569-12-10",
            "๒๐๒๖-๑๒-๑๐",
        ],
    )
    def test_a_date_is_taken_in_either_era_and_either_order(self, typed: str) -> None:
        assert parse_date(typed) == date(2026, 12, 10)

    def test_days_and_months_need_no_leading_zero(self) -> None:
        assert parse_date("1/2/2569") == parse_date("01/02/2569") == date(2026, 2, 1)

    def test_a_leap_day_is_one_by_the_common_era(self) -> None:
        assert parse_date("29/2/2567") == date(2024, 2, 29)
        with pytest.raises(NoSuchDayError):
            parse_date("29/2/2568")

    @pytest.mark.parametrize(
        "typed",
        ["", "พรุ่งนี้", "10/12/69", "10-12-2569", "10/12", "2026-2-1", "20261210", "10/12/2569x", "1/1/25690"],
    )
    def test_what_is_no_date_is_refused(self, typed: str) -> None:
        with pytest.raises(MalformedDateError):
            parse_date(typed)

    @pytest.mark.parametrize("typed", ["31/4/2569", "0/1/2569", "1/13/2569", "30/2/2567", "2026-02-30"])
    def test_a_day_that_no_calendar_has_is_refused(self, typed: str) -> None:
        with pytest.raises(NoSuchDayError):
            parse_date(typed)

    @pytest.mark.parametrize(
        "typed", ["1/1/1899", "31/12/2200", "1/1/2399", "1/1/2743", "0000-01-01", "9999-12-31"]
    )
    def test_a_year_far_off_is_refused(self, typed: str) -> None:
        with pytest.raises(DateOutOfRangeError):
            parse_date(typed)

    @given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    def test_every_day_can_be_typed_in_four_ways(self, day: date) -> None:
        be = day.year + 543
        typed = [
            f"{day.day}/{day.month}/{be}",
            f"{day.day}/{day.month}/{day.year}",
            day.isoformat(),
            f"{day.day:02}/{day.month:02}/{be}".translate({ord("0") + n: 0x0E50 + n for n in range(10)}),
        ]
        assert [parse_date(text) for text in typed] == [day] * 4

    @given(st.text("0123456789/-๐๕ \u00b2", max_size=12))
    def test_anything_typed_is_a_day_or_a_named_error(self, typed: str) -> None:
        with suppress(MalformedDateError, NoSuchDayError, DateOutOfRangeError):
            assert 1900 <= parse_date(typed).year < 2200


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 12, 25), 12, date(2027, 12, 25)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_later_ends_on_the_same_day_or_the_last_of_the_month(day, months, later):
    assert months_later(day, months) == later
