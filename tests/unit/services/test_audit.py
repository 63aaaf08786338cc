"""Roots night by night, and the proofs that rest on them."""

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.domain import merkle
from chalicelib.domain.audit import KEPT_LEAVES, Audit, Root
from chalicelib.domain.complaint import PUBLIC_WORDS, Channel, Complaint, Report
from chalicelib.domain.people import Role
from chalicelib.domain.record import GENESIS, broken_at, proceed
from chalicelib.services import audit, complaints
from chalicelib.services.complaint_progress import is_hers
from chalicelib.services.ports import InvalidCursorError
from chalicelib.web.static import check_chain
from tests.builders.calendar import bangkok
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

SCRIPT = Path(check_chain.__file__)
REPORT = Report(
    category="road",
    subject="ถนนชำรุด",
    detail="เป็นหลุมลึกหน้าวัด",
    name="สมชาย",
    phone="0812345678",
    email="a@example.com",
)


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    organisation = establish(world)
    audit.begin(world, "test", world.clock.now())
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    complaints.file(world, organisation, REPORT, consent=True, token="t", channel=Channel.WEB)
    return world


def night(world, at):
    world.clock.at = bangkok(at)
    return audit.night(world, lambda: 300)


def published(world, org="test", **asked):
    return [row.summary for row in audit.roots(world, org, limit=200, **asked).rows]


def act(world, verb: Callable[[Complaint, dict[str, Any]], Any]) -> None:
    """Somsri does something with the complaint."""
    record = standing(world)
    fact = verb(record.state, {"by": "test-somsri", "at": world.clock.now()})
    world.records.save(proceed(record, [fact], world.salt))


def standing(world):
    (key,) = [k for k in world.records.records if k.kind == "complaint"]
    return world.records.get(Complaint, "test", key.id)


def exported(world):
    history = world.records.history(Complaint, "test", standing(world).key.id)
    file = audit.export(world, history, is_shown=is_hers, words=PUBLIC_WORDS)
    return json.loads(json.dumps(file))


def checked(tmp_path, file, roots=None):
    """What the script says of a file, run as a citizen runs it, and how it ends."""
    (tmp_path / "complaint.json").write_text(json.dumps(file))
    names = ["complaint.json"]
    if roots is not None:
        (tmp_path / "roots.json").write_text(json.dumps({"items": roots}))
        names.append("roots.json")
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, *names], cwd=tmp_path, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode()


class TestTheNight:
    def test_a_day_gets_its_root_in_the_night_after_it_and_no_second_one(self, world):
        assert night(world, "2026-11-24 23:59").acted == 0
        assert night(world, "2026-11-25 03:00").acted == 1
        assert night(world, "2026-11-25 03:15").acted == 0
        (root,) = published(world)
        hashes = [bytes.fromhex(leaf.hash) for leaf in world.records.day("test", date(2026, 11, 24))]
        assert root["day"] == "2026-11-24"
        assert root["leaves"] == len(hashes) > 0
        assert root["root"] == merkle.root(hashes).hex()
        assert root["previous"] == GENESIS

    def test_an_event_of_the_last_second_is_given_time_to_be_saved(self, world):
        assert night(world, "2026-11-25 00:29").acted == 0
        assert night(world, "2026-11-25 00:30").acted == 1

    def test_a_root_covers_the_publication_of_the_one_before(self, world):
        night(world, "2026-11-25 03:00")
        night(world, "2026-11-26 03:00")
        newest, _ = published(world)
        history = world.records.history(Audit, "test", "test")
        assert history.events[1].data["day"] == "2026-11-24"
        assert newest["leaves"] == 1
        assert newest["root"] == merkle.root([bytes.fromhex(history.events[1].hash())]).hex()

    def test_missed_nights_are_caught_up_day_by_day_each_root_naming_the_one_before(self, world):
        summary = night(world, "2027-04-01 03:00")
        days = [date(2026, 11, 24) + timedelta(days=n) for n in range(128)]
        roots = published(world)[::-1]
        assert [r["day"] for r in roots] == [d.isoformat() for d in days]
        assert [r["previous"] for r in roots] == [GENESIS, *(r["root"] for r in roots[:-1])]
        assert summary.left is False
        assert night(world, "2027-04-01 03:15").acted == 0

    def test_a_day_without_events_has_the_root_of_nothing(self, world):
        night(world, "2026-12-01 03:00")
        empty = [r for r in published(world) if r["leaves"] == 0]
        assert len(empty) == 6
        assert {r["root"] for r in empty} == {merkle.root([]).hex()}

    def test_a_run_without_time_is_continued_by_the_next(self, world):
        world.clock.at = bangkok("2027-04-01 03:00")
        seconds = iter([300, 300, 5])
        assert audit.night(world, lambda: next(seconds)).left
        done = len(published(world))
        assert 0 < done < 128
        assert audit.night(world, lambda: 300).left is False
        assert len(published(world)) == 128

    def test_an_organisation_whose_audit_nobody_began_gets_one_from_its_first_event_on(self, world):
        world.clock.at = bangkok("2026-12-01 09:00")
        establish(world, "other")
        assert night(world, "2026-12-03 03:00").acted > 0
        assert [r["day"] for r in published(world, "other")] == ["2026-12-02", "2026-12-01"]
        assert night(world, "2026-12-03 03:15").acted == 0

    def test_an_audit_that_began_stays_as_it_is(self, world):
        audit.begin(world, "test", bangkok("2020-01-01 00:00"))
        assert world.records.get(Audit, "test", "test").state.first_day == date(2026, 11, 24)

    def test_another_organisations_events_are_in_no_root_of_this_one(self, world):
        establish(world, "other")
        night(world, "2026-11-25 03:00")
        mine, theirs = published(world)[0], published(world, "other")[0]
        assert mine["root"] != theirs["root"]
        assert theirs["leaves"] == 1

    def test_the_audit_is_a_chain_itself(self, world):
        night(world, "2027-01-15 03:00")
        history = world.records.history(Audit, "test", "test")
        assert broken_at(history.events) is None
        assert history.record.state.next_day == date(2027, 1, 15)


