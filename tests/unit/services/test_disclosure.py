"""What the plan wants published: listed, published, withdrawn, and told of by night."""

from datetime import date
from itertools import repeat

import pytest
from msgspec.structs import replace

from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.notices import Notice
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.periods import Cadence, Status
from chalicelib.domain.record import broken_at, fold, proceed
from chalicelib.services import disclosure, organisations
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from tests.builders.calendar import bangkok
from tests.builders.organisations import SETTINGS, employ, establish
from tests.builders.plans import plan, real_plan
from tests.builders.world import memory_world

URL = "https://www.example.go.th/news"
FOREVER = repeat(900.0).__next__


@pytest.fixture
def world():
    return memory_world(bangkok("2026-11-24 10:00"))


@pytest.fixture
def organisation(world):
    record = establish(world)
    disclosure.define_items(world, "test", real_plan())
    return record


@pytest.fixture
def editor(world, organisation):
    return employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad")).state


def listed(world, organisation, a_plan=None):
    return {item.id: item for item in disclosure.list_items(world, organisation, a_plan or real_plan())}


def publish(world, organisation, editor, id="1.7", period="2569-10", version=1, **other):
    fields = {"url": URL, "note": "", **other}
    return disclosure.publish(
        world, organisation, id, period=period, version=version, officer=editor, **fields
    )


def notices_of(world):
    return [record.state for key, record in world.records.records.items() if key.kind == Notice.kind]


class TestDefining:
    def test_all_items_of_the_plan_are_listed_in_its_order_as_never_published(self, world, organisation):
        items = disclosure.list_items(world, organisation, real_plan())
        assert [item.id for item in items] == [item.id for item in real_plan().items]
        assert len(items) == 33
        assert {item.freshness.status for item in items} == {Status.MISSING}
        assert {item.version for item in items} == {1}

    def test_items_that_are_yet_to_be_defined_are_listed_all_the_same(self, world):
        record = establish(world)
        items = disclosure.list_items(world, record, real_plan())
        assert [item.version for item in items] == [0] * 33
        assert items[0].freshness.status is Status.MISSING
        assert disclosure.find(world, record, real_plan(), "1.1").publications == ()

    def test_defining_them_again_changes_nothing(self, world, organisation):
        before = dict(world.records.records)
        disclosure.define_items(world, "test", real_plan())
        assert world.records.records == before

    def test_a_run_that_died_is_finished_by_the_next(self, world):
        establish(world)
        save, saved = world.records.save, []

        def die_at_the_fifth(*changes, **claim):
            if len(saved) == 4:
                raise KeyboardInterrupt
            saved.append(changes)
            save(*changes, **claim)

        world.records.save = die_at_the_fifth
        with pytest.raises(KeyboardInterrupt):
            disclosure.define_items(world, "test", real_plan())
        world.records.save = save
        disclosure.define_items(world, "test", real_plan())
        versions = {r.version for k, r in world.records.records.items() if k.kind == DisclosureItem.kind}
        assert versions == {1}

    def test_another_plan_redefines_what_is_other_adds_what_is_new_and_drops_what_is_gone(
        self, world, organisation, editor
    ):
        publish(world, organisation, editor, id="1.1", period="FY2570")
        topic = real_plan().topics[0]
        first, *rest = topic.items
        other = plan(
            topics=(
                replace(
                    topic,
                    items=(
                        replace(first, cadence=Cadence.HALF_YEARLY),
                        *rest[:-1],
                        replace(rest[-1], id="1.10"),
                    ),
                ),
                *real_plan().topics[1:],
            )
        )
        disclosure.define_items(world, "test", other)
        items = listed(world, organisation, other)
        assert len(items) == 33
        assert (items["1.1"].version, items["1.1"].definition.cadence) == (3, Cadence.HALF_YEARLY)
        assert items["1.10"].version == 1
        assert items["1.2"].version == 1
        assert world.records.get(DisclosureItem, "test", "1.9").state.retired
        disclosure.define_items(world, "test", real_plan())
        assert not world.records.get(DisclosureItem, "test", "1.9").state.retired
        assert len(listed(world, organisation)) == 33

    def test_other_rules_of_the_settings_reach_every_item(self, world, organisation):
        rules = {**SETTINGS["disclosure_rules"], "due_soon_days": 3}
        fact = organisation.state.change_settings(
            {"disclosure_rules": rules}, by="test-admin", at=world.clock.now()
        )
        world.records.save(proceed(organisation, [fact], world.salt))
        organisations.forget()
        disclosure.define_items(world, "test", real_plan())
        items = listed(world, organisation)
        assert {item.definition.rules.due_soon_days for item in items.values()} == {3}


