"""The people of an organisation and their roles: who manages them, and what becomes of their sign-in."""

import re
from datetime import date

from msgspec import Struct

from chalicelib.domain.calendar import DateOutOfRangeError, MalformedDateError, NoSuchDayError, parse_date
from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import OWN_EVENTS, SEALED_ROLES, Grant, Person
from chalicelib.domain.record import Fact, History, Key, Record, begin, proceed
from chalicelib.domain.text import is_email_address
from chalicelib.services.ports import NoSuchRecordError, Page, RecordExistsError, StaleRecordError
from chalicelib.services.world import World

_A_PAGE = 100

_DAY_FAULTS: dict[type[Exception], str] = {
    MalformedDateError: "malformed_date",
    NoSuchDayError: "no_such_day",
    DateOutOfRangeError: "year_out_of_range",
}

_USERNAME = re.compile(r"[a-z][a-z0-9._]{1,30}")
"""Without a hyphen, so that the last one of a user name parts the organisation from the person."""

_RESERVED = frozenset({"new"})
"""What stands in the console's paths where a person's id does."""

_LONGEST_NAME = 200


class NewPerson(Struct, frozen=True):
    """What an administrator types of somebody new; `username` without the organisation before it."""

    username: str
    name: str
    email: str
    grants: tuple[Grant, ...]


def listed(world: World, org: str, cursor: str | None) -> Page:
    """The people of an organisation by their user names. Raises InvalidCursorError."""
    return world.records.list(Person, org, "ALL", limit=_A_PAGE, cursor=cursor)


def read(world: World, org: str, id: str) -> History[Person]:
    """A person with all that happened to the record. Raises NoSuchRecordError."""
    history = world.records.history(Person, org, id)
    if history is None:
        raise NoSuchRecordError
    return history


def add(world: World, organisation: Record[Organisation], new: NewPerson, *, by: str) -> Record[Person]:
    """Somebody new, who gets a first password by email.

    Raises InvalidFieldError; NotAllowedError where a role over the sealed channel is among the roles.
    """
    org = organisation.key.id
    check(organisation.state, new)
    if any(grant.role in SEALED_ROLES for grant in new.grants):
        raise NotAllowedError("a role over the sealed channel is not granted by one person")
    username = f"{org}-{new.username}"
    fact = Person.add(username, new.name, new.email, new.grants, by=by, at=world.clock.now())
    if world.records.get(Person, org, new.username):
        raise InvalidFieldError(username="taken")
    # The provider first: a user without a record gets in nowhere, and adding it again does no harm.
    world.identity.add(username, new.email)
    change = begin(Person, Key(org, Person.kind, new.username), [fact], world.salt)
    try:
        world.records.save(change)
    except RecordExistsError:
        raise InvalidFieldError(username="taken") from None
    return change.record


def check(organisation: Organisation, new: NewPerson) -> None:
    """Whether somebody can be added as typed. Raises InvalidFieldError."""
    reasons: dict[str, str] = {}
    if not new.username:
        reasons["username"] = "required"
    elif not _USERNAME.fullmatch(new.username) or new.username in _RESERVED:
        reasons["username"] = "malformed"
    if not new.name:
        reasons["name"] = "required"
    elif len(new.name) > _LONGEST_NAME:
        reasons["name"] = "too_long"
    if not new.email:
        reasons["email"] = "required"
    elif not is_email_address(new.email):
        reasons["email"] = "malformed"
    if not new.grants:
        reasons["grants"] = "required"
    elif not _are_of(organisation, new.grants):
        reasons["grants"] = "unknown"
    if reasons:
        raise InvalidFieldError(**reasons)


def change_grants(
    world: World,
    organisation: Record[Organisation],
    id: str,
    grants: tuple[Grant, ...],
    *,
    version: int,
    by: str,
) -> Record[Person]:
    """Other roles from now on; the same ones leave all as it is.

    Raises InvalidFieldError, NotAllowedError (see `Person.change_grants`), StaleRecordError,
    NoSuchRecordError.
    """
    record = _unchanged(world, organisation.key.id, id, version)
    if not _are_of(organisation.state, grants):
        raise InvalidFieldError(grants="unknown")
    if set(grants) == set(record.state.grants):
        return record
    return _save(world, record, record.state.change_grants(grants, by=by, at=world.clock.now()))


