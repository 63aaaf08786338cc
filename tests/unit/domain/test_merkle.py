import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import merkle
from chalicelib.domain.merkle import Step

# The leaves and roots by which implementations of Certificate Transparency are commonly tested.
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70, unique=True)


@pytest.mark.parametrize("count", range(9))
def test_the_root_is_that_of_certificate_transparency(count: int) -> None:
    assert merkle.root(CT_LEAVES[:count]).hex() == CT_ROOTS[count]


def test_a_day_without_events_has_a_root() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(leaves)
def test_every_leaf_is_proven_in_few_steps(day: list[bytes]) -> None:
    for index, leaf in enumerate(day):
        steps = merkle.proof(day, index)
        assert merkle.verify(leaf, steps, merkle.root(day))
        assert len(steps) <= (len(day) - 1).bit_length()


@given(leaves, st.data())
def test_no_other_leaf_is_proven(day: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(day) - 1))
    other = data.draw(st.binary(max_size=65).filter(lambda leaf: leaf != day[index]) | st.sampled_from(day))
    assert merkle.verify(other, merkle.proof(day, index), merkle.root(day)) == (other == day[index])


@given(leaves, st.data())
def test_a_changed_leaf_changes_the_root(day: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(day) - 1))
    changed = [
        *day[:index],
        data.draw(st.binary().filter(lambda leaf: leaf != day[index])),
        *day[index + 1 :],
    ]
    assert merkle.root(changed) != merkle.root(day)


@given(leaves, st.data())
def test_a_dropped_leaf_changes_the_root(day: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(day) - 1))
    assert merkle.root(day[:index] + day[index + 1 :]) != merkle.root(day)


@given(leaves, st.data())
def test_leaves_in_another_order_have_another_root(day: list[bytes], data: st.DataObject) -> None:
    order = data.draw(st.permutations(day))
    assert (merkle.root(order) == merkle.root(day)) == (order == day)


@given(leaves)
def test_a_leaf_added_twice_changes_the_root(day: list[bytes]) -> None:
    assert merkle.root([*day, day[-1]]) != merkle.root(day)


@given(leaves.filter(lambda day: len(day) > 1), st.data())
def test_a_step_changed_dropped_or_turned_proves_nothing(day: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(day) - 1))
    steps = merkle.proof(day, index)
    place = data.draw(st.integers(0, len(steps) - 1))
    side, neighbour = steps[place]
    for forged in ([], [Step(side, bytes(32))], [Step("left" if side == "right" else "right", neighbour)]):
        assert not merkle.verify(day[index], steps[:place] + forged + steps[place + 1 :], merkle.root(day))


def test_a_node_does_not_pass_for_a_leaf() -> None:
    day = [bytes([n]) * 32 for n in range(4)]
    left, right = merkle.root(day[:2]), merkle.root(day[2:])
    assert merkle.root([left + right]) != merkle.root(day)
    assert not merkle.verify(left + right, [], merkle.root(day))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.proof([b"a", b"b", b"c"], index)
