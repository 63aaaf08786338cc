import csv
import io
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.text import (
    UnusableTextError,
    clean,
    is_email_address,
    searchable,
    showable,
    spreadsheet_safe,
    to_arabic_digits,
)

NIKHAHIT, SARA_AA, SARA_AM, MAI_THO = "\u0e4d", "\u0e32", "\u0e33", "\u0e49"

usable = st.text(
    st.characters(
        exclude_categories=["Cc", "Cs"],
        exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        + "".join(map(chr, range(0xFDD0, 0xFDF0)))
        + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)),
    )
)
thai_marks = st.text("นำา\u0e4d\u0e48\u0e49\u0e4a\u0e38\u0e39\u0e3a\u0316\u0301 e")


def fault_of(text: str, *, multiline: bool = True) -> str:
    with pytest.raises(UnusableTextError) as refused:
        clean(text, multiline=multiline)
    return refused.value.fault


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("น" + MAI_THO + NIKHAHIT + SARA_AA, "น" + MAI_THO + SARA_AM),
        ("น" + NIKHAHIT + MAI_THO + SARA_AA, "น" + MAI_THO + SARA_AM),
        ("ท" + NIKHAHIT + SARA_AA, "ท" + SARA_AM),
        ("ท" + SARA_AM, "ท" + SARA_AM),
        ("cafe\u0301", "caf\u00e9"),
        ("น\u0e49\u0e38", "น\u0e38\u0e49"),
    ],
)
def test_text_is_kept_composed_and_in_canonical_order(typed: str, kept: str) -> None:
    assert clean(typed, multiline=False) == kept


@pytest.mark.parametrize(
    "mark", ["\u0e48", "\u0301", "\u0315\u0300", "\u0f71\u0f72", "\u0f73", "\u0f75", "\u0f81", "\u0344"]
)
def test_marks_heaped_on_a_letter_are_refused_before_they_cost_time(mark: str) -> None:
    began = time.process_time()
    assert fault_of("น" + mark * 50_000) == "marks"
    assert time.process_time() - began < 0.5
    few = mark * 15
    assert clean("น" + few + "น" + few, multiline=False)


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b",
        "\u200d\u200c",
        "\u3164 \u3164",
        "\u2800",
        "\u00ad",
        "\u200e\u200f",
        "\ufe0f",
        "\u034f",
        "\U000e0061",
    ],
)
def test_text_of_which_nothing_can_be_seen_is_empty(unseen: str) -> None:
    assert clean(unseen * 3, multiline=True) == ""
    assert clean(f"{unseen}ก{unseen}ข", multiline=True) != ""


def test_a_lone_nikhahit_of_pali_stays() -> None:
    assert clean("อรหํ", multiline=False) == "อรหํ"


def test_a_family_emoji_and_markup_stay_as_typed() -> None:
    typed = "👨‍👩‍👧 <script>alert(1)</script> {{ 7*7 }} 🏴󠁧󠁢󠁥󠁮󠁧󠁿"
    assert clean(typed, multiline=False) == typed


def test_a_zero_width_space_stays_between_words_and_goes_at_the_ends() -> None:
    assert clean("\u200bถนน\u200bชำรุด\u200b", multiline=False) == "ถนน\u200bชำรุด"


@pytest.mark.parametrize("blank", ["", "   ", "\u200b \ufeff\u00a0", "\u3000"])
def test_text_with_nothing_to_see_becomes_empty(blank: str) -> None:
    assert clean(blank, multiline=False) == ""


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_line_breaks_become_one_kind_in_lines_and_are_refused_in_a_line(line_break: str) -> None:
    assert clean(f"a{line_break}b\tc", multiline=True) == "a\nb\tc"
    assert fault_of(f"a{line_break}b", multiline=False) == "line_break"


@pytest.mark.parametrize(
    "char", ["\u0000", "\u0007", "\u000b", "\u000c", "\u001b", "\u001c", "\u007f", "\u0085", "\u009f"]
)
def test_control_characters_are_refused(char: str) -> None:
    assert fault_of(f"ก{char}ข") == "control"


def test_a_tab_is_refused_in_a_line() -> None:
    assert fault_of("a\tb", multiline=False) == "line_break"


@pytest.mark.parametrize("char", ["\u202a", "\u202d", "\u202e", "\u202c", "\u2066", "\u2068", "\u2069"])
def test_bidirectional_controls_are_refused(char: str) -> None:
    assert fault_of(f"ก{char}ข") == "bidi"


