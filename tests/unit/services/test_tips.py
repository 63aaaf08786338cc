"""Filing a tip: who can open it, what a copy of the table tells, what a second sending does."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.keyring import Keyring
from chalicelib.domain.people import Role
from chalicelib.domain.record import proceed
from chalicelib.domain.tip import Tip
from chalicelib.domain.tip_content import Content, Identity, unpack
from chalicelib.domain.tip_report import TipReport
from chalicelib.services import tip_keys, tips
from chalicelib.services.ports import CannotOpenError
from chalicelib.services.world import World
from tests.builders.organisations import SETTINGS, establish
from tests.builders.tips import (
    CUSTODIANS,
    OFFICERS,
    REPORT,
    SEALING,
    can_open,
    file,
    holder,
    key_of,
    open_channel,
    opens,
    stored,
    token,
)
from tests.builders.world import memory_world

WHO = "นางสาวผู้แจ้ง โทร 081"


@pytest.fixture
def world() -> World:
    world = memory_world(datetime(2026, 11, 24, 9, 41, 27, tzinfo=UTC))
    establish(world)
    open_channel(world)
    return world


def test_its_officers_and_its_reporter_open_it_and_nobody_else(world: World) -> None:
    filed = file(world)
    history = stored(world, filed.code)
    assert opens(history, "orathai")
    assert opens(history, "kitti")
    assert not opens(history, "rattana")
    assert not opens(history, "stranger")
    secret = tips.secret_of(world, "test", history.record.state, filed.code)
    assert tips.content_of(world, history, secret) == REPORT.content()


def test_another_code_opens_nothing(world: World) -> None:
    one, other = file(world, form=1), file(world, form=2)
    with pytest.raises(CannotOpenError):
        tips.secret_of(world, "test", one.tip, other.code)


def test_the_key_kept_offline_opens_it_too(world: World) -> None:
    record = world.tips.get(Keyring, "test", "test")
    fact = Keyring.set_recovery(SEALING.recipient(key_of("offline")), by="system", on=REPORT_DAY)
    world.tips.save(proceed(record, [fact], world.salt))
    assert opens(stored(world, file(world).code), "offline")


REPORT_DAY = datetime(2026, 11, 24, tzinfo=UTC).date()


@pytest.mark.parametrize("involved", ["person:kitti", "กิตติ", "test-kitti"])
def test_an_officer_who_is_named_can_not_open_it_and_has_no_mark(world: World, involved: str) -> None:
    filed = file(world, replace(REPORT, involved=(involved,)))
    history = stored(world, filed.code)
    assert opens(history, "orathai")
    assert not opens(history, "kitti")
    mark = {id: tips.mark_of(world, "test", history.record.key.id, id) for id in OFFICERS}
    assert mark["orathai"] in filed.tip.marks
    assert mark["kitti"] not in filed.tip.marks


def test_that_somebody_is_kept_out_does_not_show(world: World) -> None:
    """As many marks, as many recipients, as large, whoever is named, and whether she named herself."""

    def shape(filed: tips.FiledTip) -> object:
        event = stored(world, filed.code).events[0]
        files = {name: [base64.b64decode(part) for part in event.text(name).split(",")]
                 for name in ("secret", "content", "identity")}  # fmt: skip
        recipients = {name: [file.count(b"-> X25519 ") for file in parts] for name, parts in files.items()}
        # The header ends with a random stanza of age's own and a line; what was sealed follows.
        sealed = {name: len(files[name][0].partition(b"\n--- ")[2]) for name in ("secret", "content")}
        return (
            recipients,
            sealed,
            len(event.data["marks"]),
            len(event.data["custodian_marks"]),
            set(event.data),
        )

    reports = [
        replace(REPORT, involved=involved, identity=identity)
        for involved, identity in product([(), ("person:kitti",), ("ไม่มีชื่อ",), ("person:rattana",)], ["", WHO])
        if not (identity and "person:rattana" in involved)
    ]
    shapes = [shape(file(world, report, form=number)) for number, report in enumerate(reports, 1)]
    assert all(one == shapes[0] for one in shapes)


def test_marks_of_one_officer_differ_from_tip_to_tip(world: World) -> None:
    assert not set(file(world, form=1).tip.marks) & set(file(world, form=2).tip.marks)


def blobs(world: World, code: object) -> list[bytes]:
    return [base64.b64decode(part) for part in stored(world, code).events[0].text("identity").split(",")]


def test_an_identity_opens_to_two_custodians_together_and_to_none_alone(world: World) -> None:
    filed = file(world, replace(REPORT, identity=WHO))
    (sealed,) = blobs(world, filed.code)
    openers = [id for id in (*CUSTODIANS, *OFFICERS) if can_open(sealed, key_of(id))]
    assert len(openers) == 1
    inner = SEALING.open(sealed, key_of(openers[0]))
    assert WHO.encode() not in inner
    (other,) = set(CUSTODIANS) - set(openers)
    assert unpack(Identity, SEALING.open(inner, key_of(other))).identity == WHO
    assert not can_open(inner, key_of(openers[0]))
    tip_secret = tips.secret_of(world, "test", filed.tip, filed.code)
    assert not can_open(sealed, tip_secret)
    assert "identity" not in Content.__struct_fields__


def test_each_pair_of_custodians_can_open_it_but_those_that_are_named(world: World) -> None:
    tip_keys.enrol(world, "test", "third", holder("third", Role.CUSTODIAN), by="system")
    filed = file(world, replace(REPORT, identity=WHO, involved=("person:rattana",)))
    pairs = blobs(world, filed.code)
    assert len(pairs) == 3
    assert sum(any(can_open(blob, key_of(id)) for id in (*CUSTODIANS, "third")) for blob in pairs) == 1


def test_an_identity_needs_two_custodians_who_are_not_named(world: World) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        file(world, replace(REPORT, identity=WHO, involved=("person:rattana",)))
    assert raised.value.reasons == {"identity": "no_custodians"}
    file(world, replace(REPORT, involved=("person:rattana",)))


def test_without_keys_or_with_all_officers_named_nothing_is_taken(world: World) -> None:
    establish(world, "other")
    open_channel(world, "other", officers=())
    with pytest.raises(tips.ChannelClosedError):
        file(world, org="other")
    with pytest.raises(tips.NobodyLeftError):
        file(world, replace(REPORT, involved=("person:orathai", "กิตติ")))
    assert not [key for key in world.tips.records if key.kind == "tip"]


def test_that_the_executive_is_named_is_known(world: World) -> None:
    assert file(world, replace(REPORT, involved=("post:executive",))).names_executive
    assert file(world, replace(REPORT, involved=("นายกฯ",)), form=2).names_executive
    assert not file(world, form=3).names_executive


def test_a_form_sent_twice_makes_one_tip_and_gives_the_same_code(world: World) -> None:
    first, second = file(world), file(world)
    assert first.code == second.code
    assert len([key for key in world.tips.records if key.kind == "tip"]) == 1
    assert stored(world, first.code).record.version == 1


def test_a_form_that_says_something_else_the_second_time_is_told_so(world: World) -> None:
    first = file(world)
    with pytest.raises(tips.FormUsedError):
        file(world, replace(REPORT, detail="เขียนใหม่ทั้งหมดเป็นเรื่องอื่น"))
    assert stored(world, first.code).record.version == 1


def test_the_code_follows_from_the_forms_token_alone(world: World) -> None:
    code = file(world).code
    fresh = memory_world(datetime(2027, 1, 1, tzinfo=UTC))
    establish(fresh)
    open_channel(fresh)
    assert file(fresh, replace(REPORT, detail="อีกเรื่องหนึ่งทั้งหมด")).code == code


FAULTS = [
    ({"category": ""}, {"category": "required"}),
    ({"category": "gossip"}, {"category": "unknown"}),
    ({"detail": ""}, {"detail": "required"}),
    ({"detail": "สั้นไป"}, {"detail": "too_short"}),
    ({"detail": "ก" * 20_001}, {"detail": "too_long"}),
    ({"where": "ก" * 501, "evidence": "ก" * 2_001}, {"where": "too_long", "evidence": "too_long"}),
    ({"involved": ("person:nobody",)}, {"involved": "unknown"}),
    ({"involved": ("ก" * 201,)}, {"involved": "too_long"}),
    ({"involved": ("ก",) * 41}, {"involved": "too_long"}),
    ({"identity": "ก" * 501}, {"identity": "too_long"}),
]


@pytest.mark.parametrize(("typed", "reasons"), FAULTS, ids=lambda v: ",".join(v)[:30])
def test_what_can_not_be_taken_is_told_by_field(world: World, typed: dict, reasons: dict) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        file(world, replace(REPORT, **typed))
    assert raised.value.reasons == reasons


def everything(*tables: Any) -> str:
    """All that the tables hold."""
    return "".join(
        msgspec.json.encode([msgspec.to_builtins(value) for value in kept]).decode()
        for table in tables
        for kept in (
            [(r.key, r.state, r.head) for r in table.records.values()],
            [list(events.values()) for events in table.events.values()],
        )
    )


def test_nothing_that_was_typed_and_no_code_is_in_what_is_kept(world: World) -> None:
    mark = "คานารี"
    report = TipReport(
        category="bribery",
        involved=(f"{mark}คน",),
        **{name: f"{mark} {name} ยาวพอแน่นอน" for name in
           ("detail", "when", "where", "evidence", "known_how", "identity")},
    )  # fmt: skip
    filed = file(world, report)
    kept = everything(world.tips, world.records)
    code = filed.code.reveal()
    for word in (mark, json.dumps(mark).strip('"'), code, code.replace("-", ""), token(), "AGE-SECRET-KEY-1"):
        assert word not in kept


def test_what_is_kept_tells_the_day_and_no_hour(world: World) -> None:
    file(world)
    kept = everything(world.tips)
    assert "09:41" not in kept
    assert "16:41" not in kept
    assert "2026-11-24" in kept


def test_tips_are_in_no_day_of_the_public_roots(world: World) -> None:
    before = world.records.day("test", REPORT_DAY)
    file(world)
    assert world.records.day("test", REPORT_DAY) == before


def of_one_kind(values: Iterator[str]) -> int:
    return len(set(values))


def test_64_tips_have_64_codes_and_ids(world: World) -> None:
    filed = [file(world, form=number) for number in range(1, 65)]
    assert of_one_kind(f.code.reveal() for f in filed) == 64
    assert of_one_kind(f.tip.recipient for f in filed) == 64
    assert len([key for key in world.tips.records if key.kind == Tip.kind]) == 64


def test_the_organisations_times_are_the_tips(world: World) -> None:
    assert "tip_rules" not in SETTINGS
    establish(world, "quick", tip_rules={"acknowledge_days": 2, "answer_days": 20})
    open_channel(world, "quick")
    assert file(world, org="quick").tip.rules.acknowledge_days == 2
