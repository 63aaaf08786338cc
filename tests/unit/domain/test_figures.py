"""Figures agree with a count over the raw events that knows nothing of how a complaint is folded."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import Channel, Complaint, Contacted, Report
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.figures import Dimension, Life, Part, lives, months, published
from chalicelib.domain.record import Event, Key, begin, proceed
from tests.builders.calendar import bangkok, government_calendar
from tests.builders.counting import counted
from tests.builders.pages import organisation

CALENDAR = government_calendar()
RULES = organisation().complaint_rules
ACTIONS = (
    "assign",
    "start",
    "explain",
    "resolve",
    "reject",
    "refer",
    "reopen",
    "contacted",
    "night",
    "erase",
)


@st.composite
def made_lives(draw: st.DrawFn) -> tuple[list[Event], dict[str, Any]]:
    """A complaint's events as its verbs allow them, and its summary."""
    contact = draw(st.sampled_from(({}, {"phone": "081-234-5678"}, {"email": "a@example.go.th"})))
    report = Report(
        category=draw(st.sampled_from(("road", "light"))),
        subject="เรื่อง",
        detail="รายละเอียดของเรื่อง",
        village=draw(st.sampled_from(("", "หมู่ 1"))),
        **contact,
    )
    at = bangkok("2026-10-01 09:00") + timedelta(days=draw(st.integers(0, 60)))
    fact = Complaint.file(
        report, unit="palad", channel=Channel.WEB, rules=RULES, calendar=CALENDAR, by="citizen", at=at
    )
    key = Key("test", "complaint", "c")
    change = begin(Complaint, key, [fact], lambda: bytes(16))
    events = list(change.events)
    for days, action in draw(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(ACTIONS)), max_size=8)):
        at += timedelta(days=days, minutes=1)
        complaint = change.record.state
        by: Any = {"by": "test-somsri", "at": at}
        try:
            match action:
                case "assign":
                    fact = complaint.assign("works", **by)
                case "start":
                    fact = complaint.start(**by)
                case "explain":
                    later = CALENDAR.next_working_day(max(complaint.due_on, bangkok_day(at)))
                    fact = complaint.explain("รอ", later, calendar=CALENDAR, **by)
                case "resolve":
                    fact = complaint.resolve("แล้ว", "เก่า", "ตรวจ", **by)
                case "reject":
                    fact = complaint.reject("ไม่ใช่", **by)
                case "refer":
                    fact = complaint.refer("ส่งต่อ", "อำเภอ", **by)
                case "reopen":
                    fact = complaint.reopen("ยังไม่ดี", calendar=CALENDAR, at=at)
                case "contacted":
                    fact = complaint.contacted(Contacted.CALL, "โทรแล้ว", **by)
                case "erase":
                    # Retention is years longer than a complaint can be open.
                    if complaint.status != "closed":
                        continue
                    fact = complaint.erase_contact(at=at)
                case _:
                    night = complaint.overnight(bangkok_day(at), at=at)
                    if night is None:
                        continue
                    fact = night
        except (IllegalMoveError, InvalidFieldError):
            continue
        change = proceed(change.record, [fact], lambda: bytes(16))
        events += change.events
    summary: Any = change.record.state.place(key).summary
    return events, summary


@given(made_lives(), st.integers(0, 40))
def test_a_life_counts_as_its_events_say(life: tuple[list[Event], dict[str, Any]], later: int) -> None:
    events, summary = life
    today = bangkok_day(events[-1].at) + timedelta(days=later)
    (by_events,) = counted(events, today).values()
    found = Life.of(summary, today)
    assert found.parts == by_events.parts()
    assert found.days == by_events.days


