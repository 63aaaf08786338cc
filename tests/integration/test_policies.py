"""What a function asks of DynamoDB on its way, held against the policy that it is given."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.adapters.sessions import DynamoSessions
from chalicelib.adapters.tables import connection
from chalicelib.domain import audit as audit_domain
from chalicelib.domain.complaint import PUBLIC_WORDS, Channel
from chalicelib.domain.complaint_index import Audience
from chalicelib.domain.people import UNIT_ROLES, Grant, Role
from chalicelib.domain.record import proceed
from chalicelib.handlers.jobs import RECIPES
from chalicelib.services import (
    adoption,
    audit,
    complaint_index,
    complaint_indexing,
    complaint_intake,
    complaint_lists,
    complaints,
    disclosure,
    documents,
    exports,
    guard,
    holidays,
    notices,
    organisations,
    people,
    plans,
    preventions,
    recurrence,
    reports,
    settings,
    sign_in,
    tip_inbox,
    tips,
)
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.complaint_progress import is_hers
from chalicelib.services.nightly import Summary
from chalicelib.services.people import NewPerson
from chalicelib.services.ports import WrongPasswordError
from chalicelib.services.settings import TypedSettings
from chalicelib.services.world import World
from tests.builders.complaints import CONTACT, REPORT, act, file, standing
from tests.builders.identity import CODE, PASSWORD, MemoryIdentity, User
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.tips import REPORT as TIP
from tests.builders.tips import answer as answer_tip
from tests.builders.tips import open_channel
from tests.builders.tips import token as form_token
from tests.builders.world import MovableClock

POLICIES = Path(__file__).parents[2] / ".chalice"
TABLES = {
    "records": "RecordsTable",
    "idempotency": "IdempotencyTable",
    "sessions": "SessionsTable",
    "tips": "TipsTable",
}
WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

Ask = tuple[str, str]
"""An action of IAM, and the resource as a policy file names it."""


@contextmanager
def asked() -> Iterator[set[Ask]]:
    """All that is asked of DynamoDB within."""
    asks: set[Ask] = set()

    def note(model: Any, params: Any, **_: Any) -> None:
        body = json.loads(params["body"])
        for write in body.get("TransactItems", ()):
            ((kind, item),) = write.items()
            asks.add((f"dynamodb:{WRITES[kind]}", TABLES[item["TableName"]]))
        for table in body.get("RequestItems", ()):
            asks.add((f"dynamodb:{model.name}", TABLES[table]))
        if "TableName" in body:
            index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
            asks.add((f"dynamodb:{model.name}", TABLES[body["TableName"]] + index))

    events = connection().client.meta.events
    events.register("before-call.dynamodb", note)
    try:
        yield asks
    finally:
        events.unregister("before-call.dynamodb", note)


def allowed(function: str) -> set[Ask]:
    """What the policy file of a function lets it do with tables."""
    asks = set()
    for statement in json.loads((POLICIES / f"policy-{function}.json").read_text())["Statement"]:
        actions, resource = statement["Action"], statement["Resource"]
        if isinstance(resource, list) or not str(actions).count("dynamodb:"):
            continue
        name = resource["Fn::GetAtt"][0] if "Fn::GetAtt" in resource else resource["Fn::Sub"]
        name = name.replace("${RecordsTable.Arn}", "RecordsTable")
        asks |= {(action, name) for action in ([actions] if isinstance(actions, str) else actions)}
    return asks


@pytest.fixture
def busy(world: World, clock: MovableClock) -> World:
    """A night in which every job has all of its kinds of work: a day off was announced too."""
    establish(world, holidays="of an earlier package")
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    employ(world, "test", "head", Grant(Role.UNIT_HEAD, "palad"), Role.EXECUTIVE, Role.CHIEF_ADMINISTRATOR)
    employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad"))
    file(world, **CONTACT, email="somying@example.com")
    clock.forward(days=12)
    file(world)
    here = organisations.find(world, "test")
    days_off = {"2026-12-21": {"th": "วันหยุด", "en": "A day off"}}
    announced = here.state.change_settings({"days_off": days_off}, by="system", at=clock.now())
    world.records.save(proceed(here, [announced], world.salt))
    clock.forward(days=6)
    organisations.forget()
    suda = employ(world, "test", "suda", Role.COMPLAINT_OFFICER).state
    id = reports.begin_edition(world, "test", "2569-10", officer=suda)
    reports.order(world, "test", id, version=1, officer=suda)
    exports.order(world, here, Query(), token="t", officer=suda)
    return world


def make_ordered(world: World, remaining: Callable[[], float]) -> Summary:
    return documents.sweep(world, RECIPES, remaining)


Job = Callable[[World, Callable[[], float]], Summary]


@pytest.mark.parametrize(
    ("function", "job"),
    [
        ("nightly_deadlines", complaints.night),
        ("nightly_deadlines", holidays.night),
        ("nightly_disclosure", disclosure.night),
        ("nightly_audit", audit.night),
        ("index_search", complaint_indexing.run),
        ("make_documents", make_ordered),
        ("deliver_notices", notices.deliver),
    ],
)
def test_a_job_may_do_all_of_its_work(busy: World, function: str, job: Job) -> None:
    with asked() as asks:
        done = job(busy, lambda: 300)
    assert done.acted
    assert not done.failed
    assert asks <= allowed(function)


def test_the_public_door_may_do_all_that_citizens_do(
    world: World, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A root over many events is kept without them: they are read from the index of their day."""
    monkeypatch.setattr(audit_domain, "KEPT_LEAVES", 1)
    here = establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    filed = file(world, **CONTACT, email="somying@example.com")
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    clock.forward(days=2)
    audit.night(world, lambda: 300)
    with asked() as asks:
        guard.admit_post(world, "203.0.113.7")
        for _ in range(2):
            complaints.file(world, here, REPORT, consent=True, token="key", channel=Channel.API)
            complaints.reopen(world, here, filed.code, "ยังไม่เรียบร้อย", token="once")
        complaints.write(world, "test", filed.code, "ขอทราบผล", token="twice")
        report = replace(REPORT, village="หมู่ 1", email="a@example.com")
        complaints.file(world, here, report, consent=True, token="first", channel=Channel.WEB)
        (one,) = complaint_intake.likely(world, here, report, "second")
        complaint_intake.join(world, here, report, one.choice, consent=True, token="second")
        history = complaints.follow(world, "test", filed.code)
        export: Any = audit.export(world, history, is_shown=is_hers, words=PUBLIC_WORDS)
        audit.roots(world, "test", limit=31)
        disclosure.list_items(world, here, plans.current(world, organisations.find(world, "test")))
        organisations.some_of_them(world, None)
    assert export["proofs"][0]["path"]
    assert asks <= allowed("public")


