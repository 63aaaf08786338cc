"""Settings are typed in lines, saved as far as they differ, and due days follow the working days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import Label, Organisation, Reply, Route, Unit, Way
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.position import Position
from chalicelib.services import complaints, settings
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.setting_lines import UnreadableLineError
from chalicelib.services.settings import TypedSettings
from chalicelib.services.world import World
from tests.builders.complaints import file
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

BY = "test-admin"


@pytest.fixture
def world() -> World:
    world = memory_world(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    establish(world)
    return world


def typed(world: World, **other: str) -> TypedSettings:
    return replace(TypedSettings.of(settings.read(world, "test").state), **other)


def change(world: World, version: int = 1, **other: str) -> Organisation:
    return settings.change(world, "test", typed(world, **other), version=version, by=BY).state


def newest(world: World) -> Any:
    history = world.records.history(Organisation, "test", "test")
    assert history
    return history.events[-1]


def test_what_is_typed_unchanged_saves_nothing(world: World) -> None:
    change(world)
    assert newest(world).kind == "established"


def test_only_what_differs_is_saved(world: World) -> None:
    state = change(world, phone="02-111-1111", name_en="Another name")
    assert (state.phone, state.name.en) == ("02-111-1111", "Another name")
    assert newest(world).kind == "settings_changed"
    assert set(newest(world).data) == {"phone", "name"}
    assert newest(world).actor == BY


def test_a_list_has_an_entry_a_line_in_one_language_or_two(world: World) -> None:
    state = change(world, villages="หมู่ 1 บ้านเหนือ | Village 1\n\n  หมู่ 2 บ้านใต้  ")
    assert state.villages == (
        Label("หมู่ 1 บ้านเหนือ", "Village 1"),
        Label("หมู่ 2 บ้านใต้", "หมู่ 2 บ้านใต้"),
    )
    assert TypedSettings.of(state).villages == "หมู่ 1 บ้านเหนือ | Village 1\nหมู่ 2 บ้านใต้"


def test_routes_are_typed_by_the_names_of_category_village_and_unit(world: World) -> None:
    state = change(world, routes="ถนน = กองช่าง\nroad / หมู่ 1 = finance")
    assert state.routes == (Route("road", "", "works"), Route("road", "หมู่ 1", "finance"))
    assert TypedSettings.of(state).routes == "ถนน = กองช่าง\nถนน / หมู่ 1 = กองคลัง"
    for line in ("ถนน", "ถนน = กองอื่น", "ถนน / หมู่ 9 = กองช่าง", "= กองช่าง"):
        with pytest.raises(UnreadableLineError) as refused:
            change(world, version=2, routes=line)
        assert (refused.value.field, refused.value.reason) == ("routes", "unknown")


def test_contact_data_are_kept_for_one_month_to_ten_years(world: World) -> None:
    state = change(world, contact_months="๒๔")
    assert state.complaint_rules.contact_months == 24
    assert state.complaint_rules.sla_days == 15
    for months in ("0", "121", "x", ""):
        with pytest.raises(InvalidFieldError) as refused:
            change(world, version=2, contact_months=months)
        assert refused.value.reasons == {"contact_months": "out_of_range"}


def test_replies_are_typed_by_action_and_category(world: World) -> None:
    state = change(world, replies="resolve / ถนน = ซ่อมแล้ว | Repaired\nmessage = ขอข้อมูลเพิ่ม")
    assert state.replies == (
        Reply("resolve", "road", Label("ซ่อมแล้ว", "Repaired")),
        Reply("message", "", Label("ขอข้อมูลเพิ่ม", "ขอข้อมูลเพิ่ม")),
    )
    assert TypedSettings.of(state).replies == "resolve / ถนน = ซ่อมแล้ว | Repaired\nmessage = ขอข้อมูลเพิ่ม"
    assert list(state.replies_for("resolve", "light")) == []
    for line in ("assign = x", "resolve / ไม่มี = x", "resolve ="):
        with pytest.raises(UnreadableLineError) as refused:
            change(world, version=2, replies=line)
        assert refused.value.field == "replies"


def test_categories_are_told_and_asked_of_line_by_line(world: World) -> None:
    notices = "! ไฟฟ้าสาธารณะ = สายไฟขาด อย่าเข้าใกล้ | Keep away\nroad = รถใหญ่ห้ามผ่าน"
    questions = "ไฟฟ้าสาธารณะ = เลขเสาไฟ | Pole number\nไฟฟ้าสาธารณะ = ดับกี่ดวง"
    state = change(
        world, category_notices=notices, category_questions=questions, category_common="ถนน\nother"
    )
    light, road = state.category("light"), state.category("road")
    assert light
    assert road
    assert (light.notice, light.is_urgent, light.is_common) == (
        Label("สายไฟขาด อย่าเข้าใกล้", "Keep away"),
        True,
        False,
    )
    assert [q.en for q in light.questions] == ["Pole number", "ดับกี่ดวง"]
    assert (road.is_urgent, road.is_common, road.questions) == (False, True, ())
    bribery = state.category("bribery")
    assert bribery
    assert bribery.tips_offered
    again = TypedSettings.of(state)
    assert again.category_notices == "ถนน = รถใหญ่ห้ามผ่าน\n! ไฟฟ้าสาธารณะ = สายไฟขาด อย่าเข้าใกล้ | Keep away"
    assert again.category_questions == questions
    assert again.category_common == "ถนน\nอื่น ๆ"


def test_villages_lie_where_they_are_typed(world: World) -> None:
    state = change(world, village_positions="หมู่ 1 = ๑๔.๑๒๓๔ 100.5678")
    assert state.village_positions == {"หมู่ 1": Position(14.1234, 100.5678)}
    assert TypedSettings.of(state).village_positions == "หมู่ 1 = 14.12340, 100.56780"


def test_days_are_typed_in_either_era_and_shown_in_the_buddhist_one(world: World) -> None:
    state = change(
        world, days_off="๓๑/๑๒/๒๕๖๙\tวันหยุดพิเศษ | Special day\n2026-12-04 ทำบุญ", days_on="7/12/2026"
    )
    assert state.days_off == {
        date(2026, 12, 4): Label("ทำบุญ", "ทำบุญ"),
        date(2026, 12, 31): Label("วันหยุดพิเศษ", "Special day"),
    }
    assert state.days_on == (date(2026, 12, 7),)
    assert TypedSettings.of(state).days_off == "4/12/2569 ทำบุญ\n31/12/2569 วันหยุดพิเศษ | Special day"
    assert TypedSettings.of(state).days_on == "7/12/2569"


@pytest.mark.parametrize(
    ("other", "line", "reason"),
    [
        ({"villages": "หมู่ 1\n| Village 2"}, 2, "malformed"),
        ({"villages": "a | b | c"}, 1, "malformed"),
        ({"channels": "ก" * 151}, 1, "too_long"),
        ({"channels": "\n".join("ก" * 201)}, 201, "too_many"),
        ({"days_off": "วันหยุด"}, 1, "malformed_date"),
        ({"days_off": "31/12/2569"}, 1, "malformed"),
        ({"days_off": "31/4/2569 หยุด"}, 1, "no_such_day"),
        ({"days_off": "31/12/2569 หยุด\n2026-12-31 หยุด"}, 2, "twice"),
        ({"category_notices": "ถนน = ก\nroad = ข"}, 2, "category_twice"),
        ({"category_notices": "ไม่มี = ก"}, 1, "unknown"),
        ({"category_notices": "ถนน"}, 1, "malformed"),
        ({"category_questions": "\n".join(["ถนน = ก"] * 6)}, 6, "too_many_questions"),
        ({"category_questions": "ถนน = " + "ก" * 500}, 1, "too_long"),
        ({"category_common": "ถนน\n<script>"}, 2, "unknown"),
        ({"village_positions": "หมู่ 1 = หน้าวัด"}, 1, "no_position"),
        ({"village_positions": "หมู่ 1 = 48.85, 2.35"}, 1, "no_position"),
        ({"village_positions": "หมู่ 99 = 14.1234, 100.5678"}, 1, "unknown"),
        ({"days_on": "1/1/9999"}, 1, "year_out_of_range"),
    ],
)
def test_a_line_that_can_not_be_read_is_named(
    world: World, other: dict[str, str], line: int, reason: str
) -> None:
    with pytest.raises(UnreadableLineError) as raised:
        change(world, **other)
    assert (raised.value.field, raised.value.line, raised.value.reason) == (*other, line, reason)
    assert newest(world).kind == "established"


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": "ก" * 201}, {"name": "too_long"}),
        ({"email": "office"}, {"email": "malformed"}),
        ({"palette": "neon"}, {"palette": "unknown"}),
        ({"address_en": "a" * 301, "phone": "1" * 41}, {"address_en": "too_long", "phone": "too_long"}),
    ],
)
def test_a_field_that_can_not_be_taken_is_named(
    world: World, other: dict[str, str], reasons: dict[str, str]
) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        change(world, **other)
    assert raised.value.reasons == reasons


def test_who_comes_second_is_told(world: World) -> None:
    change(world, phone="02-111-1111")
    with pytest.raises(StaleRecordError):
        change(world, phone="02-222-2222")
    assert change(world, version=2, phone="02-222-2222").phone == "02-222-2222"


def test_settings_of_nobody_are_not_there(world: World) -> None:
    with pytest.raises(NoSuchRecordError):
        settings.read(world, "nobody")


def test_a_day_off_moves_the_due_day_of_what_is_open(world: World) -> None:
    filed = complaints.file(
        world,
        settings.read(world, "test"),
        Report(category="road", subject="ถนนเป็นหลุม", detail="หลุมใหญ่หน้าวัดมาหลายเดือนแล้ว"),
        consent=False,
        token="token",
        channel=Channel.WEB,
    )
    before = filed.complaint.due_on
    assert before == date(2026, 12, 9)
    change(world, days_off="9/12/2569 วันหยุดพิเศษ")
    rows = world.records.queue(Complaint, "test", "palad", limit=10).rows
    moved = world.records.get(Complaint, "test", rows[0].key.id)
    assert moved
    assert moved.state.due_on > before
    assert settings.read(world, "test").state.calendar_changed_at is None


def test_a_unit_is_added_and_gets_complaints_by_a_route_of_the_same_form(world: World) -> None:
    units = typed(world).units + "\nhealth = กองสาธารณสุข | Public Health Division"
    state = change(world, units=units, routes="ถนน = กองสาธารณสุข")
    assert state.unit("health") == Unit("health", Label("กองสาธารณสุข", "Public Health Division"))
    assert state.unit_for("road", "", about_staff=False, about_unit="") == "health"


def test_a_unit_is_renamed_and_stays_the_same(world: World) -> None:
    units = typed(world).units.replace("กองช่าง", "กองโยธา")
    assert change(world, units=units).unit("works").name.th == "กองโยธา"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("กองใหม่", "malformed"),
        ("1new = กองใหม่", "malformed"),
        ("NEW = กองใหม่", "malformed"),
        ("new =", "malformed"),
        ("works = กองช่างสอง", "unit_twice"),
        ("chief_administrator = ปลัด", "unit_twice"),
    ],
)
def test_a_unit_needs_letters_of_its_own_and_a_name(world: World, line: str, reason: str) -> None:
    with pytest.raises(UnreadableLineError) as refused:
        change(world, units=f"{typed(world).units}\n{line}")
    assert (refused.value.field, refused.value.reason) == ("units", reason)


def test_a_unit_goes_once_nothing_needs_it(world: World) -> None:
    def without(unit: str) -> str:
        return "\n".join(row for row in typed(world).units.split("\n") if not row.startswith(unit))

    employ(world, "test", "suda", Grant(Role.UNIT_HEAD, "finance"))
    change(world, routes="ถนน = กองช่าง")
    assert file(world, category="road").complaint.unit == "works"
    for unit in ("palad", "finance", "works"):
        with pytest.raises(InvalidFieldError) as refused:
            change(world, version=2, units=without(unit), routes="")
        assert refused.value.reasons == {"units": "needed"}
    added = typed(world).units + "\nnew = กองใหม่"
    change(world, version=2, units=added)
    assert change(world, version=3, units=without("new")).unit("new") is None


def test_a_channel_is_one_of_the_known_where_the_line_says_so(world: World) -> None:
    lines = "counter = ชั้น 1 | Ground floor\nตู้รับเรื่อง\nLINE = ไม่ใช่ช่องทาง"
    state = change(world, channels=lines)
    assert state.channels == (
        Way("ชั้น 1", "Ground floor", "counter"),
        Way("ตู้รับเรื่อง", "ตู้รับเรื่อง"),
        Way("LINE = ไม่ใช่ช่องทาง", "LINE = ไม่ใช่ช่องทาง"),
    )
    assert TypedSettings.of(state).channels == lines
    with pytest.raises(UnreadableLineError) as refusal:
        change(world, 2, channels="phone =")
    assert (refusal.value.line, refusal.value.reason) == (1, "malformed")


def test_the_centre_is_a_unit_that_there_is(world: World) -> None:
    state = change(world, main_unit="finance")
    assert state.main_unit == "finance"
    for main in ("", "nowhere", "chief_administrator"):
        with pytest.raises(InvalidFieldError) as refusal:
            change(world, 2, main_unit=main)
        assert refusal.value.reasons == {"main_unit": "unknown"}


def test_the_unit_that_was_the_centre_may_go_with_the_same_form(world: World) -> None:
    units = typed(world).units
    without = "\n".join(line for line in units.split("\n") if not line.startswith("palad ="))
    with pytest.raises(InvalidFieldError) as refusal:
        change(world, units=without)
    assert refusal.value.reasons == {"units": "needed"}
    assert change(world, units=without, main_unit="works").main_unit == "works"


def test_kinds_of_causes_have_letters_of_their_own(world: World) -> None:
    state = change(world, cause_kinds="rust = สนิม | Rust\nother = อื่น ๆ")
    assert [(kind.id, kind.name.en) for kind in state.cause_kinds] == [("rust", "Rust"), ("other", "อื่น ๆ")]
    with pytest.raises(UnreadableLineError) as refusal:
        change(world, 2, cause_kinds="rust = สนิม\nrust = สนิมอีก")
    assert (refusal.value.line, refusal.value.reason) == (2, "kind_twice")
    with pytest.raises(InvalidFieldError) as empty:
        change(world, 2, cause_kinds=" ")
    assert empty.value.reasons == {"cause_kinds": "required"}


@pytest.mark.parametrize("days", ["", "0", "366", "x", "-1"])
def test_a_problem_comes_again_within_a_year(world: World, days: str) -> None:
    assert change(world, recurrence_days="๓๐").recurrence_days == 30
    with pytest.raises(InvalidFieldError) as refusal:
        change(world, 2, recurrence_days=days)
    assert refusal.value.reasons == {"recurrence_days": "out_of_range"}
