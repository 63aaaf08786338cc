"""Giving many complaints to a unit at once: each once, and what can't be given is told by name."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.people import Grant, Role
from chalicelib.services import complaint_bulk
from chalicelib.services.complaint_bulk import Chosen, Ending
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import act, file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

LIST = "/test/console/complaints"
ASSIGN = f"{LIST}/assign"


@pytest.fixture
def world(world: World) -> World:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "head", Grant(Role.UNIT_HEAD, "palad"))
    employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "palad"))
    employ(world, "other", "somsri", Role.COMPLAINT_OFFICER)
    return world


@pytest.fixture
def officer(world: World) -> Browser:
    return signed_in(world, "test", "somsri")


def form_of(reply: Reply) -> dict[str, str]:
    """The fields of the form that gives away, as the page shows them."""
    return next(f.fields for f in reply.page.forms if f.action.partition("?")[0] == ASSIGN)


def boxes(reply: Reply, *, checked: bool = False) -> list[str]:
    found = [e for e in reply.page.root.iter("input") if e.get("name") == "chosen"]
    return [e.get("value", "") for e in found if not checked or e.get("checked") is not None]


def give(officer: Browser, shown: Reply, chosen: Any = None, **typed: Any) -> Reply:
    """Send the list's form with these boxes ticked, all by default."""
    fields = {**form_of(shown), "unit": "works", "chosen": boxes(shown) if chosen is None else chosen}
    return officer.post(ASSIGN, {**fields, **typed})


def units(world: World, ids: list[str]) -> list[str]:
    return [standing(world, id).state.unit for id in ids]


def test_what_is_ticked_goes_to_the_unit_with_a_word_and_comes_back_by_undo(
    world: World, officer: Browser
) -> None:
    ids = [file(world, subject=f"เรื่อง {n}").id for n in range(3)]
    shown = officer.get(LIST)
    two = [box for box in boxes(shown) if not box.startswith(ids[0])]
    done = give(officer, shown, two, note="ช่วยดูด้วย")
    assert done.status == 200
    assert units(world, ids) == ["palad", "works", "works"]
    history = world.records.history(type(standing(world, ids[1]).state), "test", ids[1])
    assert [event.kind for event in history.events] == ["filed", "assigned", "noted"]
    assert history.events[-1].text("note") == "ช่วยดูด้วย"
    for n in (1, 2):
        assert f"เรื่อง {n}" in done.page.text
    undo = form_of(done)
    back = officer.post(ASSIGN, {**undo, "chosen": boxes(done)})
    assert back.status == 200
    assert units(world, ids) == ["palad"] * 3


def test_all_on_a_page_can_be_ticked_without_a_script(world: World, officer: Browser) -> None:
    for n in range(3):
        file(world, subject=f"เรื่อง {n}")
    shown = officer.get(LIST)
    assert boxes(shown, checked=True) == []
    all_of_them = next(a.get("href") for a in shown.page.root.iter("a") if "select=all" in a.get("href", ""))
    ticked = officer.get(all_of_them)
    assert len(boxes(ticked, checked=True)) == 3
    assert give(officer, ticked).status == 200