class TestTheRoots:
    def test_they_are_listed_newest_first_in_pages_over_fiscal_years(self, world):
        audit_days = 700
        last = date(2026, 11, 24) + timedelta(days=audit_days - 1)
        night(world, f"{last + timedelta(days=1)} 03:00")
        days, cursor = [], None
        while True:
            page = audit.roots(world, "test", limit=90, cursor=cursor)
            days += [row.summary["day"] for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
            assert len(page.rows) == 90
        assert days == [(last - timedelta(days=n)).isoformat() for n in range(audit_days)]

    def test_they_are_asked_for_by_day(self, world):
        night(world, "2026-12-24 03:00")
        asked = published(world, first=date(2026, 11, 30), last=date(2026, 12, 2))
        assert [r["day"] for r in asked] == ["2026-12-02", "2026-12-01", "2026-11-30"]
        assert published(world, first=date(2027, 1, 1)) == []
        assert published(world, last=date(2020, 1, 1)) == []
        assert len(published(world, first=date(1, 1, 1), last=date(9999, 12, 31))) == 30

    def test_there_are_none_before_the_first_night_and_none_of_an_unknown_organisation(self, world):
        assert published(world) == []
        assert published(world, "nobody") == []

    @pytest.mark.parametrize("cursor", ["", "x", "2026-13-01", "0001-01-01"])
    def test_a_cursor_of_somebodys_own_is_refused(self, world, cursor):
        night(world, "2026-11-25 03:00")
        with pytest.raises(InvalidCursorError):
            audit.roots(world, "test", limit=10, cursor=cursor)


class TestTheExport:
    def test_it_holds_by_the_script_with_the_published_roots_and_without(self, world, tmp_path):
        act(world, lambda c, by: c.note("บันทึกภายใน", **by))
        world.clock.forward(days=1)
        act(world, lambda c, by: c.message("รับเรื่องแล้ว", **by))
        night(world, "2026-11-27 03:00")
        act(world, lambda c, by: c.resolve("ซ่อมแล้ว", "ฝนตก", "ตรวจทุกเดือน", **by))
        code, said = checked(tmp_path, exported(world), published(world))
        assert code == 0, said
        assert "ตรวจ 4 เหตุการณ์" in said
        assert "เหตุการณ์ที่ 4 ยังไม่มีค่าราก" in said
        assert checked(tmp_path, exported(world))[0] == 0

    def test_it_names_no_officer_and_gives_nothing_internal_away(self, world):
        act(world, lambda c, by: c.note("บันทึกภายใน", **by))
        act(world, lambda c, by: c.resolve("ซ่อมแล้ว", "สาเหตุภายใน", "การป้องกันภายใน", **by))
        text = json.dumps(exported(world), ensure_ascii=False)
        assert "ซ่อมแล้ว" in text
        assert "ถนนชำรุด" in text
        for secret in ("somsri", "ภายใน", "noted", "สมชาย", "0812345678", "a@example.com"):
            assert secret not in text

    def test_it_holds_after_contact_data_were_erased(self, world, tmp_path):
        night(world, "2026-11-25 03:00")
        history = world.records.history(Complaint, "test", standing(world).key.id)
        fact = history.record.state.erase_contact(at=world.clock.now())
        world.records.save(proceed(history.record, [fact], world.salt, earlier=history.events))
        night(world, "2026-11-26 03:00")
        code, said = checked(tmp_path, exported(world), published(world))
        assert code == 0, said

    def test_a_day_with_more_events_than_a_root_keeps_is_proven_from_the_index(
        self, world, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("chalicelib.domain.audit.KEPT_LEAVES", 2)
        night(world, "2026-11-25 03:00")
        assert world.records.get(Root, "test", "2026-11-24").state.hashes == ""
        code, said = checked(tmp_path, exported(world), published(world))
        assert code == 0, said
        assert KEPT_LEAVES * 64 < 400_000

    def test_an_event_put_in_after_the_root_of_its_day_is_found(self, world, tmp_path):
        night(world, "2026-11-25 03:00")
        act(world, lambda c, by: c.message("แทรกภายหลัง", **{**by, "at": bangkok("2026-11-24 12:00")}))
        act(world, lambda c, by: c.message("วันรุ่งขึ้น", **by))
        night(world, "2026-11-26 03:00")
        code, said = checked(tmp_path, exported(world), published(world))
        assert code == 1
        assert "Event 2 is not in the root of 2026-11-24" in said
        assert "Event 1 " not in said

    def test_history_rewritten_by_whoever_holds_the_database_is_found(self, world, tmp_path):
        act(world, lambda c, by: c.message("เดิม", **by))
        night(world, "2026-11-25 03:00")
        act(world, lambda c, by: c.message("ใหม่", **by))
        night(world, "2026-11-26 03:00")
        roots = published(world)
        key = standing(world).key
        events = world.records.events[key]
        forged = replace(events[1], data={**events[1].data, "category": "light"})
        second = replace(events[2], prev=forged.hash())
        world.records.events[key] = {1: forged, 2: second, 3: replace(events[3], prev=second.hash())}
        file = exported(world)
        for given_roots in (roots, None):
            code, said = checked(tmp_path, file, given_roots)
            assert code == 1
            assert "Event 1 is not in the root of 2026-11-24" in said
            assert "Event 3 is not in the root of 2026-11-25" in said

    def test_a_server_that_keeps_the_proofs_back_is_found_out_by_the_published_roots(self, world, tmp_path):
        night(world, "2026-11-25 03:00")
        code, said = checked(tmp_path, {**exported(world), "proofs": []}, published(world))
        assert code == 1
        assert "Event 1 has no proof, but the root of 2026-11-24 is published." in said


def long_history(world):
    """Days on which many things happen to the complaint, all of them published."""
    for n in range(6):
        world.clock.at = bangkok("2026-11-24 11:00") + timedelta(days=n)
        act(world, lambda c, by, n=n: c.message(f"ข้อความ {n}", **by))
        act(world, lambda c, by, n=n: c.note(f"บันทึก {n}", **by))
    night(world, "2026-12-02 03:00")
    return exported(world), {r["day"]: r["root"] for r in published(world)}


def changed(file, n, dice):
    entry = file["events"][n]
    if "body" not in entry:
        entry["body_hash"] = dice.randbytes(32).hex()
    elif dice.random() < 0.5:
        entry["body"]["at"] = entry["body"]["at"].replace("2026", "2025")
    else:
        name = next(iter(entry["private"]), None)
        if name is None:
            entry["body"]["kind"] += "!"
        else:
            entry["private"][name]["value"] += " "


def dropped(file, n, dice):
    del file["events"][n]


def swapped(file, n, dice):
    other = dice.choice([m for m in range(len(file["events"])) if m != n])
    events = file["events"]
    events[n], events[other] = events[other], events[n]


@pytest.fixture(scope="module")
def true_export():
    """An export that holds, and the roots published with it."""
    world = memory_world(bangkok("2026-11-24 10:00"))
    organisation = establish(world)
    complaints.file(world, organisation, REPORT, consent=True, token="t", channel=Channel.WEB)
    file, roots = long_history(world)
    assert check_chain.check(file, roots).findings == []
    return file, roots


@given(deed=st.sampled_from([changed, dropped, swapped]), n=st.integers(0, 12), seed=st.integers())
def test_whatever_is_done_to_a_true_export_is_found(true_export, deed, n, seed):
    file, roots = copy.deepcopy(true_export)
    deed(file, n, random.Random(seed))
    assert check_chain.check(file, roots).findings
