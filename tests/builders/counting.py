"""What a complaint counts as by its raw events, told without the code that folds them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.figures import Part
from chalicelib.domain.record import Event

DECISIONS = {"resolved", "rejected", "referred"}


def counted(events: Sequence[Event], today: date) -> tuple[set[Part], int | None]:
    """What a life counts as on a day, and how long it took, by its events alone."""
    contact = {"name", "phone", "email"} & events[0].commitments.keys()
    late = waits = answered = explained = reopened = False
    decided: date | None = None
    data: Any = events[0].data
    due = date.fromisoformat(data["due"]["due_on"])
    for event in events[1:]:
        day = bangkok_day(event.at)
        late = late or (decided is None and day > due)
        data = event.data
        if event.kind == "explained" or event.kind in DECISIONS:
            answered, waits = True, bool(contact) and "email" not in contact
        if event.kind == "explained":
            explained, due = True, date.fromisoformat(data["due_on"])
        elif event.kind in DECISIONS:
            decided = day
        elif event.kind == "reopened":
            reopened, decided, due = True, None, date.fromisoformat(data["due"]["due_on"])
        elif event.kind == "due_day_recomputed":
            due = date.fromisoformat(data["due"]["due_on"])
        elif event.kind == "contacted":
            waits = False
    late = late or (decided is None and today > due)
    holds = {
        Part.ON_TIME: not late,
        Part.TOLD: not waits and (answered or not late),
        Part.EXPLAINED: explained,
        Part.REOPENED: reopened,
        Part.DECIDED: decided is not None,
    }
    filed: Any = events[0].data
    came = date.fromisoformat(filed["received_on"]) if "received_on" in filed else bangkok_day(events[0].at)
    days = (decided - came).days if decided else None
    return {part for part, so in holds.items() if so}, days
