"""What the working manual tells of an organisation's channels and units, and when it was changed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.manual import channels, competences, is_complete
from chalicelib.domain.organisation import IN_THE_MANUAL, Organisation
from chalicelib.domain.record import Key, Record, begin, proceed
from tests.builders.organisations import SETTINGS

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
EMPTY: dict[str, Any] = {"phone": "", "address": {"th": "", "en": ""}, "channels": []}


def organisation(**settings: Any) -> Record[Organisation]:
    fact = Organisation.establish({**SETTINGS, **settings}, by="system", at=AT)
    return begin(Organisation, Key("test", Organisation.kind, "test"), [fact], lambda: bytes(16)).record


def changed(record: Record[Organisation], **settings: Any) -> Organisation:
    fact = record.state.change_settings(settings, by="admin", at=LATER)
    return proceed(record, [fact], lambda: bytes(16)).record.state


def test_the_website_is_a_channel_and_others_are_where_it_is_known_how() -> None:
    assert [info.channel for info in channels(organisation(**EMPTY).state)] == ["web"]
    known = organisation(**{**EMPTY, "phone": "02-000-0000", "address": {"th": "1 หมู่ 1", "en": "1"}}).state
    assert [info.channel for info in channels(known)] == ["web", "counter", "phone", "post"]


def test_what_the_settings_say_of_a_channel_stands_there_in_their_order() -> None:
    lines = [
        {"channel": "forum", "th": "ประชุมหมู่บ้าน", "en": "Village meeting"},
        {"th": "ตู้รับเรื่อง", "en": "Letter box"},
        {"channel": "line", "th": "LINE 1", "en": "LINE 1"},
        {"channel": "line", "th": "LINE 2", "en": "LINE 2"},
    ]
    found = channels(organisation(**{**EMPTY, "channels": lines}).state)
    assert [(info.channel, [way.en for way in info.ways]) for info in found] == [
        ("web", []),
        ("line", ["LINE 1", "LINE 2"]),
        ("forum", ["Village meeting"]),
        ("", ["Letter box"]),
    ]


def test_the_manual_is_complete_once_it_tells_another_way_than_this_website() -> None:
    assert not is_complete(organisation(**EMPTY).state)
    assert is_complete(organisation(**{**EMPTY, "phone": "02-000-0000"}).state)


def test_units_stand_by_category_and_by_village_where_that_differs() -> None:
    routes = [
        {"category": "light", "village": "", "unit": "works"},
        {"category": "light", "village": "หมู่ 2", "unit": "education"},
    ]
    found = {one.category.id: one for one in competences(organisation(routes=routes).state)}
    assert found["road"].unit.id == "palad"
    assert found["light"].unit.id == "works"
    assert [(village, unit.id) for village, unit in found["light"].villages] == [("หมู่ 2", "education")]


def test_its_version_changes_with_what_it_tells_alone() -> None:
    record = organisation()
    assert (record.state.manual_version, record.state.manual_changed_at) == (1, AT)
    same = changed(record, palette="lotus")
    assert (same.manual_version, same.manual_changed_at) == (1, AT)
    other = changed(record, phone="02-111-1111", palette="lotus")
    assert (other.manual_version, other.manual_changed_at) == (2, LATER)


@pytest.mark.parametrize("setting", sorted(IN_THE_MANUAL))
def test_each_setting_that_it_tells_is_one_that_there_is(setting: str) -> None:
    assert setting in Organisation.__struct_fields__
