"""The jobs, called as Lambda calls them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.people import Grant, Role
from chalicelib.services import audit, complaints, organisations
from chalicelib.services.world import World
from tests.builders.organisations import employ
from tests.builders.world import memory_world

EVENT = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2026-11-24T19:00:00Z",
    "region": "ap-southeast-1",
    "resources": [],
    "detail": {},
}
REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด")
JOBS = ["nightly_deadlines", "nightly_disclosure", "nightly_audit", "deliver_notices"]


class Context:
    """What Lambda tells a function of its time."""

    def __init__(self, seconds: float = 300) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch):
    """Run a job by its name in a world in which a complaint was filed."""
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    here = organisations.find(world, "test")
    complaints.file(world, here, REPORT, consent=True, token="t", channel=Channel.WEB)
    asked: list[datetime] = []

    def build(as_of: datetime) -> World:
        asked.append(as_of)
        return memory_world(as_of, records=world.records)

    monkeypatch.setattr(wiring, "world", lambda: world)
    monkeypatch.setattr(wiring, "build", build)

    def run(name: str, seconds: float = 300, **more: Any) -> dict[str, Any]:
        import app

        return getattr(app, name)({**EVENT, **more}, Context(seconds))

    run.asked = asked
    return run


@pytest.mark.parametrize("name", JOBS)
def test_a_job_answers_with_its_summary_and_leaves_one_line(run, name, caplog) -> None:
    summary = run(name)
    assert set(summary) == {"checked", "due", "acted", "failed", "left"}
    (line,) = [r for r in caplog.records if r.message == "job"]
    assert (line.job, line.acted) == (name, summary["acted"])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_run_twice_does_nothing_twice(run, monkeypatch, name) -> None:
    monkeypatch.setenv("LOCAL_CLOCK", "1")
    run(name, as_of="2026-12-08T08:30:00+07:00")
    second = run(name, as_of="2026-12-08T08:30:00+07:00")
    assert (second["acted"], second["left"]) == (0, False)


def test_the_local_clock_runs_a_job_as_of_another_night(run, monkeypatch) -> None:
    monkeypatch.setenv("LOCAL_CLOCK", "1")
    assert run("nightly_deadlines")["acted"] == 0
    assert run("nightly_deadlines", as_of="2026-12-07T02:00+07:00")["acted"] == 1
    assert run.asked == [datetime(2026, 12, 6, 19, tzinfo=UTC)]
    assert run("deliver_notices")["due"] == 0
    assert run("deliver_notices", as_of="2026-12-08T08:30+07:00")["acted"] == 1


@pytest.mark.parametrize("switch", [None, "", "0"])
def test_without_the_local_clock_nobody_turns_the_time(run, monkeypatch, switch) -> None:
    if switch is None:
        monkeypatch.delenv("LOCAL_CLOCK", raising=False)
    else:
        monkeypatch.setenv("LOCAL_CLOCK", switch)
    assert run("nightly_deadlines", as_of="2026-12-07T02:00+07:00")["acted"] == 0
    assert run.asked == []


def test_a_job_leaves_what_it_has_no_time_for(run, world, monkeypatch) -> None:
    monkeypatch.setenv("LOCAL_CLOCK", "1")
    summary = run("nightly_audit", seconds=9, as_of="2026-12-07T03:00+07:00")
    assert summary["left"] is True
    assert audit.roots(world, "test", limit=1).rows == ()


def test_a_record_that_can_not_be_acted_on_holds_up_no_other(run, world, monkeypatch, caplog) -> None:
    here = organisations.find(world, "other")
    complaints.file(world, here, REPORT, consent=True, token="t", channel=Channel.WEB)
    monkeypatch.setenv("LOCAL_CLOCK", "1")
    save = world.records.save

    def broken(*changes: Any, **more: Any) -> None:
        if changes[0].record.key.org == "other":
            raise ValueError("ถนนชำรุด")
        save(*changes, **more)

    monkeypatch.setattr(world.records, "save", broken)
    summary = run("nightly_deadlines", as_of="2026-12-07T02:00+07:00")
    assert (summary["due"], summary["acted"], summary["failed"]) == (2, 1, 1)
    (line,) = [r for r in caplog.records if r.message == "record_failed"]
    assert (line.org, line.kind, line.error) == ("other", "complaint", "ValueError")
    assert "ถนนชำรุด" not in str(vars(line))
