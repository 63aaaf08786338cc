"""Whether complaints tell of the same problem, and whether a prevention held."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.complaint_terms import Report
from chalicelib.domain.recurrence import Likeness, Verdict, Words, compared, grams, likeness, verdict
from tests.builders.likeness import PROBLEMS

TEXTS = st.text(st.sampled_from("กขคถนไฟดบวหาิีุู่้็์ำเแโ 12๓.-ab"), max_size=60)


def words(subject: str = "ถนนเป็นหลุม", detail: str = "", village: str = "", location: str = "") -> Words:
    return Words.of(
        Report(category="road", subject=subject, detail=detail, village=village, location=location)
    )


@given(TEXTS, TEXTS)
def test_likeness_goes_both_ways_and_from_nought_to_one(one: str, other: str) -> None:
    found = likeness(grams(one), grams(other))
    assert 0 <= found <= 1.000001
    assert found == likeness(grams(other), grams(one))


@given(TEXTS)
def test_a_text_is_most_alike_to_itself(text: str) -> None:
    runs = grams(text)
    assert likeness(runs, runs) == (pytest.approx(1) if runs else 0)


@given(TEXTS, st.lists(st.integers(0, 59), max_size=5))
def test_spaces_signs_and_tone_marks_make_no_difference(text: str, places: list[int]) -> None:
    loose = text
    for at in places:
        loose = f"{loose[:at]} ่, {loose[at:]}"
    assert grams(loose) == grams(text)


def test_thai_digits_and_capitals_make_no_difference() -> None:
    assert grams("ซอย ๑๒ Soi A") == grams("ซอย12 soi a")


@pytest.mark.parametrize("text", ["", " ", "…", "่", "ไฟ"])
def test_short_texts_have_few_runs(text: str) -> None:
    assert grams(text) == (frozenset({"ไฟ"}) if text == "ไฟ" else frozenset())


def test_the_same_problem_is_told_from_others_of_its_category_however_it_is_worded() -> None:
    """Nine problems, each as three people would tell it: docs/adr has the figures."""
    same, other = [], []
    for problems in PROBLEMS.values():
        told = [(n, words(*texts)) for n, problem in enumerate(problems) for texts in problem]
        for (n, one), (m, another) in combinations(told, 2):
            is_alike = compared(one, another) is Likeness.WORDS
            (same if n == m else other).append(is_alike)
    assert (len(same), len(other)) == (27, 81)
    assert sum(same) >= 25
    assert sum(other) <= 1


def test_the_village_is_the_place_where_both_name_one() -> None:
    here = words(village="หมู่ 1", location="หน้าวัด")
    assert compared(here, words(village="หมู่ 1", location="ท้ายซอย")) is Likeness.SAME
    assert compared(here, words(village="หมู่ 2", location="หน้าวัด")) is Likeness.WORDS


def test_else_the_place_as_typed_is() -> None:
    here = words(village="หมู่ 1", location="หน้าวัดบางแค")
    assert compared(here, words(location="หน้าวัด")) is Likeness.SAME
    assert compared(here, words("กิ่งไม้พาดสาย", location="หน้าวัด")) is Likeness.PLACE
    assert compared(here, words("กิ่งไม้พาดสาย", location="ริมคลอง")) is None
    assert compared(here, words("กิ่งไม้พาดสาย")) is None


def test_another_house_is_another_place() -> None:
    here = words(location="หน้าบ้านเลขที่ 12")
    assert compared(here, words(location="หน้าบ้านเลขที่ ๑๒")) is Likeness.SAME
    assert compared(here, words(location="หน้าบ้านเลขที่ 45")) is Likeness.WORDS


def test_the_name_of_the_place_makes_no_words_alike() -> None:
    place = "หมู่ 1 บ้านทุ่งตัวอย่างใหญ่"
    one = words(f"ไฟดับ {place}", "มืดมาก", village=place)
    other = words(f"เสียงดัง {place}", "นอนไม่หลับ", village=place)
    assert compared(one, other) is Likeness.PLACE


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-11-24", "too_early"), ("2027-05-23", "too_early"), ("2027-05-24", "held")],
)
def test_a_prevention_held_once_its_days_are_over(today: str, expected: str) -> None:
    found = verdict(date(2026, 11, 24), came_again=False, days=180, today=date.fromisoformat(today))
    assert found == Verdict(expected)


def test_what_came_again_did_not_hold_however_early() -> None:
    day = date(2026, 11, 24)
    assert verdict(day, came_again=True, days=180, today=day) is Verdict.CAME_AGAIN
