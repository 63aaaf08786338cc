"""The audit on DynamoDB: killed at every call, run twice at once, proven from the table's own index."""

import json
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from chalicelib.domain import merkle
from chalicelib.domain.audit import Audit
from chalicelib.domain.complaint import PUBLIC_WORDS, Channel, Complaint, Report
from chalicelib.domain.record import broken_at
from chalicelib.services import audit, complaints
from chalicelib.services.complaint_progress import is_hers
from chalicelib.services.world import World
from chalicelib.web.static import check_chain
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import establish
from tests.builders.world import MovableClock

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด")
FIRST = date(2026, 11, 24)


def file(world: World, clock: MovableClock, days: int) -> None:
    """An organisation that gets a complaint on each of these days."""
    organisation = establish(world)
    audit.begin(world, "test", clock.now())
    for n in range(days):
        complaints.file(world, organisation, REPORT, consent=True, token=f"t{n}", channel=Channel.WEB)
        clock.forward(days=1)


def roots(world: World) -> list[dict[str, Any]]:
    return [dict(row.summary) for row in audit.roots(world, "test", limit=200).rows[::-1]]


def night(world: World) -> audit.Summary:
    return audit.night(world, lambda: 300)


def holds(world: World, days: int) -> bool:
    """Every day has one root, over the events that the index has of it, naming the root before."""
    found = roots(world)
    previous = "0" * 64
    for n, root in enumerate(found):
        day = FIRST + timedelta(days=n)
        leaves = [bytes.fromhex(leaf.hash) for leaf in world.records.day("test", day)]
        assert (root["day"], root["leaves"]) == (day.isoformat(), len(leaves))
        assert (root["root"], root["previous"]) == (merkle.root(leaves).hex(), previous)
        previous = root["root"]
    history = world.records.history(Audit, "test", "test")
    assert history
    assert broken_at(history.events) is None
    assert len(history.events) == days + 1
    return len(found) == days


def test_a_history_is_proven_by_roots_that_were_made_from_the_index(
    world: World, clock: MovableClock
) -> None:
    file(world, clock, 3)
    night(world)
    assert holds(world, 3)
    published = {root["day"]: root["root"] for root in roots(world)}
    for row in world.records.list(Complaint, "test", "2570", limit=10).rows:
        history = world.records.history(Complaint, "test", row.key.id)
        assert history
        export = audit.export(world, history, is_shown=is_hers, words=PUBLIC_WORDS)
        report = check_chain.check(json.loads(json.dumps(export)), published)
        assert report.findings == []
        assert not any("no root yet" in note for note in report.notes)


def test_a_night_killed_at_any_call_is_made_good_by_the_next(world: World, clock: MovableClock) -> None:
    file(world, clock, 1)
    with counted() as calls:
        night(world)
    assert calls.count("TransactWriteItems") == 1
    days = 1
    for call in range(1, len(calls) + 1):
        for after in (False, True):
            clock.forward(days=1)
            days += 1
            with killed_at(call, after=after):
                night(world)
            night(world)
            assert holds(world, days)
            assert night(world).acted == 0


def test_of_two_nights_at_once_each_day_has_one_root(world: World, clock: MovableClock) -> None:
    file(world, clock, 2)

    class Overtaken:
        """While the one night reads a day's events, another runs from beginning to end."""

        ran = False

        def __getattr__(self, name: str) -> Any:
            return getattr(world.records, name)

        def day(self, org: str, day: date) -> Any:
            if not self.ran:
                self.ran = True
                assert night(world).acted == 1
            return world.records.day(org, day)

    assert night(replace(world, records=Overtaken())).acted == 0  # type: ignore[arg-type]
    assert holds(world, 2)


def test_nights_missed_are_caught_up_over_several_transactions(world: World, clock: MovableClock) -> None:
    file(world, clock, 2)
    clock.forward(days=48)
    with counted() as calls:
        assert night(world).left is False
    assert calls.count("TransactWriteItems") == 2
    assert holds(world, 50)
    assert night(world).acted == 0
