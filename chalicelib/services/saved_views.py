"""An officer's own views: keep the present filters under a name, give it another one, drop it."""

from collections.abc import Callable, Mapping

from chalicelib.domain.people import Person
from chalicelib.domain.record import Fact, Record, proceed
from chalicelib.domain.saved_views import SavedView
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.world import World

_ATTEMPTS = 3
"""Signing in elsewhere saves the person too."""


def save(world: World, me: Record[Person], name: str, filter: Mapping[str, str]) -> SavedView:
    """Keep a filter under a name; the same one under the same name again changes nothing.

    Raises InvalidFieldError.
    """
    id = world.chance.bytes(8).hex()

    def keep(person: Person) -> Fact | None:
        if any((view.name, view.filter) == (name, filter) for view in person.views):
            return None
        return person.save_view(id, name, filter, at=world.clock.now())

    person = _change(world, me, keep)
    return next(view for view in person.views if view.name == name)


def rename(world: World, me: Record[Person], id: str, name: str) -> None:
    """Call a view otherwise. Raises InvalidFieldError, NoSuchRecordError."""

    def call(person: Person) -> Fact | None:
        if _own(person, id).name == name:
            return None
        return person.rename_view(id, name, at=world.clock.now())

    _change(world, me, call)


def drop(world: World, me: Record[Person], id: str) -> SavedView | None:
    """Drop a view, and give back what it was, so that it can be kept again; None where it was gone."""
    dropped = next((view for view in me.state.views if view.id == id), None)
    if dropped:
        _change(
            world,
            me,
            lambda person: (
                person.drop_view(id, at=world.clock.now()) if any(v.id == id for v in person.views) else None
            ),
        )
    return dropped


def _own(person: Person, id: str) -> SavedView:
    view = next((view for view in person.views if view.id == id), None)
    if view is None:
        raise NoSuchRecordError
    return view


def _change(world: World, me: Record[Person], change: Callable[[Person], Fact | None]) -> Person:
    """Change the views of a person, whoever saves the person meanwhile."""
    attempt = 0
    while True:
        record = world.records.get(Person, me.key.org, me.key.id)
        if record is None:
            raise NoSuchRecordError
        fact = change(record.state)
        if fact is None:
            return record.state
        changed = proceed(record, [fact], world.salt)
        try:
            world.records.save(changed)
            return changed.record.state
        except StaleRecordError:
            attempt += 1
            if attempt == _ATTEMPTS:
                raise
