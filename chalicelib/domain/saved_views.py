"""Lists that an officer keeps under a name: what each is called and narrowed to.

The words that were looked for are no part of a view: they may be a complainant's name, and would outlive the
erasure of contact data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.record import Event

VIEW_EVENTS = frozenset({"view_saved", "view_renamed", "view_dropped"})
"""Events of a person by which the own views change, and nothing that concerns others."""

MOST_VIEWS = 20
LONGEST_NAME = 60


class SavedView(Struct, frozen=True):
    """A view. `id` is unique among the officer's."""

    id: str
    name: str
    filter: Mapping[str, str]


def check_name(views: Sequence[SavedView], name: str, id: str = "") -> None:
    """Raise InvalidFieldError where a view, a new one or the one of this id, can't be called so."""
    if not name:
        raise InvalidFieldError(view="required")
    if len(name) > LONGEST_NAME:
        raise InvalidFieldError(view="too_long")
    if any(view.name == name and view.id != id for view in views):
        raise InvalidFieldError(view="taken")


def check_number(views: Sequence[SavedView]) -> None:
    """Raise InvalidFieldError where there are as many as one may keep."""
    if len(views) >= MOST_VIEWS:
        raise InvalidFieldError(view="too_many")


def after(views: tuple[SavedView, ...], event: Event) -> tuple[SavedView, ...]:
    """The views once one of `VIEW_EVENTS` happened too."""
    data: Any = event.data
    match event.kind:
        case "view_saved":
            return (*views, SavedView(data["id"], event.text("view"), data["filter"]))
        case "view_renamed":
            name = event.text("view")
            return tuple(replace(view, name=name) if view.id == data["id"] else view for view in views)
        case _:
            return tuple(view for view in views if view.id != data["id"])
