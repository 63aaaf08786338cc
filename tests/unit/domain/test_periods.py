from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import DayRange, fiscal_year
from chalicelib.domain.organisation import DisclosureRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.periods import (
    Cadence,
    Due,
    MalformedPeriodError,
    Period,
    Schedule,
    Status,
    periods_within,
)

EDITOR = (Role.DISCLOSURE_EDITOR,)
RULES = DisclosureRules(
    grace_days={"monthly": 15, "half_yearly": 30, "yearly": 60},
    due_soon_days=7,
    stages=(Stage("due_soon", -7, EDITOR), Stage("stale", 1, EDITOR), Stage("stale", 15, (Role.EXECUTIVE,))),
)
YEARLY_PLAN = Schedule(Cadence.YEARLY, Due.START, RULES)
YEARLY_REPORT = Schedule(Cadence.YEARLY, Due.END, RULES)
HALF_YEARLY_REPORT = Schedule(Cadence.HALF_YEARLY, Due.END, RULES)
MONTHLY_REPORT = Schedule(Cadence.MONTHLY, Due.END, RULES)

WORSE = [Status.FRESH, Status.DUE_SOON, Status.STALE]

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
cadences = st.sampled_from(Cadence)
periods = st.builds(Period.containing, cadences, days)
rules = st.builds(
    DisclosureRules,
    grace_days=st.fixed_dictionaries({str(cadence): st.integers(0, 100) for cadence in Cadence}),
    due_soon_days=st.integers(0, 40),
    stages=st.lists(st.integers(-30, 60), max_size=4, unique=True).map(
        lambda on: tuple(Stage(f"stage {day}", day, EDITOR) for day in sorted(on))
    ),
)
schedules = st.builds(Schedule, cadences, st.sampled_from(Due), st.just(RULES) | rules)


@st.composite
def items(draw: st.DrawFn) -> tuple[Schedule, set[Period], date]:
    """A schedule, what was published by it, and a day within three years of that."""
    schedule, today = draw(schedules), draw(days)
    around = st.integers(-1000, 200).map(
        lambda n: Period.containing(schedule.cadence, today + timedelta(days=n))
    )
    return schedule, draw(st.sets(around, max_size=4)), today


def period(written: str) -> Period:
    return Period.parse(written)


class TestPeriods:
    @pytest.mark.parametrize(
        ("written", "first", "last", "cadence"),
        [
            ("FY2570", date(2026, 10, 1), date(2027, 9, 30), Cadence.YEARLY),
            ("FY2570-H1", date(2026, 10, 1), date(2027, 3, 31), Cadence.HALF_YEARLY),
            ("FY2570-H2", date(2027, 4, 1), date(2027, 9, 30), Cadence.HALF_YEARLY),
            ("2569-11", date(2026, 11, 1), date(2026, 11, 30), Cadence.MONTHLY),
            ("2571-02", date(2028, 2, 1), date(2028, 2, 29), Cadence.MONTHLY),
        ],
    )
    def test_a_written_period_has_its_days(
        self, written: str, first: date, last: date, cadence: Cadence
    ) -> None:
        assert Period.parse(written) == Period(first, last, cadence)
        assert str(Period.parse(written)) == written

    @pytest.mark.parametrize("typed", ["fy2570-h1", " FY2570-H1 ", "FY๒๕๗๐-H๑"])
    def test_small_letters_and_thai_digits_are_taken(self, typed: str) -> None:
        assert str(Period.parse(typed)) == "FY2570-H1"

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "2570",
            "FY70",
            "FY2570-H3",
            "FY2570-H0",
            "2569-13",
            "2569-00",
            "2569-1",
            "2026-11",
            "FY2027",
            "FY9999",
        ],
    )
    def test_what_is_no_period_is_refused(self, typed: str) -> None:
        with pytest.raises(MalformedPeriodError):
            Period.parse(typed)

    @given(periods)
    def test_what_is_written_is_read_back(self, one: Period) -> None:
        assert Period.parse(str(one)) == one

    @given(periods)
    def test_periods_follow_each_other_without_a_gap(self, one: Period) -> None:
        assert one.next().first_day == one.last_day + timedelta(days=1)
        assert one.next().previous() == one
        assert one < one.next()

    @given(cadences, days)
    def test_a_day_lies_in_its_period(self, cadence: Cadence, day: date) -> None:
        one = Period.containing(cadence, day)
        assert one.first_day <= day <= one.last_day
        assert one.cadence is cadence

    @pytest.mark.parametrize(
        ("cadence", "first", "last", "count"),
        [
            (Cadence.YEARLY, "FY2570", "FY2570", 1),
            (Cadence.HALF_YEARLY, "FY2570-H1", "FY2570-H2", 2),
            (Cadence.MONTHLY, "2569-10", "2570-09", 12),
        ],
    )
    def test_a_fiscal_year_is_made_of_its_periods(
        self, cadence: Cadence, first: str, last: str, count: int
    ) -> None:
        within = list(periods_within(cadence, fiscal_year(2570)))
        assert (str(within[0]), str(within[-1]), len(within)) == (first, last, count)

    @given(cadences, days, st.integers(0, 800))
    def test_all_days_asked_for_are_covered(self, cadence: Cadence, first: date, length: int) -> None:
        last = first + timedelta(days=length)
        within = list(periods_within(cadence, DayRange(first, last)))
        assert within[0].first_day <= first
        assert last <= within[-1].last_day
        assert [p.next() for p in within[:-1]] == within[1:]


