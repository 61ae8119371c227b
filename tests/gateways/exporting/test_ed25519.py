"""The verifier's own Ed25519, against the published vectors and against a library."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.exporting.verify import ORDER, ed25519

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_published_vectors_are_right(
    secret: str, public: str, message: str, signature: str
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    told = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)

    assert private.public_key().public_bytes_raw() == told[0]
    assert ed25519(*told)
    assert not ed25519(told[0], told[1] + b"x", told[2])


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_what_a_library_signs_is_right_and_with_one_bit_changed_it_is_not(
    secret: bytes, message: bytes, bit: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8

    assert ed25519(public, message, signature)
    assert not ed25519(public, message, bytes(changed))
    assert not ed25519(public[::-1], message, signature)


def test_a_signature_in_a_second_form_is_refused() -> None:
    """The scalar may not be the order more, or one signature would have two forms."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"once")
    scalar = int.from_bytes(signature[32:], "little") + ORDER

    assert not ed25519(public, b"once", signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_what_has_not_the_length_of_a_key_or_a_signature_is_none(length: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"")

    assert not ed25519(bytes(length), b"", signature)
    assert not ed25519(public, b"", bytes(length))


@pytest.mark.parametrize(
    "public", [b"\xff" * 32, (2).to_bytes(32, "little"), b"\x01" + bytes(30) + b"\x80"]
)
def test_what_is_no_point_of_the_curve_is_no_key(public: bytes) -> None:
    assert not ed25519(public, b"", bytes(64))
