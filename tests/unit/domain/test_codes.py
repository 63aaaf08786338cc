import re
import traceback
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from chalicelib.domain import codes
from chalicelib.domain.codes import (
    CheckDigitError,
    MalformedCodeError,
    ReceiptCodeTypedError,
    TrackingCode,
    lookup_hash,
)

KEY = b"k" * 32
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

tokens = st.text(min_size=1, max_size=40)
bodies = st.binary(max_size=200)
tracking_codes = st.builds(TrackingCode.derive, st.just(KEY), st.just("demo"), tokens, bodies)
payloads = st.text("0123456789", min_size=19, max_size=19)
parts = st.tuples(
    st.binary(min_size=1, max_size=4), st.sampled_from(["demo", "demos"]), st.text("ab", max_size=3), bodies
)


def code(payload: str = "1234567890123456789") -> TrackingCode:
    return TrackingCode(payload + damm.calc_check_digit(payload))


@given(tracking_codes)
def test_a_code_is_four_groups_of_five_digits(made: TrackingCode) -> None:
    assert re.fullmatch(r"[0-9]{20}", made.reveal())
    assert re.fullmatch(r"[0-9]{5}(-[0-9]{5}){3}", made.hyphenated())
    assert made.hyphenated().replace("-", "") == made.reveal()


@given(tracking_codes, st.sampled_from(["", "-", " ", "\u2013", "\u00a0", "\u2011", " - "]), st.booleans())
def test_a_code_is_taken_however_it_is_typed(made: TrackingCode, separator: str, thai: bool) -> None:
    typed = f" {made.hyphenated().replace('-', separator)}\n"
    assert TrackingCode.parse(typed.translate(THAI) if thai else typed) == made


@given(parts, parts)
def test_a_retry_gives_the_same_code_and_anything_else_another(
    one: tuple[bytes, str, str, bytes], other: tuple[bytes, str, str, bytes]
) -> None:
    assert (TrackingCode.derive(*one) == TrackingCode.derive(*other)) == (one == other)


def test_what_moves_from_one_part_to_the_next_gives_another_code() -> None:
    assert TrackingCode.derive(KEY, "demo", "ab", b"c") != TrackingCode.derive(KEY, "demo", "a", b"bc")
    assert TrackingCode.derive(KEY, "demo", "ab", b"c") != TrackingCode.derive(KEY, "demoa", "b", b"c")


def test_a_code_derived_today_is_derived_for_ever() -> None:
    assert TrackingCode.derive(KEY, "demo", "token", "ถนน".encode()).hyphenated() == "84024-54076-91900-79725"


def test_numbers_that_would_favour_small_digits_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    too_large, last = (10**19).to_bytes(8, "big"), (10**19 - 1).to_bytes(8, "big")
    blocks = iter([too_large * 4, too_large * 3 + last])
    monkeypatch.setattr(codes, "_mac", lambda *_: next(blocks))
    assert TrackingCode.derive(KEY, "demo", "token", b"").reveal()[:19] == "9" * 19


def test_each_digit_is_as_frequent_as_any_other() -> None:
    made = [TrackingCode.derive(KEY, "demo", str(n), b"").reveal() for n in range(4000)]
    for place in range(20):
        counts = Counter(digits[place] for digits in made)
        chi_squared = sum((counts[digit] - 400) ** 2 / 400 for digit in "0123456789")
        assert chi_squared < 40, (place, counts)  # nine degrees of freedom: 1 in 100,000


@given(payloads, st.data())
def test_a_wrong_digit_is_found(payload: str, data: st.DataObject) -> None:
    digits = code(payload).reveal()
    place = data.draw(st.integers(0, 19))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    with pytest.raises(CheckDigitError):
        TrackingCode.parse(digits[:place] + wrong + digits[place + 1 :])


@given(payloads, st.integers(0, 18))
def test_two_neighbours_swapped_are_found(payload: str, place: int) -> None:
    digits = code(payload).reveal()
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(CheckDigitError):
            TrackingCode.parse(swapped)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "abc",
        "1234",
        "1" * 19,
        "1" * 21,
        "1" * 24,
        "12345-67890-12345-6789o",
        "²" * 20,
        "١" * 20,
        "0" * 1_000_000,
    ],
)
def test_what_has_not_the_shape_of_a_code_is_refused(typed: str) -> None:
    with pytest.raises(MalformedCodeError):
        TrackingCode.parse(typed)


@pytest.mark.parametrize(
    "typed", ["1" * 25, "11111-22222-33333-44444-55555", "๑๑๑๑๑ ๒๒๒๒๒ ๓๓๓๓๓ ๔๔๔๔๔ ๕๕๕๕๕"]
)
def test_a_receipt_code_is_told_to_be_one(typed: str) -> None:
    with pytest.raises(ReceiptCodeTypedError):
        TrackingCode.parse(typed)


@pytest.mark.parametrize(
    "typed", ["12345-67890-12345-67899", "12345-67890-12345", "12345-67890-12345-67890-12345"]
)
def test_an_error_tells_nothing_of_what_was_typed(typed: str) -> None:
    with pytest.raises((MalformedCodeError, CheckDigitError, ReceiptCodeTypedError)) as refused:
        TrackingCode.parse(typed)
    told = "".join(traceback.format_exception_only(refused.value)) + repr(vars(refused.value))
    assert not re.search(r"[0-9]", told)


@given(tracking_codes)
def test_a_code_hides_itself_wherever_it_becomes_text(made: TrackingCode) -> None:
    shown = f"{made} {made!r} {made!s} {[made]} {made:}" + "%s" % (made,)  # noqa: UP031
    assert not re.search(r"[0-9]", shown)
    assert not hasattr(made, "__dict__")


def test_a_code_is_no_text() -> None:
    assert code() != code().reveal()
    assert not isinstance(code(), str)
    assert len({code(), code()}) == 1


@given(tracking_codes, tracking_codes)
def test_records_are_found_by_a_hash_that_depends_on_all_its_parts(
    one: TrackingCode, other: TrackingCode
) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", lookup_hash(KEY, "demo", one))
    assert (lookup_hash(KEY, "demo", one) == lookup_hash(KEY, "demo", other)) == (one == other)
    assert lookup_hash(KEY, "demo", one) != lookup_hash(KEY, "bangkhae", one)
    assert lookup_hash(KEY, "demo", one) != lookup_hash(b"x" * 32, "demo", one)
    assert one.reveal() not in lookup_hash(KEY, "demo", one)
