"""The keys of an organisation's channel."""

from datetime import date

from chalicelib.domain.keyring import Keyring
from chalicelib.domain.people import Role
from chalicelib.domain.record import Key, begin, proceed
from tests.builders.tips import holder

ON = date(2026, 11, 24)


def keyring_of(*facts):
    return begin(Keyring, Key("test", "keyring", "test"), facts, lambda: bytes(16)).record


def test_holders_are_known_by_their_roles() -> None:
    both = holder("both", Role.TIP_OFFICER, Role.CUSTODIAN, unit="works", posts=("council",))
    keyring = keyring_of(
        Keyring.enrol("orathai", holder("orathai"), by="system", on=ON),
        Keyring.enrol("both", both, by="system", on=ON),
        Keyring.enrol("rattana", holder("rattana", Role.CUSTODIAN), by="system", on=ON),
    ).state
    assert list(keyring.officers) == ["both", "orathai"]
    assert list(keyring.custodians) == ["both", "rattana"]
    assert keyring.holders["both"] == both


def test_another_key_takes_the_place_of_the_one_before() -> None:
    first = keyring_of(Keyring.enrol("orathai", holder("orathai"), by="system", on=ON))
    newer = holder("orathai", recipient="age1newer", generation=2)
    fact = Keyring.enrol("orathai", newer, by="system", on=ON)
    assert proceed(first, [fact], lambda: bytes(16)).record.state.holders == {"orathai": newer}


def test_the_key_kept_offline_is_none_of_a_holders() -> None:
    keyring = keyring_of(Keyring.set_recovery("age1offline", by="system", on=ON)).state
    assert (keyring.recovery, keyring.holders) == ("age1offline", {})
