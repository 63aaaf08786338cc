"""Watch, and cut, the calls to AWS that the shared client makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.adapters.tables import connection


class KilledError(BaseException):
    """The function died here. Not an Exception, so that no handler of ours outlives it."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The names of the operations called within."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    events = connection().client.meta.events
    events.register("before-call.dynamodb", note)
    try:
        yield names
    finally:
        events.unregister("before-call.dynamodb", note)


@contextmanager
def killed_at(call: int, *, after: bool) -> Iterator[None]:
    """Die at the call of that number (from 1): before it reaches AWS, or once AWS has done it."""
    seen = 0

    def die(**_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == call:
            raise KilledError

    name = "after-call.dynamodb" if after else "before-call.dynamodb"
    events = connection().client.meta.events
    events.register_first(name, die)
    try:
        yield
    except KilledError:
        pass
    finally:
        events.unregister(name, die)