@given(st.lists(made_lives(), max_size=8))
def test_all_lines_add_up_to_the_total(several: list[tuple[list[Event], dict[str, Any]]]) -> None:
    today = date(2027, 9, 30)
    found = lives((summary for _, summary in several), today)
    # Below one there is nothing to hide.
    figures = published(found, year=2570, today=today, names={}, below=1)
    for breakdown in figures.breakdowns.values():
        assert breakdown is not None
        counts: Counter[str] = Counter()
        for line in breakdown.lines:
            counts["all"] += line.counts.base
            counts.update({part: n for part, n in line.counts.parts.items() if isinstance(n, int)})
        assert counts["all"] == len(several) == figures.total.counts.base
        assert all(counts[part] == figures.total.counts.parts[part] for part in Part)
    by_category = figures.breakdowns[Dimension.CATEGORY]
    assert by_category is not None
    roads = sum(events[0].data["category"] == "road" for events, _ in several)
    assert sum(line.counts.base for line in by_category.lines if line.id == "road") == roads


def life(days: int | None, **other: Any) -> Life:
    parts = frozenset({Part.ON_TIME, Part.TOLD} | ({Part.DECIDED} if days is not None else set()))
    usual = {"received_on": date(2026, 11, 2), "category": "road", "village": "", "channel": "web"}
    return Life(**{**usual, "unit": "works", "parts": parts, "days": days, **other})


def days_of(*taken: int | None) -> Any:
    figures = published(
        [life(days) for days in taken], year=2570, today=date(2026, 11, 30), names={}, below=3
    )
    return figures.total.days and (figures.total.days.median, figures.total.days.p90)


def test_days_are_the_median_and_the_nearest_rank_of_nine_in_ten() -> None:
    assert days_of(*range(1, 11)) == (5.5, 9)
    assert days_of(3, 1, 2) == (2.0, 3)
    assert days_of(0, 0, 0, 0) == (0.0, 0)


def test_days_of_too_few_are_not_told() -> None:
    assert days_of(4, 9) is None
    assert days_of(4, 9, None, None, None, None) is None


def test_a_year_has_the_months_that_have_begun() -> None:
    assert months(2570, date(2026, 12, 1)) == ("2569-10", "2569-11", "2569-12")
    assert len(months(2569, date(2026, 12, 1))) == 12
    assert months(2569, date(2026, 12, 1))[3] == "2569-01"


def satisfaction_of(*scores: tuple[int, ...]) -> Any:
    several = [life(3, scores=(points,)) for points in scores]
    figures = published(several, year=2570, today=date(2026, 11, 30), names={}, below=3)
    return figures.satisfaction.answers, figures.satisfaction.percent


def test_satisfaction_is_the_mean_of_all_points_and_is_not_told_of_too_few() -> None:
    assert satisfaction_of() == (0, None)
    assert satisfaction_of((5, 5, 5, 5, 5), (1, 1, 1, 1, 1)) == ("few", None)
    assert satisfaction_of((5, 5), (4, 4), (3, 3)) == (3, 80.0)


def test_a_complaint_that_was_merged_is_counted_as_the_one_that_stands_for_it() -> None:
    assert lives([{"merged_into": "another"}], date(2026, 11, 30)) == []


def delays_of(*made: tuple[str, int, int, int]) -> list[tuple[str, str, int]]:
    """Of complaints as (category, month, how many, how many of them explained)."""
    several = []
    for category, month, number, explained in made:
        for n in range(number):
            parts = frozenset({Part.ON_TIME, Part.EXPLAINED} if n < explained else {Part.ON_TIME})
            several.append(life(None, category=category, received_on=date(2026, month, 3), parts=parts))
    figures = published(several, year=2570, today=date(2026, 12, 30), names={}, below=3)
    return [(d.category, d.month, d.number) for d in figures.delays]


def test_explained_delays_are_told_by_category_and_month() -> None:
    assert delays_of(("road", 10, 9, 4), ("light", 10, 8, 5), ("road", 11, 9, 3)) == [
        ("road", "2569-10", 4),
        ("light", "2569-10", 5),
        ("road", "2569-11", 3),
    ]


def test_a_delay_is_not_told_where_its_line_hides_how_many_it_has() -> None:
    # One of five and two of six were not explained: who read a four beside the five would know the one.
    assert delays_of(("road", 10, 5, 4), ("road", 11, 9, 3), ("road", 12, 6, 4)) == [("road", "2569-11", 3)]
