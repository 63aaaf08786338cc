"""The Merkle tree over a day's events: one published hash that none of them can change, join or leave unseen.

The tree of RFC 6962, section 2.1: leaves and nodes are hashed under different prefixes, so that no node
passes for a leaf, and the left half of each node is the largest power of two that leaves a right half.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

Side: TypeAlias = Literal["left", "right"]

_LEAF, _NODE = b"\x00", b"\x01"


class Step(NamedTuple):
    """A neighbour's hash on the way from a leaf to the root, and the side on which it stands."""

    side: Side
    hash: bytes


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaves in their order; that of no leaves is the hash of nothing."""
    if not leaves:
        return _sha256()
    if len(leaves) == 1:
        return _sha256(_LEAF, leaves[0])
    half = _left_half(len(leaves))
    return _sha256(_NODE, root(leaves[:half]), root(leaves[half:]))


def proof(leaves: Sequence[bytes], index: int) -> list[Step]:
    """The steps from the leaf at this index, counted from 0, up to the root. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    half = _left_half(len(leaves))
    if index < half:
        return [*proof(leaves[:half], index), Step("right", root(leaves[half:]))]
    return [*proof(leaves[half:], index - half), Step("left", root(leaves[:half]))]


def verify(leaf: bytes, steps: Iterable[Step], expected_root: bytes) -> bool:
    """Whether the steps lead from the leaf to the root."""
    node = _sha256(_LEAF, leaf)
    for side, neighbour in steps:
        node = _sha256(_NODE, neighbour, node) if side == "left" else _sha256(_NODE, node, neighbour)
    return node == expected_root


def _left_half(count: int) -> int:
    """The largest power of two below the count (two or more)."""
    return 1 << (count - 1).bit_length() - 1


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