class TestDueDays:
    @pytest.mark.parametrize(
        ("schedule", "written", "due_on"),
        [
            (YEARLY_PLAN, "FY2570", date(2026, 11, 30)),
            (YEARLY_REPORT, "FY2570", date(2027, 11, 29)),
            (HALF_YEARLY_REPORT, "FY2570-H1", date(2027, 4, 30)),
            (MONTHLY_REPORT, "2569-11", date(2026, 12, 15)),
        ],
    )
    def test_a_period_is_due_its_grace_after_its_start_or_end(
        self, schedule: Schedule, written: str, due_on: date
    ) -> None:
        assert schedule.due_on(period(written)) == due_on

    def test_a_report_can_be_published_once_its_period_began_and_a_plan_one_period_ahead(self) -> None:
        assert YEARLY_REPORT.newest_publishable(date(2026, 9, 30)) == period("FY2569")
        assert YEARLY_PLAN.newest_publishable(date(2026, 9, 30)) == period("FY2570")


class TestFreshness:
    @pytest.mark.parametrize(
        ("today", "published", "status", "wanted", "due_on"),
        [
            (date(2026, 12, 7), ["2569-10"], Status.FRESH, "2569-11", date(2026, 12, 15)),
            (date(2026, 12, 8), ["2569-10"], Status.DUE_SOON, "2569-11", date(2026, 12, 15)),
            (date(2026, 12, 15), ["2569-10"], Status.DUE_SOON, "2569-11", date(2026, 12, 15)),
            (date(2026, 12, 16), ["2569-10"], Status.STALE, "2569-11", date(2026, 12, 15)),
            (date(2026, 12, 16), ["2569-11"], Status.FRESH, "2569-12", date(2027, 1, 15)),
            (date(2026, 12, 8), ["2569-11"], Status.FRESH, "2569-12", date(2027, 1, 15)),
            (date(2026, 12, 8), ["2569-09"], Status.STALE, "2569-10", date(2026, 11, 15)),
            (date(2026, 12, 8), [], Status.MISSING, "2569-10", date(2026, 11, 15)),
            (date(2026, 12, 16), ["2569-11", "2568-01"], Status.FRESH, "2569-12", date(2027, 1, 15)),
        ],
    )
    def test_a_monthly_report_grows_stale(
        self, today: date, published: list[str], status: Status, wanted: str, due_on: date
    ) -> None:
        fresh = MONTHLY_REPORT.freshness([period(p) for p in published], today)
        assert fresh == (status, period(wanted), due_on)

    def test_a_plan_of_the_new_year_is_not_stale_for_want_of_the_old_ones(self) -> None:
        assert YEARLY_PLAN.freshness([period("FY2570")], date(2026, 11, 1)).status is Status.FRESH

    @given(items())
    def test_the_status_says_what_is_published(self, item: tuple[Schedule, set[Period], date]) -> None:
        schedule, published, today = item
        status, wanted, due_on = schedule.freshness(published, today)
        assert due_on == schedule.due_on(wanted)
        assert wanted not in published
        over = due_on < today
        due = Period.containing(schedule.cadence, today).next()
        while schedule.due_on(due) >= today:
            due = due.previous()
        match status:
            case Status.MISSING:
                assert not published
            case Status.STALE:
                assert max(published) < due == wanted
            case _:
                assert max(published) >= due
                assert not over
                soon = (due_on - today).days <= schedule.rules.due_soon_days
                assert soon == (status is Status.DUE_SOON)

    @given(items())
    def test_publishing_the_period_that_is_wanted_ends_staleness(
        self, item: tuple[Schedule, set[Period], date]
    ) -> None:
        schedule, published, today = item
        before = schedule.freshness(published, today)
        after = schedule.freshness(published | {before.wanted}, today)
        assert after.status in (Status.FRESH, Status.DUE_SOON)
        assert after.wanted > before.wanted

    @given(items(), st.integers(0, 500))
    def test_it_never_grows_fresher_by_waiting(
        self, item: tuple[Schedule, set[Period], date], later: int
    ) -> None:
        schedule, published, today = item
        now = schedule.freshness(published, today)
        then = schedule.freshness(published, today + timedelta(days=later))
        if now.status is Status.MISSING:
            assert then.status is Status.MISSING
        else:
            assert WORSE.index(now.status) <= WORSE.index(then.status)
        assert now.wanted <= then.wanted

    @given(items())
    def test_what_may_be_published_is_never_more_than_one_period_ahead(
        self, item: tuple[Schedule, set[Period], date]
    ) -> None:
        schedule, _, today = item
        newest = schedule.newest_publishable(today)
        assert newest.previous().first_day <= today < newest.next().last_day
        assert schedule.freshness({newest}, today).status in (Status.FRESH, Status.DUE_SOON)