class TestPublishing:
    def test_a_published_item_is_fresh_and_shows_its_document(self, world, organisation, editor):
        publish(world, organisation, editor)
        item = listed(world, organisation)["1.7"]
        assert item.freshness == (Status.FRESH, item.freshness.wanted, date(2026, 12, 15))
        assert (str(item.newest.period), item.newest.url) == ("2569-10", URL)
        assert item.newest.published_on == date(2026, 11, 24)

    def test_a_list_and_a_page_say_the_same_of_an_item(self, world, organisation, editor):
        publish(world, organisation, editor)
        publish(world, organisation, editor, id="3.6", period="2569-08")
        for item in listed(world, organisation).values():
            assert disclosure.find(world, organisation, real_plan(), item.id).item == item

    def test_its_history_holds_and_leads_to_its_state(self, world, organisation, editor):
        publish(world, organisation, editor, note="ตามหนังสือสั่งการ")
        disclosure.withdraw(
            world, organisation, "1.7", period="2569-10", reason="ผิดเดือน", version=2, officer=editor
        )
        history = disclosure.find(world, organisation, real_plan(), "1.7").history
        assert [e.kind for e in history.events] == ["defined", "published", "withdrawn"]
        assert history.events[1].text("note") == "ตามหนังสือสั่งการ"
        assert history.events[2].actor == "test-editor"
        assert fold(DisclosureItem, history.events) == history.record.state
        assert broken_at(history.events) is None
        assert listed(world, organisation)["1.7"].freshness.status is Status.MISSING

    def test_an_old_version_is_refused_and_nothing_is_saved(self, world, organisation, editor):
        publish(world, organisation, editor)
        with pytest.raises(StaleRecordError) as refused:
            publish(world, organisation, editor, url=f"{URL}/other")
        assert refused.value.newer.version == 2
        assert listed(world, organisation)["1.7"].newest.url == URL

    def test_what_can_not_be_taken_is_named(self, world, organisation, editor):
        with pytest.raises(InvalidFieldError) as refused:
            publish(world, organisation, editor, period="FY2570", url="ftp://example.go.th")
        assert refused.value.reasons == {"url": "not_web", "period": "other_cadence"}

    @pytest.mark.parametrize(
        "grant",
        [Grant(Role.DISCLOSURE_EDITOR, "works"), Grant(Role.ADMINISTRATOR), Grant(Role.UNIT_HEAD, "palad")],
    )
    def test_nobody_but_an_editor_of_the_unit_may_publish_or_withdraw(
        self, world, organisation, editor, grant
    ):
        publish(world, organisation, editor)
        other = employ(world, "test", "other", grant).state
        with pytest.raises(NotAllowedError):
            publish(world, organisation, other, period="2569-11", version=2)
        with pytest.raises(NotAllowedError):
            disclosure.withdraw(
                world, organisation, "1.7", period="2569-10", reason="x", version=2, officer=other
            )

    def test_another_organisations_item_is_not_there(self, world, organisation, editor):
        neighbour = establish(world, "neighbour")
        disclosure.define_items(world, "neighbour", real_plan())
        publish(world, organisation, editor)
        assert listed(world, neighbour)["1.7"].newest is None
        empty = establish(world, "empty")
        with pytest.raises(NoSuchRecordError):
            publish(world, empty, editor)

    def test_an_item_that_the_plan_does_not_list_is_not_there(self, world, organisation, editor):
        with pytest.raises(NoSuchRecordError):
            disclosure.find(world, organisation, real_plan(), "9.9")
        world.clock.forward(days=1)
        topics = real_plan().topics
        disclosure.define_items(world, "test", plan(topics=topics[1:]))
        with pytest.raises(NoSuchRecordError):
            publish(world, organisation, editor, version=2)


class TestNights:
    def test_a_night_tells_the_roles_of_the_stage_in_the_items_unit_and_once(
        self, world, organisation, editor
    ):
        employ(world, "test", "head", Grant(Role.UNIT_HEAD, "palad"))
        employ(world, "test", "elsewhere", Grant(Role.DISCLOSURE_EDITOR, "works"))
        employ(world, "test", "executive", Role.EXECUTIVE)
        for item in real_plan().items:
            newest = listed(world, organisation)[item.id].definition.schedule.newest_publishable(
                date(2026, 11, 24)
            )
            publish(world, organisation, editor, id=item.id, period=str(newest))
        an_older_month = "2569-10"
        publish(world, organisation, editor, version=2, period=an_older_month)
        world.clock.at = bangkok("2027-01-16 02:30")
        summary = disclosure.night(world, FOREVER)
        monthly = [i for i in real_plan().items if i.cadence is Cadence.MONTHLY]
        assert summary.acted == summary.due == summary.checked == len(monthly)
        told = notices_of(world)
        assert {(n.template, n.person) for n in told} == {
            ("disclosure_stale", "editor"),
            ("disclosure_stale", "head"),
        }
        assert len(told) == 2 * len(monthly)
        assert {n.not_before for n in told} == {bangkok("2027-01-18 08:30")}
        again = disclosure.night(world, FOREVER)
        assert (again.checked, again.due, again.acted) == (0, 0, 0)
        assert len(notices_of(world)) == len(told)

    def test_a_run_with_no_time_left_leaves_the_rest_to_the_next(self, world, organisation):
        seconds = iter([100.0] * 10 + [5.0])
        first = disclosure.night(world, seconds.__next__)
        assert (first.acted, first.left) == (10, True)
        second = disclosure.night(world, FOREVER)
        assert (second.acted, second.left) == (23, False)

    def test_the_first_night_says_where_each_item_stands(self, world, organisation, editor):
        employ(world, "test", "executive", Role.EXECUTIVE)
        assert disclosure.night(world, FOREVER).acted == 33
        assert {(n.template, n.person) for n in notices_of(world)} == {
            ("disclosure_due_soon", "editor"),
            ("disclosure_stale", "editor"),
            ("disclosure_stale", "executive"),
        }


def test_ones_own_items_stand_first_and_of_those_what_is_due_first(world, organisation, editor):
    publish(world, organisation, editor)
    items = disclosure.list_items(world, organisation, real_plan())
    ordered = disclosure.most_urgent_first(items, None)
    assert [i.freshness.due_on for i in ordered] == sorted(i.freshness.due_on for i in items)
    works = replace(items[-1], definition=replace(items[-1].definition, unit="works"))
    assert disclosure.most_urgent_first([*items[:-1], works], {"works"})[0] is works