def deputise(
    world: World,
    organisation: Record[Organisation],
    id: str,
    deputy: str,
    *,
    first: str,
    last: str,
    version: int,
    by: str,
) -> None:
    """Let a colleague hold the person's roles from one typed day to another.

    Raises InvalidFieldError, StaleRecordError, NoSuchRecordError.
    """
    org = organisation.key.id
    absent = _unchanged(world, org, id, version)
    days: dict[str, date] = {}
    reasons: dict[str, str] = {}
    for name, typed in (("first", first), ("last", last)):
        try:
            days[name] = parse_date(typed)
        except (MalformedDateError, NoSuchDayError, DateOutOfRangeError) as error:
            reasons[name] = _DAY_FAULTS[type(error)] if typed else "required"
    record = world.records.get(Person, org, deputy) if deputy else None
    if record is None:
        reasons["deputy"] = "unknown" if deputy else "required"
    if reasons or record is None:
        raise InvalidFieldError(**reasons)
    fact = record.state.stand_in(absent.state, id, days["first"], days["last"], by=by, at=world.clock.now())
    _save(world, record, fact)


def end_deputy(world: World, org: str, id: str, absent: str, *, version: int, by: str) -> Record[Person]:
    """The person stands in for the absent one no longer. Raises as `change_grants` does."""
    record = _unchanged(world, org, id, version)
    if all(s.person != absent for s in record.state.stands_in):
        return record
    return _save(world, record, record.state.end_standing_in(absent, by=by, at=world.clock.now()))


def deactivate(world: World, org: str, id: str, *, version: int, by: str) -> Record[Person]:
    """The person leaves: signed out at once, no sign-in any more. Raises as `change_grants` does."""
    record = _unchanged(world, org, id, version)
    if record.state.active:
        record = _save(world, record, record.state.deactivate(by=by, at=world.clock.now()))
    world.identity.disable(record.state.username)
    return record


def reactivate(world: World, org: str, id: str, *, version: int, by: str) -> Record[Person]:
    """The person is back. Raises as `change_grants` does."""
    record = _unchanged(world, org, id, version)
    world.identity.enable(record.state.username)
    if record.state.active:
        return record
    return _save(world, record, record.state.reactivate(by=by, at=world.clock.now()))


def sign_out_everywhere(world: World, org: str, id: str, *, version: int, by: str) -> Record[Person]:
    """All sessions of the person end. Raises as `change_grants` does."""
    record = _unchanged(world, org, id, version)
    return _save(world, record, record.state.sign_out_everywhere(by=by, at=world.clock.now()))


def renew_sign_in(world: World, org: str, id: str, *, version: int, by: str) -> Record[Person]:
    """Somebody lost the password or the phone: signed out everywhere, and a new first password by email.

    Where the provider fails after that was noted, nobody gets in by the old one, and doing it again does it.
    Raises as `change_grants` does; see `Person.renew_sign_in`.
    """
    record = _unchanged(world, org, id, version)
    record = _save(world, record, record.state.renew_sign_in(by=by, at=world.clock.now()))
    world.identity.renew(record.state.username, record.state.email)
    return record


def _are_of(organisation: Organisation, grants: tuple[Grant, ...]) -> bool:
    units = {unit.id for unit in organisation.units}
    return all(grant.unit is None or grant.unit in units for grant in grants)


def _unchanged(world: World, org: str, id: str, version: int) -> Record[Person]:
    """The person as it stands, if nobody changed it since that version; `OWN_EVENTS` change nothing.

    Each save of a person is one event, so that the version is the number of the last event seen.
    """
    history = read(world, org, id)
    if not 0 < version <= history.record.version or any(
        event.seq > version and event.kind not in OWN_EVENTS for event in history.events
    ):
        raise StaleRecordError(history.record)
    return history.record


def _save(world: World, record: Record[Person], fact: Fact) -> Record[Person]:
    change = proceed(record, [fact], world.salt)
    world.records.save(change)
    return change.record