class TestNights:
    def test_a_night_looks_at_an_item_when_it_is_due_soon_stale_and_escalated(self) -> None:
        published = [period("2569-10")]
        seen = []
        today: date | None = date(2026, 11, 20)
        for _ in range(5):
            assert today
            today = MONTHLY_REPORT.next_stage_on(published, today)
            seen.append(today)
        assert seen == [
            date(2026, 12, 8),
            date(2026, 12, 16),
            date(2026, 12, 30),
            date(2027, 1, 8),
            date(2027, 1, 16),
        ]

    def test_a_published_period_moves_the_next_look_on(self) -> None:
        assert MONTHLY_REPORT.next_stage_on([period("2569-11")], date(2026, 12, 1)) == date(2027, 1, 8)

    @pytest.mark.parametrize(
        ("today", "stage", "written"),
        [
            (date(2026, 12, 7), None, None),
            (date(2026, 12, 8), -7, "2569-11"),
            (date(2026, 12, 15), -7, "2569-11"),
            (date(2026, 12, 16), 1, "2569-11"),
            (date(2026, 12, 31), 15, "2569-11"),
            (date(2027, 1, 8), -7, "2569-12"),
        ],
    )
    def test_a_late_night_finds_the_last_stage_that_fell(
        self, today: date, stage: int | None, written: str | None
    ) -> None:
        passed = MONTHLY_REPORT.passed_stage([period("2569-10")], today)
        assert (passed and passed.stage.day) == stage
        assert (passed and str(passed.period)) == written

    def test_what_was_never_published_is_escalated_too(self) -> None:
        passed = MONTHLY_REPORT.passed_stage([], date(2026, 12, 16))
        assert passed
        assert (passed.on, passed.stage.name, passed.due_on) == (
            date(2026, 12, 16),
            "stale",
            date(2026, 12, 15),
        )

    @given(items())
    def test_nothing_is_to_be_told_before_the_next_look_and_something_at_it(
        self, item: tuple[Schedule, set[Period], date]
    ) -> None:
        schedule, published, today = item
        following = schedule.next_stage_on(published, today)
        if following is None:
            assert not schedule.rules.stages
            return
        now = schedule.passed_stage(published, today)
        for n in range(1, (following - today).days):
            assert schedule.passed_stage(published, today + timedelta(days=n)) == now
        passed = schedule.passed_stage(published, following)
        assert passed
        assert today < passed.on == following

    @given(items())
    def test_a_stage_falls_for_an_unpublished_period_by_its_day(
        self, item: tuple[Schedule, set[Period], date]
    ) -> None:
        schedule, published, today = item
        passed = schedule.passed_stage(published, today)
        if passed:
            assert passed.stage in schedule.rules.stages
            assert passed.due_on == schedule.due_on(passed.period)
            assert passed.on == passed.due_on + timedelta(days=passed.stage.day) <= today
            assert not published or passed.period > max(published)
        elif schedule.rules.stages:
            assert published
