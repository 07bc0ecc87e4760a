"""SM4-GCM and HMAC-SM3 against published vectors, and the rules that hold for every suite."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.blind import DOMAIN, IndexKey, token
from vault.crypto.envelope import OpenKey, group_tag, open_sealed, seal
from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.sm import Sm3, Sm4Gcm
from vault.crypto.suites import AES_256_GCM, SM4_GCM, SUITES

PLACE = {
    "group": group_tag("client.contact"),
    "row": bytes(16),
    "compartment": bytes(range(16)),
    "counter": 3,
}


def test_sm4_gcm_gives_the_vector_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1."""
    aead = Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    text = bytes.fromhex("".join(letter * 16 for letter in "abcdefea"))
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert aead.encrypt(nonce, text, aad) == sealed
    assert aead.decrypt(nonce, sealed, aad) == text


def test_sm3_gives_the_vector_of_gb_t_32905() -> None:
    """GB/T 32905-2016, example 1: SM3("abc")."""
    digest = Sm3(b"a")
    other = digest.copy()
    digest.update(b"bc")
    assert other.digest() != digest.digest()
    assert digest.digest().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(st.binary(min_size=1, max_size=200), st.data())
def test_sm4_gcm_gives_out_nothing_of_what_was_changed(text: bytes, data: st.DataObject) -> None:
    aead, nonce, aad = Sm4Gcm(bytes(range(16))), os.urandom(12), b"place"
    sealed = bytearray(aead.encrypt(nonce, text, aad))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidTag):
        aead.decrypt(nonce, bytes(sealed), aad)


@pytest.mark.parametrize("suite", sorted(SUITES))
@given(st.binary(max_size=500))
def test_every_suite_opens_what_it_sealed_and_names_itself(suite: int, text: bytes) -> None:
    key = OpenKey(7, bytes(range(32)), suite)
    sealed = seal(key, text, **PLACE)
    assert sealed[1] == suite
    assert open_sealed(key, sealed, **PLACE) == text


@pytest.mark.parametrize(("made", "tried"), [(AES_256_GCM, SM4_GCM), (SM4_GCM, AES_256_GCM)])
def test_a_key_of_one_suite_does_not_open_what_another_sealed(made: int, tried: int) -> None:
    secret = bytes(range(32))
    sealed = seal(OpenKey(7, secret, made), b"text", **PLACE)
    relabelled = sealed[:1] + bytes([tried]) + sealed[2:]
    for forged in (sealed, relabelled):
        with pytest.raises(SealBroken):
            open_sealed(OpenKey(7, secret, tried), forged, **PLACE)


def test_tokens_of_the_national_profile_are_hmac_sm3() -> None:
    secret = bytes(range(32))
    sha = IndexKey(3, secret, "client.phone", AES_256_GCM)
    key = IndexKey(3, secret, "client.phone", SM4_GCM)
    mac = HMAC(secret, SM3())
    mac.update(DOMAIN + group_tag("client.phone") + bytes([24]) + b"+8613800138000")
    assert token(key, "+8613800138000", 24) == mac.finalize()[:3]
    assert token(key, "+8613800138000", 24) != token(sha, "+8613800138000", 24)


@pytest.mark.parametrize("suite", [0, 2, 3, 255])
def test_an_unknown_suite_is_refused(suite: int) -> None:
    with pytest.raises(WrongLength):
        OpenKey(1, bytes(32), suite)
    with pytest.raises(WrongLength):
        IndexKey(1, bytes(32), "client.phone", suite)
