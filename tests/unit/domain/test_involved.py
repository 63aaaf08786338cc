"""Who is kept from a tip: whoever is named, by whichever way."""

import pytest

from chalicelib.domain.involved import Post, excluded, posts_in, unknown
from chalicelib.domain.organisation import Label, Unit
from tests.builders.tips import holder

UNITS = (
    Unit("palad", Label("สำนักปลัด", "Office of the Chief Administrator")),
    Unit("works", Label("กองช่าง", "Public Works Division")),
)
HOLDERS = {
    "orathai": holder("orathai", unit="palad"),
    "kitti": holder("kitti", unit="works"),
    "an": holder("an", name="นางสาวอัน", posts=("chief_administrator",)),
}


@pytest.mark.parametrize(
    ("involved", "who"),
    [
        ([], set()),
        (["person:kitti"], {"kitti"}),
        (["unit:palad"], {"orathai"}),
        (["unit:palad", "person:kitti"], {"orathai", "kitti"}),
        (["post:chief_administrator"], {"an"}),
        (["post:executive"], set()),
        (["คุณกิตติ"], {"kitti"}),
        (["นายกิตติแสงทอง กองอื่น"], {"kitti"}),
        (["แสง\u200bทอง"], {"kitti"}),
        (["KITTI"], {"kitti"}),
        (["demo-kitti"], {"kitti"}),
        (["หัวหน้ากองช่าง"], {"kitti"}),
        (["somebody of the Public Works Division"], {"kitti"}),
        (["ปลัด"], {"an"}),
        (["สำนักปลัด"], {"orathai", "an"}),
        (["the contractor and his man"], set()),
        (["อรทัย", "กิตติ"], {"orathai", "kitti"}),
        (["ผู้รับเหมาบ้านทุ่ง"], set()),
    ],
)
def test_whoever_is_named_is_kept_out(involved: list[str], who: set[str]) -> None:
    assert excluded(HOLDERS, UNITS, involved) == who


@pytest.mark.parametrize(
    ("written", "post"),
    [
        ("นายก", Post.EXECUTIVE),
        ("นายกฯ", Post.EXECUTIVE),
        ("นายกอบต.", Post.EXECUTIVE),
        ("the Mayor", Post.EXECUTIVE),
        ("รองนายก", Post.DEPUTY_EXECUTIVE),
        ("เลขานุการนายก", Post.DEPUTY_EXECUTIVE),
        ("ประธานสภา", Post.COUNCIL),
        ("ปลัด อบต.", Post.CHIEF_ADMINISTRATOR),
    ],
)
def test_a_position_is_known_in_writing(written: str, post: Post) -> None:
    assert posts_in([written]) == {post}


@pytest.mark.parametrize("written", ["นายกิตติ", "นายกุศล", "person:nayok", "ผู้ใหญ่บ้าน"])
def test_other_words_are_no_position(written: str) -> None:
    assert not posts_in([written])


def test_a_choice_must_be_on_a_list_and_writing_is_free() -> None:
    assert not unknown(HOLDERS, UNITS, ["person:kitti", "unit:works", "post:council", "ใครก็ได้"])
    for choice in ("person:nobody", "unit:nowhere", "post:king", "person:"):
        assert unknown(HOLDERS, UNITS, [choice])
