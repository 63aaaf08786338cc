"""What is sealed, and what its size tells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tip_content import (
    SIZE_CLASSES,
    Content,
    Identity,
    Message,
    TooLargeError,
    pack,
    unpack,
)
from chalicelib.domain.tip_report import MOST, MOST_INVOLVED

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


@given(texts, st.lists(texts, max_size=5), st.booleans())
def test_what_was_packed_is_unpacked_the_same(detail: str, involved: list[str], named: bool) -> None:
    content = Content(detail=detail, involved=tuple(involved), has_identity=named)
    packed = pack(content)
    assert len(packed) in SIZE_CLASSES
    assert unpack(Content, packed) == content
    assert json.loads(packed)["detail"] == detail


def test_any_reader_of_json_reads_it() -> None:
    assert json.loads(pack(Message("ขอบคุณ")).decode()) == {"text": "ขอบคุณ"}


@given(st.integers(1, 3_000), st.integers(1, 3_000))
def test_two_short_texts_have_the_same_size(one: int, other: int) -> None:
    assert len(pack(Message("x" * one))) == len(pack(Message("y" * other)))


def test_whether_she_named_herself_does_not_show_in_a_size() -> None:
    assert len(pack(Identity(""))) == len(pack(Identity("ก" * MOST["identity"])))
    named, unnamed = Content(detail="x" * 50, has_identity=True), Content(detail="x" * 50)
    assert len(pack(named)) == len(pack(unnamed))


def test_the_longest_report_fits_the_largest_class_and_more_does_not() -> None:
    """Four bytes is the most that a character takes."""
    wide = {name: "\U0001f600" * MOST[name] for name in ("when", "where", "evidence", "known_how")}
    involved = ("ก" * MOST["involved"],) * MOST_INVOLVED
    pack(Content(detail="ก" * MOST["detail"], involved=involved, **wide))
    pack(Content(detail="\U0001f600" * MOST["detail"], **wide))
    with pytest.raises(TooLargeError):
        pack(Message("x" * SIZE_CLASSES[-1]))
