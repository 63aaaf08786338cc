"""Complaints for programs: what is wrong is named field by field, all of it at once."""

import json
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib.services.world import World

GOOD = {"category": "road", "subject": "ไฟทางดับ", "detail": "ไฟส่องสว่างดับสามดวง"}


def sends(**fields: Any) -> tuple[int, dict[str, str]]:
    """The status, and the reason for each field that was refused."""
    body = json.dumps(fields).encode()
    headers = {"Content-Type": "application/json"}
    answer = Client(app).http.request("POST", "/api/v1/test/complaints", headers, body)
    return answer.status_code, {e["field"]: e["reason"] for e in json.loads(answer.body).get("errors", [])}


def test_all_that_is_missing_is_named(world: World) -> None:
    assert sends() == (422, {"category": "required", "subject": "required", "detail": "required"})


def test_wrong_types_lengths_and_unknown_fields_are_named_together(world: World) -> None:
    assert sends(
        **{**GOOD, "category": 1, "subject": "ก", "consent": "yes", "location": None, "urgent": True}
    ) == (
        422,
        {
            "category": "wrong_type",
            "subject": "wrong_length",
            "location": "wrong_type",
            "consent": "wrong_type",
            "urgent": "unknown",
        },
    )


def test_what_can_not_be_kept_is_named_beside_what_can_not_be_filed(world: World) -> None:
    assert sends(
        **{**GOOD, "subject": "ไฟ\u202eดับ", "category": "nothing", "email": "x", "consent": True}
    ) == (
        422,
        {"category": "unknown", "subject": "bidi", "email": "malformed"},
    )


@pytest.mark.parametrize("phone", ["081-234-5678", "๐๘๑-๒๓๔-๕๖๗๘"])
def test_a_telephone_number_is_taken_in_both_kinds_of_digits(world: World, phone: str) -> None:
    assert sends(**GOOD, phone=phone, consent=True) == (201, {})
