"""A position is drawn among its villages: inside the square, north above, with a scale that is true."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.position import Position
from chalicelib.domain.position_sketch import DIRECTIONS, SIZE, sketch

HERE = Position(14.1, 100.5)
NEAR = st.builds(Position, st.floats(14.0, 14.2), st.floats(100.4, 100.6))


def test_where_no_village_is_known_or_near_nothing_is_drawn() -> None:
    assert sketch(HERE, {}) is None
    assert sketch(HERE, {"ไกลมาก": Position(18.7, 98.9)}) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "direction"),
    [
        (14.09, 100.5, "N"),
        (14.09, 100.49, "NE"),
        (14.1, 100.49, "E"),
        (14.11, 100.5, "S"),
        (14.1, 100.51, "W"),
    ],
)
def test_the_side_is_that_on_which_it_lies_of_the_village(
    latitude: float, longitude: float, direction: str
) -> None:
    drawn = sketch(HERE, {"หมู่ 1": Position(latitude, longitude)})
    assert drawn
    assert drawn.places[0].direction == direction
    if "N" in direction:
        assert drawn.y < drawn.places[0].y
    if "E" in direction:
        assert drawn.x > drawn.places[0].x


@given(NEAR, st.lists(NEAR, min_size=1, max_size=20))
def test_all_is_inside_the_nearest_first_and_the_scale_is_true(
    here: Position, villages: list[Position]
) -> None:
    drawn = sketch(here, {f"หมู่ {n}": village for n, village in enumerate(villages)})
    assert drawn
    for point in (drawn, *drawn.places):
        assert 0 <= point.x <= SIZE
        assert 0 <= point.y <= SIZE
    metres = [place.metres for place in drawn.places]
    assert metres == sorted(metres)
    assert 20 <= drawn.bar_length <= 111
    for place in drawn.places:
        length = math.hypot(place.x - drawn.x, place.y - drawn.y)
        assert length / drawn.bar_length * drawn.bar_metres == pytest.approx(
            place.metres, abs=drawn.bar_metres / drawn.bar_length + 1
        )
        assert place.direction in DIRECTIONS