def test_the_console_may_do_all_that_officers_do(world: World, clock: MovableClock) -> None:
    world = replace(world, sessions=DynamoSessions(), identity=MemoryIdentity({"test-suda": User()}))
    establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    suda = employ(world, "test", "suda", *(role for role in Role if role not in UNIT_ROLES)).state
    filed = file(world)
    with asked() as asks:
        guard.admit_post(world, "203.0.113.7")
        with pytest.raises(WrongPasswordError):
            sign_in.begin(world, "test", "test-suda", "wrong", "203.0.113.7")
        waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, "203.0.113.7")
        signed_in = sign_in.give_code(world, "test", waiting.token, CODE, "203.0.113.7")
        clock.forward(minutes=6)
        assert sign_in.officer_of(world, "test", signed_in.token)
        here = organisations.find(world, "test")
        twice = file(world)
        recurrence.of(world, here, twice.id, standing(world, twice.id).state, suda)
        preventions.of_year(world, here, suda, 2570, most=25)
        complaint_lists.find(world, here, suda, Query(year=2570))
        complaint_lists.find(world, here, suda, Query(year=2570, status=Choice.ALL))
        world.index_files.put(complaint_index.POSITION, b'{"until": "2026-11-24T03:00:00Z"}', instead_of="")
        for audience in Audience:
            nothing = complaint_index.to_file(())
            world.index_files.put(complaint_index.file_name("test", audience), nothing, instead_of="")
        complaint_index.forget()
        assert complaint_lists.find(world, here, suda, Query()).found
        act(world, filed.id, "start", officer=suda)
        version = standing(world, filed.id).version
        complaints.reissue_code(world, "test", filed.id, version=version, officer=suda)
        typed = replace(TypedSettings.of(here.state), days_off="21/12/2569 วันหยุด")
        settings.change(world, "test", typed, version=here.version, by=suda.username)
        somebody = NewPerson("anan", "นายอนันต์", "anan@example.go.th", (Grant(Role.AUDITOR),))
        people.add(world, here, somebody, by=suda.username)
        people.listed(world, "test", None)
        notices.failed(world, "test")
        notices.of_year(world, "test", 2570)
        disclosure.find(world, organisations.find(world, "test"), real_plan(), "1.1")
        sign_in.sign_out(world, signed_in.token)
    assert asks <= allowed("console")


def test_the_tips_door_may_do_all_that_reporters_do(world: World) -> None:
    here = establish(world)
    open_channel(world)
    with asked() as asks:
        organisations.forget()
        filed = tips.file(world, organisations.find(world, "test"), TIP, token=form_token())
        assert tips.file(world, here, TIP, token=form_token()).code == filed.code
        tip_inbox.write(world, "test", filed.code, "เพิ่มเติม", token="form")
        answer_tip(world, filed.code, "รับทราบ")
        tip_inbox.open_inbox(world, "test", filed.code)
        tip_inbox.erase(world, "test", filed.code, "message_002")
    assert asks <= allowed("tips")
    assert ("dynamodb:PutItem", "TipsTable") in asks