def test_the_same_form_sent_again_does_nothing_twice_and_says_the_same(
    world: World, officer: Browser
) -> None:
    ids = [file(world, subject=f"เรื่อง {n}").id for n in range(2)]
    shown = officer.get(LIST)
    first, again = (give(officer, shown, note="ครั้งเดียว") for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert [standing(world, id).version for id in ids] == [2, 2]
    assert sorted(boxes(again)) == sorted(boxes(first))  # it can be undone as well


def test_a_form_that_died_half_way_is_resumed_by_sending_it_again(world: World, officer: Browser) -> None:
    ids = [file(world, subject=f"เรื่อง {n}").id for n in range(4)]
    shown = officer.get(LIST)
    chosen = [Chosen(id, 1, "works") for id in ids]
    token = form_of(shown)["token"]
    somsri = world.records.get(type_of_person(world), "test", "somsri").state
    half = complaint_bulk.assign(world, "test", somsri, chosen, note="", token=token)
    for _ in range(2):
        next(half)
    done = give(officer, shown, [f"{id}.1" for id in ids])
    assert done.status == 200
    assert units(world, ids) == ["works"] * 4
    assert [standing(world, id).version for id in ids] == [2] * 4


def type_of_person(world: World) -> Any:
    return next(type(r.state) for k, r in world.records.records.items() if k.kind == "person")


def test_one_that_somebody_changed_meanwhile_is_left_and_told_and_tried_again(
    world: World, officer: Browser
) -> None:
    ids = [file(world, subject=f"เรื่อง {n}").id for n in range(3)]
    shown = officer.get(LIST)
    act(world, ids[1], "assign", unit="finance")
    done = give(officer, shown, note="ช่วยดูด้วย")
    assert done.status == 409
    assert units(world, ids) == ["works", "finance", "works"]
    assert "มีผู้แก้ไขเรื่องนี้หลังจากที่ท่านเปิดรายการ" in done.page.text
    retry = next(f.fields for f in done.page.forms if "unit" in f.fields)
    assert (retry["unit"], retry["note"], retry["chosen"]) == ("works", "ช่วยดูด้วย", f"{ids[1]}.2")
    assert officer.post(ASSIGN, retry).status == 200
    assert units(world, ids) == ["works"] * 3


def test_what_can_not_be_given_away_is_told_by_its_name_and_holds_up_no_other(
    world: World, officer: Browser
) -> None:
    good = file(world, subject="เรื่องดี").id
    about = file(world, subject="เจ้าหน้าที่กองช่าง", about_staff=True, about_unit="works").id
    done = file(world, subject="ไม่รับแล้ว").id
    shown = officer.get(LIST)
    act(world, done, "reject", message="ไม่อยู่ในอำนาจ")
    chosen = [*(b for b in boxes(shown) if not b.startswith(done)), f"{done}.2", "nowhere.1"]
    reply = give(officer, shown, chosen)
    assert reply.status == 409
    assert units(world, [good, about]) == ["works", "palad"]
    for said in (
        "เรื่องเกี่ยวกับเจ้าหน้าที่ของหน่วยงานนี้",
        "เรื่องเสร็จสิ้นแล้วหรือรวมกับเรื่องอื่นแล้ว",
        "บทบาทของท่านไม่อนุญาต",
        "nowhere",
    ):
        assert said in reply.page.text


def test_a_head_gives_away_what_is_the_own_units_and_sees_nothing_of_others(world: World) -> None:
    mine, others = file(world, subject="ของเรา").id, file(world, subject="ของกองอื่น").id
    act(world, others, "assign", unit="finance")
    head = signed_in(world, "test", "head")
    shown = head.get(LIST)
    assert boxes(shown) == [f"{mine}.1"]
    reply = give(head, shown, [f"{mine}.1", f"{others}.2"])
    assert reply.status == 409
    assert units(world, [mine, others]) == ["works", "finance"]
    assert "ของกองอื่น" not in reply.text
    # What is another unit's by now, a head can't take back.
    assert not any("เลิกทำ" in "".join(b.itertext()) for b in reply.page.root.iter("button"))
    again = give(head, shown, [f"{mine}.1"])
    assert again.status == 200


def test_who_may_not_assign_sees_no_boxes_and_sends_none(world: World) -> None:
    filed = file(world)
    chang = signed_in(world, "test", "chang")
    shown = chang.get(LIST)
    assert boxes(shown) == []
    token = next(f.fields["form_token"] for f in shown.page.forms if "form_token" in f.fields)
    fields = {"form_token": token, "chosen": f"{filed.id}.1", "unit": "works", "token": "x"}
    assert chang.post(ASSIGN, fields).status == 403
    assert standing(world, filed.id).version == 1


def test_another_organisations_complaint_is_not_there(world: World, officer: Browser) -> None:
    filed = file(world, "other", subject="ของที่อื่น")
    file(world)
    reply = give(officer, officer.get(LIST), [f"{filed.id}.1"])
    assert reply.status == 409
    assert "ของที่อื่น" not in reply.text
    assert standing(world, filed.id, "other").version == 1


def test_a_wrong_form_changes_nothing_and_keeps_what_was_typed(world: World, officer: Browser) -> None:
    filed = file(world)
    shown = officer.get(LIST)
    for typed, said in (
        ({"unit": ""}, "โปรดเลือกหน่วยงาน"),
        ({"unit": "nowhere"}, "โปรดเลือกหน่วยงานจากรายการ"),
        ({"chosen": []}, "โปรดเลือกเรื่องร้องเรียนอย่างน้อย 1 เรื่อง"),
        ({"note": "\u202eกลับ"}, "มีอักขระที่มองไม่เห็น"),
        ({"token": "made up"}, "เปิดหน้านี้ไว้นานเกินไป"),
    ):
        reply = give(officer, shown, **{"note": "ฝากด้วย", **typed})
        assert reply.status == 422
        assert said in reply.page.text
        if "note" not in typed:
            assert "ฝากด้วย" in reply.text
    assert standing(world, filed.id).version == 1
    reply = give(officer, shown, unit="")
    assert boxes(reply, checked=True) == [f"{filed.id}.1"]


@pytest.mark.parametrize(
    "chosen", ["x", "a.b", "../../x.1", "a.1.b.c", "a.99999999999", [f"{n:04}.1" for n in range(51)]]
)
def test_made_up_boxes_are_refused(world: World, officer: Browser, chosen: Any) -> None:
    file(world)
    assert give(officer, officer.get(LIST), chosen).status == 422


def test_the_address_opened_by_itself_leads_to_the_list(officer: Browser) -> None:
    reply = officer.get(f"{ASSIGN}?lang=en", follow=False)
    assert (reply.status, reply.headers["Location"]) == (303, f"{LIST}?lang=en")


def test_a_form_without_the_sessions_token_is_refused(world: World, officer: Browser) -> None:
    filed = file(world)
    assert give(officer, officer.get(LIST), form_token="").status == 403
    assert standing(world, filed.id).version == 1


def test_one_who_saves_between_reading_and_writing_wins(world: World) -> None:
    filed = file(world)
    records = world.records

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(records, name)

        def save(self, *changes: Any, **more: Any) -> None:
            act(world, filed.id, "note", note="เร็วกว่า")
            records.save(*changes, **more)

    somsri = world.records.get(type_of_person(world), "test", "somsri").state
    slow = replace(world, records=Slow())
    (result,) = complaint_bulk.assign(
        slow, "test", somsri, [Chosen(filed.id, 1, "works")], note="", token="once"
    )
    assert (result.ending, result.version) == (Ending.CHANGED, 2)
    assert standing(world, filed.id).state.unit == "palad"
