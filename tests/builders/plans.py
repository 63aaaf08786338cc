"""The real plan, and plans made from it."""

from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from chalicelib.domain.plan import Plan
from tools.plan_file import load

FILE = Path(__file__).parents[2] / "data" / "bangkhae-2566-2570.yaml"


@cache
def real_plan() -> Plan:
    """The plan of Bang Khae."""
    return load(FILE).plan


def plan(**other: Any) -> Plan:
    """The real plan, but for these fields."""
    return replace(real_plan(), **other)
