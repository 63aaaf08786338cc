"""Making what was ordered: a message calls at once, and a schedule finds what no message told of."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from chalicelib.domain.document_order import MOST_TRIES, DocumentOrder, OrderStatus, Purpose
from chalicelib.domain.errors import DomainError, IllegalMoveError
from chalicelib.domain.record import Change, Fact, Key, Record, State, proceed
from chalicelib.services.nightly import LEAVE_AT, Remaining, Summary, tell_failure
from chalicelib.services.ports import StaleRecordError, UnwritableError
from chalicelib.services.world import World

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class CannotMakeError(DomainError):
    """What was ordered can't be made, however often it is tried; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Recipe(Struct, frozen=True):
    """How the documents of a purpose are made.

    `prepare` runs once a try, before the first part. `write` makes a part. `finished` and `failed` are what
    else changes with the order, in the same transaction.
    """

    prepare: Callable[[World, Record[DocumentOrder]], None]
    write: Callable[[World, Record[DocumentOrder], str], bytes]
    finished: Callable[[World, Record[DocumentOrder]], Sequence[Change[State]]]
    failed: Callable[[World, Record[DocumentOrder]], Sequence[Change[State]]]


Recipes: TypeAlias = Mapping[Purpose, Recipe]


def path(order: Key, purpose: Purpose, part: str) -> str:
    """Where a file of an order is kept. Exports stand apart: the bucket's rule deletes them."""
    return f"{purpose}s/{order.org}/{order.id}.{part}"


def make(world: World, recipes: Recipes, key: Key) -> bool:
    """Make what is left of an order; whether this run finished it, or saw that it can't be made.

    Where another run is at it, or it is finished, nothing happens. What could not be done now is put back.
    """
    order = world.records.get(DocumentOrder, key.org, key.id)
    if order is None:
        return False
    try:
        order = _save(world, order, order.state.take(at=world.clock.now()))
    except (IllegalMoveError, StaleRecordError):
        return False
    recipe = recipes[order.state.purpose]
    try:
        if order.state.tries > MOST_TRIES:
            raise CannotMakeError("unexpected")
        recipe.prepare(world, order)
        for part in order.state.left:
            content = recipe.write(world, order, part)
            world.documents.put(path(key, order.state.purpose, part), content, MEDIA[part])
            fact = order.state.finish_part(part, len(content), at=world.clock.now())
            order = _save(world, order, fact, recipe.finished)
        return True
    except (CannotMakeError, UnwritableError) as error:
        reason = error.reason if isinstance(error, CannotMakeError) else "unwritable"
        _save(world, order, order.state.fail(reason, at=world.clock.now()), recipe.failed)
        return True
    except StaleRecordError:
        # A run that lived longer than it may: whoever took the order after it goes on.
        return False
    except Exception as error:
        tell_failure(key, error)
        _save(world, order, order.state.stumble(at=world.clock.now()), recipe.failed)
        return False


def sweep(world: World, recipes: Recipes, remaining: Remaining) -> Summary:
    """Make the orders that wait, those whose run died among them, and let exports expire."""
    checked = due = acted = 0
    for key in world.records.due(DocumentOrder, world.clock.now()):
        if remaining() < LEAVE_AT:
            return Summary(checked, due, acted, left=True)
        due += 1
        order = world.records.get(DocumentOrder, key.org, key.id)
        if order is None or order.state.next_at > world.clock.now():
            continue
        checked += 1
        if order.state.status is OrderStatus.READY:
            acted += _expire(world, order)
        else:
            acted += make(world, recipes, key)
    return Summary(checked, due, acted)


def _expire(world: World, order: Record[DocumentOrder]) -> bool:
    history = world.records.history(DocumentOrder, order.key.org, order.key.id)
    if history is None or history.record.version != order.version:
        return False
    fact = order.state.expire(at=world.clock.now())
    try:
        world.records.save(proceed(order, [fact], world.salt, history.events))
    except StaleRecordError:
        return False
    return True


def _save(
    world: World,
    order: Record[DocumentOrder],
    fact: Fact,
    companions: Callable[[World, Record[DocumentOrder]], Sequence[Change[State]]] | None = None,
) -> Record[DocumentOrder]:
    """Save what happened to an order, with what else changes where that was the end of it."""
    change = proceed(order, [fact], world.salt)
    ended = change.record.state.status in (OrderStatus.READY, OrderStatus.FAILED)
    world.records.save(change, *(companions(world, change.record) if companions and ended else ()))
    return change.record
