"""Words fit the commitment that was made to them, whole, or they do not fit."""

from itertools import count

import pytest
from msgspec.structs import replace

from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import SALT_BYTES, Event, Key, Words, begin, broken_at
from tests.builders.calendar import bangkok

NAME = "สมศรี ใจดี"


def chain() -> tuple[Event, ...]:
    """A person's first events, with a name and an address in them."""
    salts = count(1)
    by = {"by": "system", "at": bangkok("2026-11-24 10:00")}
    facts = [Person.add("test-somsri", NAME, "somsri@example.go.th", (Grant(Role.AUDITOR),), **by)]
    key = Key("test", Person.kind, "somsri")
    return begin(Person, key, facts, lambda: next(salts).to_bytes(SALT_BYTES, "big")).events


def with_name(event: Event, words: Words) -> Event:
    return replace(event, private={**event.private, "name": words})


def test_words_as_they_were_written_fit() -> None:
    assert broken_at(chain()) is None


@pytest.mark.parametrize("gone", [1, 5, len(NAME)])
def test_words_that_lost_their_beginning_to_the_salt_do_not_fit(gone: int) -> None:
    (event,) = chain()
    true = event.private["name"]
    shifted = Words(true.salt + NAME[:gone].encode().hex(), NAME[gone:])
    assert shifted.commitment() == event.commitments["name"]
    assert broken_at([with_name(event, shifted)]) == 1


def test_other_words_and_words_nobody_committed_to_do_not_fit() -> None:
    (event,) = chain()
    other = Words(event.private["name"].salt, "สมศรี ใจร้าย")
    assert broken_at([with_name(event, other)]) == 1
    assert broken_at([replace(event, private={**event.private, "note": other})]) == 1
