"""Secret keys in the form that age reads: `AGE-SECRET-KEY-1…`, the 32 bytes of an X25519 key in Bech32.

The form is part of age's specification (https://age-encryption.org/v1, "the X25519 recipient type"), Bech32
that of BIP 173. What opens with such a key opens with the ordinary `age` program too.
"""

from typing import Final, Self

_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM: Final = 6

SEED_BYTES: Final = 32


class AgeSecret:
    """A secret key of age. As text it hides itself, so that no log or error page tells it by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key that 32 random bytes are."""
        if len(seed) != SEED_BYTES:
            raise ValueError("a key of age is made of 32 bytes")
        return cls(bech32("age-secret-key-", seed).upper())

    def reveal(self) -> str:
        """The key as age's programs read it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AgeSecret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "AgeSecret(hidden)"


def bech32(prefix: str, data: bytes) -> str:
    """Bytes in Bech32 under a prefix of small letters, however many they are."""
    bits = 8 * len(data)
    padding = -bits % 5
    number = int.from_bytes(data, "big") << padding
    values = [number >> shift & 31 for shift in range(bits + padding - 5, -1, -5)]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    rest = _polymod([*expanded, *values, *[0] * _CHECKSUM]) ^ 1
    values += [rest >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def _polymod(values: list[int]) -> int:
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            rest ^= generator if top >> place & 1 else 0
    return rest
