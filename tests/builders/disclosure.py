"""Disclosure items to test with, by the template's rules."""

from datetime import datetime

from chalicelib.domain.disclosure import Definition, DisclosureItem
from chalicelib.domain.organisation import DisclosureRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.periods import Cadence, Due
from chalicelib.domain.record import Key, Record, begin

RULES = DisclosureRules(
    grace_days={"monthly": 15, "half_yearly": 30, "yearly": 60},
    due_soon_days=7,
    stages=(
        Stage("due_soon", -7, (Role.DISCLOSURE_EDITOR,)),
        Stage("stale", 1, (Role.DISCLOSURE_EDITOR, Role.UNIT_HEAD)),
        Stage("stale", 15, (Role.CHIEF_ADMINISTRATOR, Role.EXECUTIVE)),
    ),
)

MONTHLY = Definition(unit="palad", cadence=Cadence.MONTHLY, due=Due.END, rules=RULES)
YEARLY_PLAN = Definition(unit="palad", cadence=Cadence.YEARLY, due=Due.START, rules=RULES)


def no_salt() -> bytes:
    return bytes(16)


def item(definition: Definition, at: datetime) -> Record[DisclosureItem]:
    """An item that the plan lists from an instant on, with nothing published."""
    fact = DisclosureItem.define(definition, at=at)
    return begin(DisclosureItem, Key("test", DisclosureItem.kind, "1.7"), [fact], no_salt).record
