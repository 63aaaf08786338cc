"""What keeps a report from being filed is said field by field."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint_report import LONGEST_ANSWER, answers_of, as_kept, check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import MOST_QUESTIONS, Category, Label
from chalicelib.services.setting_categories import LONGEST_NOTICE
from tests.builders.complaints import CONTACT, REPORT
from tests.builders.pages import organisation


def refused(*, consent: bool = True, **fields: Any) -> dict[str, str]:
    try:
        check(organisation(), replace(REPORT, **fields), consent=consent)
    except InvalidFieldError as error:
        return dict(error.reasons)
    return {}


def test_what_is_whole_is_taken() -> None:
    assert refused() == {}
    assert refused(**CONTACT, email="a@example.go.th", village="หมู่ 1", about_unit="works") == {}


def test_all_faults_are_told_at_once() -> None:
    assert refused(category="", subject="", detail="สั้น", village="หมู่ 99", about_unit="nobody") == {
        "category": "required",
        "subject": "required",
        "detail": "too_short",
        "village": "unknown",
        "about_unit": "unknown",
    }


def test_a_field_that_is_too_long_is_not_read_besides() -> None:
    assert refused(email="x@" + "b" * 260 + ".th", phone="0" * 50) == {
        "email": "too_long",
        "phone": "too_long",
    }


def test_contact_data_need_consent() -> None:
    assert refused(consent=False, **CONTACT) == {"consent": "required"}
    assert refused(consent=False) == {}


@pytest.mark.parametrize("email", ["a@b", "a@b.th,c@d.th", "<a@b.th>", "a" * 65 + "@b.th"])
def test_an_address_is_one_as_everywhere_else(email: str) -> None:
    assert refused(email=email) == {"email": "malformed"}


@pytest.mark.parametrize(
    "phone", ["081-234-5678", "+66 81 234 5678", "02 000 0000 ต่อ 12", "02-000-0000 ext. 5"]
)
def test_a_telephone_number_as_people_write_it(phone: str) -> None:
    assert refused(phone=phone) == {}


def test_a_telephone_number_in_thai_digits_is_kept_in_arabic_ones() -> None:
    assert refused(phone="๐๘๑-๒๓๔-๕๖๗๘") == {}
    assert as_kept(replace(REPORT, phone="๐๘๑-๒๓๔-๕๖๗๘")).phone == "081-234-5678"


@pytest.mark.parametrize("phone", ["12", "โทรหาแม่", "081-234-5678; drop"])
def test_what_is_no_telephone_number(phone: str) -> None:
    assert refused(phone=phone) == {"phone": "malformed"}


@pytest.mark.parametrize(
    ("position", "fault"),
    [
        ("หน้าวัด", "malformed"),
        ("https://maps.app.goo.gl/x", "short_link"),
        ("48.85, 2.35", "outside"),
        ("1" * 1001, "too_long"),
    ],
)
def test_a_position_is_one_in_thailand(position: str, fault: str) -> None:
    assert refused(position=position) == {"position": fault}


def test_a_position_is_kept_in_one_way() -> None:
    assert refused(position="๑๔.๑๒๓๔ ๑๐๐.๕๖๗๘") == {}
    assert as_kept(replace(REPORT, position="๑๔.๑๒๓๔ ๑๐๐.๕๖๗๘")).position == "14.12340, 100.56780"
    assert as_kept(REPORT) == REPORT


def test_the_longest_answers_to_the_longest_questions_can_be_filed() -> None:
    question = "ก" * LONGEST_NOTICE
    category = Category(
        id="light", name=Label("ไฟฟ้า", "Lighting"), questions=(Label(question, question),) * MOST_QUESTIONS
    )
    answers = answers_of(category, ["ข" * LONGEST_ANSWER] * MOST_QUESTIONS, "th")
    assert refused(answers=answers) == {}


def test_answers_stand_below_their_questions_and_what_was_left_open_is_left_out() -> None:
    category = Category(
        id="light",
        name=Label("ไฟฟ้า", "Lighting"),
        questions=(Label("เลขเสาไฟ", "Pole number"), Label("ดับกี่ดวง", "How many lamps")),
    )
    assert answers_of(category, ["", "สามดวง"], "th") == "ดับกี่ดวง\nสามดวง"
    assert answers_of(category, ["4512", "3", "ไม่มีคำถามนี้"], "en") == "Pole number\n4512\nHow many lamps\n3"
    with pytest.raises(InvalidFieldError) as error:
        answers_of(category, ["", "ก" * 501], "th")
    assert error.value.reasons == {"answer_2": "too_long"}
