"""Plans as they are kept: each version written once, read once in a function's life."""

import hashlib

import msgspec

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.plan import Plan
from chalicelib.domain.record import Record, proceed
from chalicelib.services import organisations
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.services.world import World

_PART = 90_000
"""Characters of a part: at most 360,000 bytes, below the 400 KB of an item."""

_KEPT = 32
"""How many plans a function keeps in memory."""

_read: dict[tuple[str, str], Plan] = {}


class NoPlanError(NoSuchRecordError):
    """The organisation has not adopted a plan yet."""


def current(world: World, here: Record[Organisation]) -> Plan:
    """The plan that an organisation goes by. Raises NoPlanError."""
    org, version = here.key.id, here.state.plan_version
    if version is None:
        raise NoPlanError
    plan = _read.get((org, version))
    if plan is None:
        plan = msgspec.json.decode("".join(world.plans.get(org, version)), type=Plan)
        if len(_read) >= _KEPT:
            _read.clear()
        _read[org, version] = plan
    return plan


def adopt(world: World, org: str, plan: Plan, *, by: str) -> bool:
    """Let the organisation go by this plan; whether that changed anything.

    The content is written under its own hash, where nobody reads it yet, and takes effect by the one save
    that points the organisation at it: before it all pages show the old plan, after it the new one. A call
    that died on the way is made good by the next. Raises NoSuchRecordError, or StaleRecordError where the
    settings changed meanwhile.
    """
    here = world.records.get(Organisation, org, org)
    if here is None:
        raise NoSuchRecordError
    content = msgspec.json.encode(plan).decode()
    version = hashlib.sha256(content.encode()).hexdigest()[:32]
    if here.state.plan_version == version:
        return False
    world.plans.put(org, version, [content[at : at + _PART] for at in range(0, len(content), _PART)])
    fact = here.state.adopt_plan(version, by=by, at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()
    return True


def forget() -> None:
    """Read all plans anew from now on (between tests)."""
    _read.clear()
