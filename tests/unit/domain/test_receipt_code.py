"""Receipt codes: how they come about, what may be typed, what follows from them."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from chalicelib.domain import receipt_code
from chalicelib.domain.codes import MalformedCodeError
from chalicelib.domain.receipt_code import ReceiptCode, TrackingCodeTypedError, WeakSourceError, hkdf

KEY = bytes(range(32))
TOKEN = "0123456789abcdef" * 2
ORG = "bangkhae"
tokens = st.text("0123456789abcdef", min_size=32, max_size=32)
digits25 = st.text("0123456789", min_size=25, max_size=25)

# RFC 5869, appendix A.1 to A.3: secret, salt, info, length, made.
RFC_5869 = [
    ("0b" * 22, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42,
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
    (bytes(range(0x50)).hex(), bytes(range(0x60, 0xB0)).hex(), bytes(range(0xB0, 0x100)).hex(), 82,
     ("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
      "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")),
    ("0b" * 22, "", "", 42,
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "salt", "info", "length", "made"), RFC_5869)
def test_hkdf_is_that_of_the_rfc(secret: str, salt: str, info: str, length: int, made: str) -> None:
    got = hkdf(bytes.fromhex(secret), bytes.fromhex(salt), bytes.fromhex(info), length)
    assert got.hex() == made


def test_a_form_gives_the_same_code_however_often_it_is_sent() -> None:
    assert ReceiptCode.derive(KEY, ORG, TOKEN) == ReceiptCode.derive(KEY, ORG, TOKEN)


@given(tokens, tokens)
def test_another_form_organisation_or_key_gives_another_code(token: str, other: str) -> None:
    code = ReceiptCode.derive(KEY, ORG, token)
    assert (code == ReceiptCode.derive(KEY, ORG, other)) == (token == other)
    assert code != ReceiptCode.derive(KEY, "demo", token)
    assert code != ReceiptCode.derive(KEY[::-1], ORG, token)


@given(tokens)
def test_a_code_is_written_in_five_groups_of_five(token: str) -> None:
    assert re.fullmatch(r"\d{5}(-\d{5}){4}", ReceiptCode.derive(KEY, ORG, token).reveal())


def test_every_digit_is_free() -> None:
    """Each digit is as likely at each place, the last one too: none is a check digit."""
    codes = [ReceiptCode.derive(KEY, ORG, f"{n:032x}").reveal().replace("-", "") for n in range(2000)]
    for place in range(25):
        seen = Counter(code[place] for code in codes)
        assert set(seen) == set("0123456789")
        assert max(seen.values()) < 2000 / 10 * 1.5
    assert 0.05 < sum(damm.is_valid(code) for code in codes) / 2000 < 0.2


def test_numbers_that_would_make_some_codes_likelier_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [b"\xff" * 16, (receipt_code._FAIR).to_bytes(16, "big"), (10**25 + 7).to_bytes(16, "big")]
    monkeypatch.setattr(receipt_code, "hkdf", lambda *_: blocks.pop(0))
    assert ReceiptCode.derive(KEY, ORG, TOKEN).reveal() == "00000-00000-00000-00000-00007"
    assert not blocks


@pytest.mark.parametrize(("key", "token"), [(KEY[:31], TOKEN), (KEY, TOKEN[:31]), (b"", ""), (KEY, "")])
def test_a_key_or_token_that_could_be_guessed_makes_no_code(key: bytes, token: str) -> None:
    with pytest.raises(WeakSourceError):
        ReceiptCode.derive(key, ORG, token)


@given(digits25, st.sampled_from(["", "-", " ", "\u2013", "\u200b", " - "]))
def test_a_code_is_taken_with_and_without_hyphens_and_in_thai_digits(digits: str, between: str) -> None:
    typed = between.join(digits[start : start + 5] for start in range(0, 25, 5))
    thai = typed.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert ReceiptCode.parse(typed) == ReceiptCode.parse(thai) == ReceiptCode(digits)
    assert ReceiptCode.parse(ReceiptCode(digits).reveal()) == ReceiptCode(digits)


@pytest.mark.parametrize(
    "typed", ["", "-", "1" * 24, "1" * 26, "x" * 25, "1" * 24 + "x", "²" * 25, "\ud800" * 25]
)
def test_what_is_not_25_digits_is_no_code(typed: str) -> None:
    with pytest.raises(MalformedCodeError) as raised:
        ReceiptCode.parse(typed)
    assert not raised.value.args


def test_a_tracking_code_is_known_as_such_and_not_repeated() -> None:
    with pytest.raises(TrackingCodeTypedError) as raised:
        ReceiptCode.parse("12345-12345-12345-12345")
    assert not raised.value.args


@given(digits25, digits25)
def test_a_tip_is_found_by_an_id_that_depends_on_code_key_and_organisation(digits: str, other: str) -> None:
    code = ReceiptCode(digits)
    id = code.lookup_id(KEY, ORG)
    assert re.fullmatch("[0-9a-f]{40}", id)
    assert (id == ReceiptCode(other).lookup_id(KEY, ORG)) == (digits == other)
    assert len({id, code.lookup_id(KEY, "demo"), code.lookup_id(KEY[::-1], ORG)}) == 3


@given(digits25, digits25)
def test_the_reporters_key_depends_on_code_and_organisation_alone(digits: str, other: str) -> None:
    secret = ReceiptCode(digits).secret(ORG)
    assert (secret == ReceiptCode(other).secret(ORG)) == (digits == other)
    assert secret != ReceiptCode(digits).secret("demo")


def test_the_reporters_key_stays_what_it_is() -> None:
    """A change of how it is derived would shut every reporter out of her own tip."""
    code = ReceiptCode("1234512345123451234512345")
    assert code.secret("demo").reveal() == (
        "AGE-SECRET-KEY-13CKSNJC3654GN0UPVUWTQ3NJHHLGHHSA659VK03R82U7HE0A8WESNUU0TX"
    )
    assert code.lookup_id(KEY, "demo") == "746545d2a19e0e7644eba0a03ea279a5c8e36783"


@given(digits25)
def test_neither_id_nor_key_holds_the_code(digits: str) -> None:
    code = ReceiptCode(digits)
    assert digits not in code.lookup_id(KEY, ORG) + code.secret(ORG).reveal()


def test_a_code_hides_itself_wherever_it_becomes_text() -> None:
    code = ReceiptCode.derive(KEY, ORG, TOKEN)
    for text in (str(code), repr(code), f"{code}", f"{[code]}"):
        assert not re.search(r"\d", text)


def test_codes_are_equal_by_their_digits() -> None:
    assert ReceiptCode("1" * 25) != "1" * 25
    assert len({ReceiptCode("1" * 25), ReceiptCode("1" * 25)}) == 1