@pytest.mark.parametrize("char", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_noncharacters_are_refused(char: str) -> None:
    assert fault_of(f"ก{char}ข") == "noncharacter"


@pytest.mark.parametrize("char", ["\ud800", "\udbff", "\udc00", "\udfff"])
def test_lone_surrogates_are_refused(char: str) -> None:
    assert fault_of(f"ก{char}ข") == "surrogate"


def test_a_refusal_says_where() -> None:
    with pytest.raises(UnusableTextError) as refused:
        clean("ถนน\u0000", multiline=True)
    assert refused.value.position == 3


@given(usable | thai_marks, st.booleans())
@example(NIKHAHIT + "\u0316" + MAI_THO + SARA_AA, True)
@example("\u0316" + NIKHAHIT + "\u0e38" + SARA_AA, True)
@example("\u0316" + NIKHAHIT + MAI_THO + SARA_AA + NIKHAHIT + SARA_AA, True)
def test_cleaning_is_stable_and_leaves_composed_text(text: str, multiline: bool) -> None:
    kept = clean(text, multiline=multiline)
    assert clean(kept, multiline=multiline) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert NIKHAHIT + SARA_AA not in kept
    kept.encode()


@given(st.text(st.characters()), st.booleans())
def test_text_is_kept_or_refused_and_nothing_else(text: str, multiline: bool) -> None:
    try:
        kept = clean(text, multiline=multiline)
    except UnusableTextError as refused:
        assert 0 <= refused.position < len(text)
    else:
        allowed = "\n\t" if multiline else ""
        assert not [
            c for c in kept if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in allowed
        ]
        assert multiline or len(kept.splitlines()) <= 1


def test_thai_digits_become_arabic_and_the_rest_stays() -> None:
    assert to_arabic_digits("หมู่ ๑๐, 2๕๖๙") == "หมู่ 10, 2569"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+66", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "\u200b=1", "＝1"]
)
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert spreadsheet_safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "ถนนชำรุด", "1 - 2", "a=b", "'=1"])
def test_plain_words_reach_the_spreadsheet_unchanged(cell: str) -> None:
    assert spreadsheet_safe(cell) == cell


@given(st.text())
def test_a_safe_cell_is_never_a_formula_and_is_made_once(text: str) -> None:
    safe = spreadsheet_safe(text)
    assert safe[:1] not in tuple("=+-@\t\r\n")
    assert spreadsheet_safe(safe) == safe
    assert safe.endswith(text)


@given(st.text("=+-@,;\"'\n ab", max_size=20))
def test_a_safe_cell_survives_a_csv_file(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["1", spreadsheet_safe(text)])
    file.seek(0)
    assert next(csv.reader(file)) == ["1", spreadsheet_safe(text)]


@pytest.mark.parametrize("typed", ["a@b.th", "somchai.j+งาน@bangkhae.go.th", "x@" + "b" * 249 + ".th"])
def test_an_address_that_mail_could_go_to(typed: str) -> None:
    assert is_email_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "a@b",
        "a@.th",
        "@b.th",
        "a b@c.th",
        "a@b.th\nBcc: c@d.th",
        "a@b.th,c@d.th",
        "<a@b.th>",
        '"a"@b.th',
        "a@b@c.th",
        "a" * 65 + "@b.th",
        "x@" + "b" * 250 + ".th",
    ],
)
def test_an_address_that_mail_could_not_go_to(typed: str) -> None:
    assert not is_email_address(typed)


@given(st.text())
def test_what_is_shown_once_more_is_what_was_typed_with_signs_for_what_can_not_be_kept(text: str) -> None:
    shown = showable(text)
    clean(shown, multiline=True)
    assert len(shown) == len(text)
    assert all(a in (b, "\ufffd") for a, b in zip(shown, text, strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("น้ำ", "นํ้า"),
        ("กิ่", "ก่ิ"),
        ("แม่", "เเม่"),
        ("หมู่ ๓", "หมู่ 3"),
        ("Soi  A", "soi a"),
        ("ไฟ\u200bดับ", "ไฟดับ"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_spellings_that_look_alike_are_found_by_one_another(one: str, other: str) -> None:
    assert searchable(one) == searchable(other)


@given(thai_marks)
def test_what_was_made_searchable_stays_as_it_is(text: str) -> None:
    assert searchable(searchable(text)) == searchable(text)
