"""Whatever is typed, wherever, and whatever fails with it: no line of a log holds it.

Every route and every job runs with marked words in all that a caller can set, once as it is and once with
ports that fail with the words in their errors. All that any logger says is searched, and what is printed.
"""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from chalice.test import Client
from msgspec.structs import replace

from app import ROUTES, app
from chalicelib import wiring
from chalicelib.domain.people import UNIT_ROLES, Grant, Role
from chalicelib.domain.record import Key
from chalicelib.handlers import routing
from chalicelib.handlers.jobs import JobFailedError
from chalicelib.handlers.routing import SESSION_COOKIE
from chalicelib.services import form_tokens, organisations, sign_in
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World
from tests.builders.complaints import act, file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ
from tests.builders.world import MemoryMail
from tests.unit.handlers.test_jobs import EVENT, JOBS, Context

MARK = "คานารี-kanari"
EMAIL, PHONE, CODE = "kanari@mail.example", "0876501234", "12345-12345-12345-12345"
MARKED = {"email": EMAIL, "phone": PHONE, "code": CODE, "username": "test-kanari", "url": f"https://{EMAIL}"}
LEAK = re.compile("|".join((MARK, "kanari", "คานารี", quote("คานารี"), PHONE, CODE, CODE.replace("-", ""))))

FIELDS = (
    *("category", "subject", "detail", "location", "village", "name", "phone", "email", "consent", "code"),
    *(
        "message",
        "note",
        "cause",
        "prevention",
        "body",
        "into",
        "unit",
        "due_on",
        "how",
        "opinion",
        "username",
    ),
    *("password", "new_password", "item", "period", "url", "reason", "q", "part", "score_1", "still_solved"),
    *("villages", "channels", "routes", "replies", "survey", "days_off", "days_on", "address", "text"),
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What every logger says, ours as Lambda would write it."""
    log = io.StringIO()
    usual = routing.LOG.registered_handler.setStream(log)
    everything = logging.StreamHandler(log)
    everything.setFormatter(logging.Formatter("%(message)s %(exc_text)s %(args)s"))
    logging.getLogger().addHandler(everything)
    yield log
    logging.getLogger().removeHandler(everything)
    routing.LOG.registered_handler.setStream(usual)


class Failing:
    """A port of which some calls fail with what was typed in the error."""

    def __init__(self, port: Any, *calls: str, error: Exception) -> None:
        self.port, self.calls, self.error = port, calls, error

    def __getattr__(self, name: str) -> Any:
        if name not in self.calls:
            return getattr(self.port, name)

        def fail(*_: Any, **__: Any) -> Any:
            raise self.error

        return fail


def failing(world: World, how: str) -> World:
    id = next(key.id for key in world.records.records if key.kind == "complaint")  # type: ignore[attr-defined]
    error: Exception = ValueError(f"{MARK} {EMAIL} {PHONE} {CODE}")
    match how:
        case "saves fail":
            return replace(world, records=Failing(world.records, "save", error=error))
        case "all fails":
            return replace(world, records=Failing(world.records, "save", "list", "history", error=error))
        case "conflicts":
            stale = StaleRecordError(standing(world, id))
            return replace(world, records=Failing(world.records, "save", error=stale))
    return world


@pytest.fixture
def lived(world: World) -> World:
    """A complaint full of marked words, with some history and an officer of that name who holds all roles."""
    grants = [Grant(role, "palad") if role in UNIT_ROLES else Grant(role) for role in Role]
    employ(world, "test", "everybody", *grants)
    filed = file(world, subject=MARK, detail=MARK * 3, location=MARK, name=MARK, phone=PHONE, email=EMAIL)
    act(world, filed.id, "note", note=MARK)
    act(world, filed.id, "message", message=MARK)
    return world


@pytest.mark.parametrize("how", ["as it is", "saves fail", "all fails", "conflicts"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_no_route_logs_what_was_typed(
    lived: World, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: Any, route: Any, how: str
) -> None:
    cookie = signed_in(lived, "test", "everybody").cookies[SESSION_COOKIE]
    id = next(key.id for key in lived.records.records if key.kind == "complaint")  # type: ignore[attr-defined]
    organisations.find(lived, "test")
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: failing(lived, how))
    tokens = [sign_in.form_token(cookie)]
    if "/console" not in route.path:
        tokens = [form_tokens.issue(lived, "test")]
    for place in (id, quote(MARK), CODE):
        path = re.sub(r"\{\w+\}", place, route.path.replace("{org}", "test"))
        for action in ("note", "message", "assign", "resolve", "reopen", "survey", ""):
            typed = {name: MARKED.get(name, MARK) for name in FIELDS}
            typed |= {"version": "3", "action": action, "form_token": tokens[0], "consent": "1"}
            if action == "note":
                typed["category"] = "road"
            headers = {"Cookie": f"{SESSION_COOKIE}={cookie}", "User-Agent": MARK, "Referer": EMAIL}
            body = b""
            if route.method == "POST":
                is_api = route.path.startswith("/api")
                kind = "application/json" if is_api else "application/x-www-form-urlencoded"
                headers["Content-Type"] = kind
                body = (
                    f'{{"subject": "{MARK}", "{MARK}": 1}}'.encode() if is_api else urlencode(typed).encode()
                )
            query = urlencode({"q": MARK, "cursor": MARK, "email": EMAIL, "fiscal_year": MARK})
            target = path if route.method == "POST" else f"{path}?{query}"
            Client(app).http.request(route.method, target, headers, body)
            if route.method != "POST":
                break
    assert '"route"' in logged.getvalue()
    printed = capfd.readouterr()
    assert not LEAK.findall(logged.getvalue() + printed.out + printed.err)


@pytest.mark.parametrize("how", ["as it is", "saves fail", "conflicts", "mail fails"])
@pytest.mark.parametrize("job", JOBS)
def test_no_job_logs_what_was_typed(
    lived: World, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: Any, job: str, how: str
) -> None:
    import app as functions

    lived.clock.forward(days=14)  # type: ignore[attr-defined]
    broken = MemoryMail(broken=RuntimeError(f"554 {EMAIL} {MARK}")) if how == "mail fails" else lived.mail
    world = replace(failing(lived, how), mail=broken)
    monkeypatch.setattr(wiring, "world", lambda: world)
    organisations.forget()
    for _ in range(6):
        with suppress(JobFailedError):
            getattr(functions, job)(EVENT, Context())
        lived.clock.forward(hours=12)  # type: ignore[attr-defined]
    assert re.search('"job"|"job_failed"', logged.getvalue())
    printed = capfd.readouterr()
    assert not LEAK.findall(logged.getvalue() + printed.out + printed.err)


def test_a_notice_and_a_lists_row_hold_neither_contact_data_nor_what_was_written(lived: World) -> None:
    records: dict[Key, Any] = lived.records.records  # type: ignore[attr-defined]
    for key, record in records.items():
        summary = dict(record.state.place(key).summary)
        if key.kind == "complaint":
            assert summary.pop("subject", MARK) == MARK  # shown to officers alone
        if key.kind in {"complaint", "notice", "tracking"}:
            assert not LEAK.findall(str(summary)), key
        if key.kind == "notice":
            assert not LEAK.findall(str(record.state)), key
