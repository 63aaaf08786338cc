"""By which the clock of a tip runs (requirement P16: a guideline with its timeframe)."""

from msgspec import Struct


class TipRules(Struct, frozen=True, kw_only=True):
    """An organisation's own times; a tip keeps those of the day on which it came. Days are calendar days."""

    acknowledge_days: int = 7
    """From the day it came to the day by which an officer has taken it up."""
    answer_days: int = 90
    """From the day it came to the day by which the reporter is told what came of it."""
