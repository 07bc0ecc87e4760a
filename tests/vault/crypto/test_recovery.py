"""What a recovery share is sealed with, checked by a second implementation of the standards.

Swap the suite for another, drop one of its two key agreements, or lose the header from what is bound, and the
share does not open here.
"""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.recovery import DOMAIN, RecoveryKey, fingerprint, new_recovery_key, seal_share

KEY = RecoveryKey(bytes(range(96)))
HEADER = b"copy 1, share 2 of 3"
ML_KEM_CIPHERTEXT, X25519_KEY = 1088, 32
# HPKE's number of the combined key agreement (draft-connolly-cfrg-xwing-kem), HKDF-SHA256, AES-256-GCM.
XWING = b"\\.//^\\"  # the label that the draft fixes
SUITE = b"HPKE" + bytes.fromhex("647a00010002")


def extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + SUITE + label + secret, "sha256")


def expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """RFC 9180, section 4, of at most one block."""
    text = length.to_bytes(2) + b"HPKE-v1" + SUITE + label + info
    return hmac.digest(secret, text + b"\x01", "sha256")[:length]


def opened(sealed: bytes, info: bytes) -> bytes:
    """RFC 9180, sections 5.1 and 5.2, in base mode, over X-Wing's shared secret."""
    to_lattice = sealed[:ML_KEM_CIPHERTEXT]
    to_curve = sealed[ML_KEM_CIPHERTEXT : ML_KEM_CIPHERTEXT + X25519_KEY]
    curve = X25519PrivateKey.from_private_bytes(KEY.secret[64:])
    lattice_secret = MLKEM768PrivateKey.from_seed_bytes(KEY.secret[:64]).decapsulate(to_lattice)
    curve_secret = curve.exchange(X25519PublicKey.from_public_bytes(to_curve))
    shared = hashlib.sha3_256(
        lattice_secret + curve_secret + to_curve + curve.public_key().public_bytes_raw() + XWING
    ).digest()
    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed[ML_KEM_CIPHERTEXT + X25519_KEY :], b"")


@given(st.binary(max_size=200))
def test_a_share_is_what_the_standards_say(share: bytes) -> None:
    assert opened(seal_share(share, KEY.public, HEADER), DOMAIN + HEADER) == share


@given(st.binary(max_size=200))
def test_its_holder_opens_it_and_nobody_else(share: bytes) -> None:
    sealed = seal_share(share, KEY.public, HEADER)
    assert KEY.open(sealed, HEADER) == share
    for key, header in ((new_recovery_key(), HEADER), (KEY, HEADER + b"!")):
        with pytest.raises(SealBroken):
            key.open(sealed, header)


@given(st.integers(0, 1088 + 32 + 16 + 20 - 1), st.integers(1, 255))
def test_with_any_byte_changed(at: int, change: int) -> None:
    sealed = bytearray(seal_share(b"twenty bytes of sha.", KEY.public, HEADER))
    sealed[at] ^= change
    with pytest.raises(SealBroken):
        KEY.open(bytes(sealed), HEADER)


def test_the_public_key_of_a_secret_is_fixed() -> None:
    assert len(KEY.public) == 1216
    assert fingerprint(KEY.public) == "d99e4496af749b54ee4a2d270c8057450624ecc5dc0866295ffc504a26134ad4"


@pytest.mark.parametrize("public", [b"", b"x" * 1215, b"\xff" * 1216])
def test_what_is_no_public_key(public: bytes) -> None:
    with pytest.raises(WrongLength):
        seal_share(b"share", public, HEADER)
