"""Positions are read however they are typed or pasted, and nothing else is taken for one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.position import EAST, LONGEST, NORTH, SOUTH, WEST, Position, UnreadablePositionError

LATITUDES = st.floats(SOUTH, NORTH).map(lambda number: round(number, 5))
LONGITUDES = st.floats(WEST, EAST).map(lambda number: round(number, 5))


def fault_of(typed: str) -> str:
    with pytest.raises(UnreadablePositionError) as refused:
        Position.parse(typed)
    return refused.value.fault


@pytest.mark.parametrize(
    "typed",
    [
        "14.1234, 100.5678",
        "  14.1234 100.5678 ",
        "14.1234,100.5678",
        "(14.1234, 100.5678)",
        "๑๔.๑๒๓๔, ๑๐๐.๕๖๗๘",
        "14.1234° N, 100.5678° E",
        "N14.1234 E100.5678",
        "14°07'24.24\"N 100°34'04.08\"E",
        "14º07′24.24″N, 100º34′04.08″E",
        "14° 7.404' N 100° 34.068' E",
        "14 องศา 7 ลิปดา 24.24 ฟิลิปดา เหนือ 100 องศา 34 ลิปดา 4.08 ฟิลิปดา ตะวันออก",
        "https://www.google.com/maps/@14.1234,100.5678,15z",
        "https://www.google.com/maps/place/%E0%B8%A7/@14.2,100.6,17z/data=!4m6!8m2!3d14.1234!4d100.5678!16s",
        "https://maps.google.com/?q=14.1234,100.5678",
        "https://www.google.com/maps/search/?api=1&query=14.1234%2C100.5678",
        "https://www.google.com/maps/search/14.1234,+100.5678",
        "https://maps.apple.com/?ll=14.1234,100.5678&z=16",
        "https://www.openstreetmap.org/?mlat=14.1234&mlon=100.5678#map=15/14.2/100.6",
        "https://www.openstreetmap.org/#map=15/14.1234/100.5678",
        "geo:14.1234,100.5678?z=15",
    ],
)
def test_a_position_is_read_as_people_and_maps_write_it(typed: str) -> None:
    assert str(Position.parse(typed)) == "14.12340, 100.56780"


@pytest.mark.parametrize(
    "typed",
    [
        *[
            "",
            "หน้าวัด",
            "14.1234",
            "14,100",
            "14,1234 100,5678",
            "1e1, 1e2",
            "-14.1, 100.5",
            "14.1, 100.5, 3.0",
        ],
        *["14°61'N 100°10'E", "14.5°10'N 100.5°10'E", "14.1N 100.5N", "14.1W 100.5S", "14.1,100.5\x00"],
        *["NaN, NaN", "14.1, 100.5; DROP TABLE", "<b>14.1</b>, 100.5", "ลูกบาศก์ 14.1 100.5"],
        "1" * (LONGEST + 1),
    ],
)
def test_what_is_no_position_is_malformed(typed: str) -> None:
    assert fault_of(typed) == "malformed"


@pytest.mark.parametrize(
    "typed",
    [
        "https://maps.app.goo.gl/AbCdEf123",
        "https://goo.gl/maps/x",
        "maps.app.goo.gl/x",
        "https://example.org/",
    ],
)
def test_a_link_that_holds_no_numbers_is_told_apart_and_never_followed(typed: str) -> None:
    assert fault_of(typed) == "short_link"


@pytest.mark.parametrize(
    "typed", ["48.8566, 2.3522", "0.0, 0.0", "14.1, 14.1", "100.5, 100.5", "21.5, 100.5"]
)
def test_what_lies_outside_thailand_is_refused(typed: str) -> None:
    assert fault_of(typed) == "outside"


@given(LATITUDES, LONGITUDES)
def test_what_is_kept_reads_as_the_same_and_either_number_may_come_first(north: float, east: float) -> None:
    position = Position.parse(f"{north:.5f}, {east:.5f}")
    assert Position.parse(str(position)) == position
    assert Position.parse(position.link()) == position
    assert Position.parse(f"{east:.5f} {north:.5f}") == position


@given(st.text(max_size=200) | st.text("0123456789.,°'\"NE -+@!dq=?/", max_size=300))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        position = Position.parse(typed)
    except UnreadablePositionError:
        return
    assert SOUTH <= position.latitude <= NORTH
    assert WEST <= position.longitude <= EAST


@given(LATITUDES.filter(lambda n: n < NORTH - 0.1), LONGITUDES.filter(lambda n: n < EAST - 0.1))
def test_distances_within_a_district_are_those_on_a_globe(latitude: float, longitude: float) -> None:
    here, there = Position(latitude, longitude), Position(latitude + 0.06, longitude + 0.08)
    north, south = math.radians(there.latitude), math.radians(here.latitude)
    turned = math.radians(0.08)
    haversine = (
        math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(turned / 2) ** 2
    )
    east_m, north_m = here.metres_to(there)
    assert math.hypot(east_m, north_m) == pytest.approx(
        2 * 6_371_000 * math.asin(math.sqrt(haversine)), rel=1e-3
    )
