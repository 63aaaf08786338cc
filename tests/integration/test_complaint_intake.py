"""Joining a likely duplicate is one transaction: of two at once both join, a death leaves all or nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.record import Record, broken_at, fold
from chalicelib.services import complaint_intake, complaints
from chalicelib.services.complaints import Filed
from chalicelib.services.world import World
from tests.builders.calls import killed_at
from tests.builders.complaints import CONTACT, REPORT, standing
from tests.builders.organisations import establish

MINE = replace(REPORT, village="หมู่ 1", detail="หลุมเดียวกันที่หน้าวัด", **CONTACT)


@pytest.fixture
def here(world: World) -> Record[Any]:
    return establish(world)


@pytest.fixture
def other(world: World, here: Record[Any]) -> Filed:
    report = replace(REPORT, village="หมู่ 1")
    return complaints.file(world, here, report, consent=True, token="other", channel=Channel.WEB)


def joins(world: World, here: Record[Any], token: str, report: Report = MINE) -> Filed:
    (one,) = complaint_intake.likely(world, here, report, token)
    return complaint_intake.join(world, here, report, one.choice, consent=True, token=token)


def test_who_joins_has_a_code_of_her_own_and_both_chains_hold(world: World, here: Any, other: Filed) -> None:
    joined = joins(world, here, "t")
    for id in (joined.id, other.id):
        history = world.records.history(Complaint, "test", id)
        assert history
        assert fold(Complaint, history.events) == history.record.state
        assert broken_at(history.events) is None
    mine = complaints.follow(world, "test", joined.code).record
    assert (mine.version, mine.events, mine.state.merged_into) == (1, 2, other.id)
    assert [f.id for f in standing(world, other.id).state.followers] == [joined.id]
    assert joins(world, here, "t") == joined


def test_who_read_it_before_another_joined_joins_too(
    world: World, here: Any, other: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = world.records.save

    def late(*changes: Any, **claim: Any) -> None:
        monkeypatch.undo()
        joins(world, here, "quicker")
        save(*changes, **claim)

    monkeypatch.setattr(world.records, "save", late)
    joined = joins(world, here, "slower")
    followers = [f.id for f in standing(world, other.id).state.followers]
    assert len(followers) == 2
    assert followers[1] == joined.id


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 7))
def test_a_death_at_any_call_leaves_all_or_nothing_and_the_same_form_goes_through(
    world: World, here: Any, other: Filed, call: int, after: bool
) -> None:
    with killed_at(call, after=after):
        joins(world, here, "t")
    standing_before = standing(world, other.id).state.followers
    assert all(standing(world, f.id).state.merged_into == other.id for f in standing_before)
    joined = joins(world, here, "t")
    assert [f.id for f in standing(world, other.id).state.followers] == [joined.id]
