"""Which unit gets a complaint first."""

import pytest
from msgspec.structs import replace

from chalicelib.domain.organisation import CHIEF_UNIT, Label, Route
from tests.builders.pages import organisation

HERE = replace(organisation(), routes=(Route("road", "", "works"), Route("road", "หมู่ 2", "education")))


def unit(category: str, village: str = "", about: str | None = None) -> str:
    return HERE.unit_for(category, village, about_staff=about is not None, about_unit=about or "")


@pytest.mark.parametrize(
    ("category", "village", "to"),
    [
        ("road", "หมู่ 1", "works"),
        ("road", "", "works"),
        ("road", "หมู่ 2", "education"),
        ("light", "หมู่ 2", "palad"),
    ],
)
def test_category_and_village_say_which_unit_and_the_main_one_gets_the_rest(
    category: str, village: str, to: str
) -> None:
    assert unit(category, village) == to


@pytest.mark.parametrize(
    ("category", "about", "to"),
    [
        ("road", "finance", "works"),
        ("road", "works", "palad"),
        ("light", "palad", CHIEF_UNIT.id),
        ("road", "", CHIEF_UNIT.id),
    ],
)
def test_what_is_about_staff_never_goes_to_their_unit(category: str, about: str, to: str) -> None:
    assert unit(category, about=about) == to


def test_a_village_is_found_by_its_thai_name_and_one_taken_out_goes_by_it_in_both_languages() -> None:
    known = replace(organisation(), villages=(Label("หมู่ 1 บ้านบางแค", "Village 1, Ban Bang Khae"),))
    assert known.village("หมู่ 1 บ้านบางแค").en == "Village 1, Ban Bang Khae"
    assert known.village("หมู่ 9") == Label("หมู่ 9", "หมู่ 9")
