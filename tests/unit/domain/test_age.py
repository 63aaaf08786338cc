"""Keys of age: their text is that of Bech32's and age's own vectors."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.age import AgeSecret, bech32

# BIP 173's valid strings whose data part is whole bytes without rest, and the bytes in it.
VECTORS = [
    ("a", "", "a12uel5l"),
    ("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", "",
     "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs"),
    ("abcdef", "00443214c74254b635cf84653a56d7c675be77df", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
    ("split", "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d",
     "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"),
]  # fmt: skip


@pytest.mark.parametrize(("prefix", "data", "text"), VECTORS, ids=lambda v: str(v)[:12])
def test_bech32_is_that_of_bip_173(prefix: str, data: str, text: str) -> None:
    assert bech32(prefix, bytes.fromhex(data)) == text


@given(st.binary(min_size=32, max_size=32))
def test_ages_own_library_reads_each_key_and_writes_it_the_same(seed: bytes) -> None:
    secret = AgeSecret.from_seed(seed)
    assert str(pyrage.x25519.Identity.from_str(secret.reveal())) == secret.reveal()


def test_what_is_no_key_is_none() -> None:
    for length in (0, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            AgeSecret.from_seed(bytes(length))


def test_a_key_hides_itself_wherever_it_becomes_text() -> None:
    secret = AgeSecret.from_seed(bytes(32))
    assert secret.reveal().startswith("AGE-SECRET-KEY-1")
    assert secret.reveal()[16:] not in f"{secret} {secret!r} {[secret]}"


def test_keys_are_equal_by_their_bytes() -> None:
    assert AgeSecret.from_seed(bytes(32)) == AgeSecret(AgeSecret.from_seed(bytes(32)).reveal() + "\n")
    assert AgeSecret.from_seed(bytes(32)) != AgeSecret.from_seed(b"\1" * 32)
    assert len({AgeSecret.from_seed(bytes(32)), AgeSecret.from_seed(bytes(32))}) == 1
