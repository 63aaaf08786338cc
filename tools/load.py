"""Load the local cloud: the first organisation with its real plan, and the demonstration.

`make run` runs it with the variables of the deployed functions and STATE_DIR. It prints a line
`SIGNIN role username password secret` for each role of the demonstration, and `TIPKEY username passphrase`
for each who has a key of its sealed channel. Running it again changes nothing, but that a changed plan comes
into force; a bad plan is refused whole, and the old one stays in force.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from msgspec.structs import replace

from chalicelib import wiring
from chalicelib.adapters.clock import SystemClock
from chalicelib.domain.calendar import bangkok_day, fiscal_year, fiscal_year_of, start_of_day
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import SYSTEM, Key, begin
from chalicelib.services import adoption, notices, organisations
from chalicelib.services.world import World
from tools import demo
from tools.accounts import Account, Accounts
from tools.demo_complaints import WorldAt
from tools.organisation import settings
from tools.plan_file import BadPlanFileError, PlanDocument, load
from tools.tip_keys import TipKeys

DATA = Path(__file__).resolve().parent.parent / "data"
REAL = "bangkhae"
DEMO = "demo"

Fill = Callable[[WorldAt, str, date], None]
"""Fills an organisation with what happened up to a day."""

_BEFORE_OFFICE = timedelta(hours=8)


def main() -> None:
    """Load what is wanting, and print who can sign in."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        sys.exit("This loads the local cloud alone; on AWS an organisation begins by make organisation")
    invented = yaml.safe_load((DATA / "demo.yaml").read_text("utf-8"))
    bring_in(wiring.build(), DATA / "bangkhae-2566-2570.yaml", invented, demo.fill)
    accounts = Accounts(Path(os.environ["STATE_DIR"]) / "people.json")
    known = accounts.ensure(DEMO, [f"{DEMO}-{person['username']}" for person in invented["people"]])
    for line in sign_ins(invented["people"], known):
        print(line, flush=True)
    keys = TipKeys(Path(os.environ["STATE_DIR"]) / "tip-keys.json")
    for name, passphrase in keys.ensure(wiring.build(), DEMO, invented["people"]).items():
        print(f"TIPKEY {DEMO}-{name} {passphrase}", flush=True)


def bring_in(world: World, plan: Path, invented: Any, fill: Fill) -> None:
    """Both organisations, with the plan of the file. Ends the program where that is bad and none in force."""
    try:
        document = load(plan)
    except BadPlanFileError as refusal:
        print(refusal, flush=True)
        _require_plans(world)
        return
    _begin(world, document, REAL, settings(document))
    _begin_demo(world, document, invented, fill)


def sign_ins(people: Sequence[Any], accounts: dict[str, Account]) -> Iterable[str]:
    """A line for each role, of the first who holds it."""
    for role in Role:
        username = next(f"{DEMO}-{p['username']}" for p in people if role in {g.role for g in grants(p)})
        account = accounts[username]
        yield f"SIGNIN {role} {username} {account.password} {account.secret}"


def grants(person: Any) -> tuple[Grant, ...]:
    """The roles of somebody invented, written `role` or `role unit`."""
    pairs = (written.partition(" ") for written in person["roles"])
    return tuple(Grant(Role(role), unit or None) for role, _, unit in pairs)


def _require_plans(world: World) -> None:
    """Go on with the plans that are in force, or end where an organisation has none yet."""
    for slug in (REAL, DEMO):
        here = world.records.get(Organisation, slug, slug)
        if here is None or here.state.plan_version is None:
            sys.exit("There is no earlier plan to go on with")
    print("The plan that was in force before stays in force", flush=True)


def _begin(world: World, document: PlanDocument, slug: str, wanted: dict[str, Any]) -> None:
    """The organisation, unless it is there, and its plan."""
    organisations.establish(world, slug, wanted, by=SYSTEM)
    if adoption.bring_into_force(world, slug, document.plan, by=SYSTEM):
        print(f"The plan of {slug} is in force", flush=True)


def _begin_demo(world: World, document: PlanDocument, invented: Any, fill: Fill) -> None:
    """The demonstration, which began a fiscal year ago and has a history since."""
    today = bangkok_day(world.clock.now())
    first_day = fiscal_year(fiscal_year_of(today) - 1).first
    began = world_at(world, start_of_day(first_day) + _BEFORE_OFFICE)
    standing = world.records.get(Organisation, DEMO, DEMO)
    has_plan = standing is not None and standing.state.plan_version is not None
    wanted = {**settings(document), **invented["organisation"]}
    _begin(world if has_plan else began, document, DEMO, wanted)
    _employ(began, invented["people"])
    if not has_plan:
        print("Filling the demonstration with two fiscal years", flush=True)
    fill(lambda at: world_at(world, at), DEMO, today)


def world_at(world: World, at: datetime) -> World:
    """The same world with its clock at an instant."""
    return replace(world, clock=SystemClock(at))


def _employ(world: World, people: Sequence[Any]) -> None:
    """Those of the people who have no record yet."""
    there = {row.key.id for row in notices.staff(world, DEMO)}
    for person in people:
        name = person["username"]
        if name not in there:
            fact = Person.add(
                f"{DEMO}-{name}",
                person["name"],
                f"{DEMO}-{name}@demo.example",
                grants(person),
                by=SYSTEM,
                at=world.clock.now(),
            )
            world.records.save(begin(Person, Key(DEMO, Person.kind, name), [fact], world.salt))


if __name__ == "__main__":
    main()
