"""A small drawing of where something lies among the villages: points and a scale, north above, no map."""

import math
from collections.abc import Mapping

from msgspec import Struct

from chalicelib.domain.position import Position

SIZE = 320
"""Of the square that is drawn in, in units of the drawing."""

_MARGIN = 30
_FARTHEST_M = 30_000
"""Villages farther away than this are left out: they would make a dot of all the others."""

_LEAST_SPAN_M = 400
_LONGEST_BAR = 110

DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


class Place(Struct, frozen=True):
    """A village in the drawing, numbered from 1: where it is drawn, how far from it the point lies, and to
    which side of it (one of DIRECTIONS)."""

    number: int
    name: str
    x: float
    y: float
    metres: int
    direction: str


class Sketch(Struct, frozen=True):
    """The drawing: the point, the villages, the nearest first, and a bar of so many metres and units."""

    x: float
    y: float
    places: tuple[Place, ...]
    bar_metres: int
    bar_length: float


def sketch(position: Position, villages: Mapping[str, Position]) -> Sketch | None:
    """Draw a position among the villages whose own is known; None where none of them is near."""
    offsets = {name: position.metres_to(village) for name, village in villages.items()}
    near = sorted((math.hypot(*offset), name) for name, offset in offsets.items())
    near = [(metres, name) for metres, name in near if metres <= _FARTHEST_M]
    if not near:
        return None
    shown = [(0.0, 0.0), *(offsets[name] for _, name in near)]
    west, east = min(e for e, _ in shown), max(e for e, _ in shown)
    south, north = min(n for _, n in shown), max(n for _, n in shown)
    span = max(east - west, north - south, _LEAST_SPAN_M)
    scale = (SIZE - 2 * _MARGIN) / span

    def drawn(east_m: float, north_m: float) -> tuple[float, float]:
        x = SIZE / 2 + (east_m - (west + east) / 2) * scale
        y = SIZE / 2 - (north_m - (south + north) / 2) * scale
        return round(x, 1), round(y, 1)

    places = tuple(
        Place(number, name, *drawn(*offsets[name]), round(metres), _direction(*offsets[name]))
        for number, (metres, name) in enumerate(near, start=1)
    )
    bar = _round_metres(_LONGEST_BAR / scale)
    return Sketch(*drawn(0.0, 0.0), places, bar, round(bar * scale, 1))


def _direction(east: float, north: float) -> str:
    """From a village, to which side the point lies that sees it at this offset."""
    turned = math.degrees(math.atan2(-east, -north)) % 360
    return DIRECTIONS[round(turned / 45) % 8]


def _round_metres(most: float) -> int:
    """The largest of 1, 2, 5, 10, … metres that is no longer than this."""
    power = 10 ** math.floor(math.log10(most))
    return int(next(step * power for step in (5, 2, 1) if step * power <= most))
