"""What a question takes of an index: words, numbers, rights, orders and pages."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.domain.complaint import Status
from chalicelib.domain.complaint_index import (
    CursorError,
    Indexed,
    Order,
    Question,
    Reader,
    digits_of,
    merged,
    ordered,
)
from chalicelib.domain.text import searchable
from tests.builders.indexed import ONE

ALL = Reader(reads=None, escalated=frozenset(), contact=None)


def finds(text: str, reader: Reader = ALL, complaint: Indexed = ONE) -> bool:
    return Question(text=text).takes(reader)(complaint)


@pytest.mark.parametrize(
    "text",
    [
        "ท่วม",
        "ถนนหมู่ 3",
        "หมู่ ๓",
        "SOI a",
        "หน้าวัด ถนน",  # each word somewhere, in any order
        "นํ้าท่วม",  # sara am taken apart
        "น้\u200bำท่วม",
        "ว",
        "สมหญิง",
        "somying@EXAMPLE",
        "ใจดี ท่วม",
        "081-234-5678",
        "๐๘๑ ๒๓๔ ๕๖๗๘",
        "+66 81 234 5678",
        "2345",
    ],
)
def test_it_is_found_by_parts_of_words_names_and_numbers_however_typed(text: str) -> None:
    assert finds(text)


@pytest.mark.parametrize("text", ["ไฟดับ", "ท่วม ไฟดับ", "999999", "dai", "วัดSoi", "082", "34"])
def test_what_is_not_in_it_finds_nothing(text: str) -> None:
    assert not finds(text)


@pytest.mark.parametrize("text", ["สมหญิง", "somying", "081-234-5678"])
def test_contact_data_find_nothing_for_whoever_may_not_read_them(text: str) -> None:
    of_finance = Reader(reads=None, escalated=frozenset(), contact=frozenset({"finance"}))
    assert not finds(text, of_finance)
    assert finds("ถนน", of_finance)


@given(st.text(alphabet="กขคะาิีุู่้ํำเแโaA1๑ -\n", min_size=1, max_size=30), st.data())
def test_any_piece_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    words = searchable(text)
    start = data.draw(st.integers(0, len(words)))
    piece = words[start : data.draw(st.integers(start, len(words)))]
    assert finds(piece, complaint=replace(ONE, words=words))


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("081-234 5678", "0812345678"),
        ("+66812345678", "0812345678"),
        ("(02) 000 0000", "020000000"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_its_digits(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


@pytest.mark.parametrize(
    ("asked", "takes"),
    [
        ({"units": frozenset({"works"})}, True),
        ({"units": frozenset({"finance"})}, False),
        ({"status": Status.RECEIVED}, True),
        ({"status": Status.CLOSED}, False),
        ({"open": True}, True),
        ({"to_be_called": True}, False),
        ({"category": "road", "village": "หมู่ 3", "channel": "web"}, True),
        ({"village": "หมู่ 1"}, False),
        ({"channel": "post"}, False),
        ({"fiscal_year": 2570}, True),
        ({"fiscal_year": 2569}, False),
        ({"received_from": date(2026, 11, 24), "received_to": date(2026, 11, 24)}, True),
        ({"received_to": date(2026, 11, 23)}, False),
        ({"due_from": date(2026, 12, 10)}, False),
        ({"watcher": "test-somsri"}, True),
        ({"watcher": "test-somchai"}, False),
    ],
)
def test_all_that_is_asked_must_hold(asked: dict, takes: bool) -> None:
    assert Question(**asked).takes(ALL)(ONE) == takes


def test_what_is_worked_no_more_is_no_open_work() -> None:
    assert not Question(open=True).takes(ALL)(replace(ONE, open=False))


UNITS = st.one_of(st.none(), st.frozensets(st.sampled_from(["works", "finance"])))


@given(UNITS, UNITS, st.sampled_from(["works", "finance"]), st.booleans())
def test_what_the_reader_may_not_see_is_never_taken(
    reads: frozenset[str] | None, escalated: frozenset[str] | None, unit: str, is_escalated: bool
) -> None:
    complaint = replace(ONE, unit=unit, escalated=is_escalated)
    reader = Reader(reads=reads, escalated=escalated, contact=None)
    sees = reads is None or unit in reads or (is_escalated and (escalated is None or unit in escalated))
    assert finds("ถนน", reader, complaint) == sees


COMPLAINTS = st.lists(
    st.builds(
        lambda number, day, unit, village: replace(
            ONE, id=f"{number:04}", due_on=day, received_at=f"{day}T00:00Z", unit=unit, village=village
        ),
        st.integers(0, 9999),
        st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        st.sampled_from(["works", "finance"]),
        st.sampled_from(["", "หมู่ 1", "หมู่ 2"]),
    ),
    max_size=30,
    unique_by=lambda c: c.id,
)


@given(COMPLAINTS, st.sampled_from(list(Order)), st.integers(1, 7))
def test_pages_hold_each_complaint_once_and_in_order(
    complaints: list[Indexed], order: Order, size: int
) -> None:
    seen: list[Indexed] = []
    cursor: str | None = None
    while True:
        page, cursor = ordered(complaints, order, cursor, size)
        seen += page
        if cursor is None:
            break
    assert sorted(c.id for c in seen) == sorted(c.id for c in complaints)
    for before, after in pairwise(seen):
        assert (order.key(before) > order.key(after)) == order.is_turned


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzEsMl0", "ก", "é", "A" * 5000, "\ud800"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        ordered([ONE], Order.DUE, cursor, 5)


def test_an_order_turned_round_twice_is_itself() -> None:
    assert all(order.other_way.other_way is order for order in Order)


def test_older_news_do_not_replace_newer_ones() -> None:
    newer = replace(ONE, events=3, subject="ใหม่")
    assert merged({"a": newer}, [ONE]) == {"a": newer}
    assert merged({"a": ONE}, [newer]) == {"a": newer}
