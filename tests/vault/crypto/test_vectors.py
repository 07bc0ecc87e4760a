"""The byte layouts never change: fixed vectors, checked against our code and against the bare primitives.

The second half of each test builds the bytes from docs/crypto.md and `cryptography` alone, so that a
mistake shared by sealing and opening cannot hide.
"""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vault.crypto import blind, chunks, envelope, keywrap

VECTORS = Path(__file__).parents[2] / "vectors"
BYTES = {
    *("key", "group", "row", "compartment", "nonce", "plaintext", "sealed", "parent", "secret"),
    *("owner", "wrapped", "token", "file_version", "salt", "sealed_sha256"),
}


def vectors(name: str):
    loaded = json.loads((VECTORS / f"{name}.json").read_text())["vectors"]
    assert loaded
    return pytest.mark.parametrize(
        "v",
        [
            SimpleNamespace(
                **{key: bytes.fromhex(value) if key in BYTES else value for key, value in vector.items()}
            )
            for vector in loaded
        ],
    )


@vectors("envelope")
def test_envelope(v):
    key = envelope.OpenKey(v.key_id, v.key, v.suite)
    assert envelope.group_tag(v.label) == v.group == sha256(v.label.encode()).digest()[:8]
    assert envelope.key_id_of(v.sealed) == v.key_id
    place = {"group": v.group, "row": v.row, "compartment": v.compartment, "counter": v.counter}
    assert envelope.open_sealed(key, v.sealed, **place) == v.plaintext
    # The private function: fixed vectors are the one use that may choose a nonce.
    again = envelope._seal(key, v.plaintext, v.group, v.row, v.compartment, v.counter, v.nonce)
    assert again == v.sealed

    header = bytes([1, v.suite]) + v.key_id.to_bytes(8, "big")
    aad = b"SRfield1" + header + v.group + v.row + v.compartment + v.counter.to_bytes(8, "big")
    padded = v.plaintext + b"\x80"
    padded += bytes(-len(padded) % 16)
    assert v.sealed == header + v.nonce + AESGCM(v.key).encrypt(v.nonce, padded, aad)


@vectors("keywrap")
def test_keywrap(v):
    parent, kind = keywrap.WrappingKey(v.parent_id, v.parent), keywrap.KeyKind(v.kind)
    use = {"key_id": v.key_id, "kind": kind, "owner": v.owner, "compartment": v.compartment}
    assert keywrap.parent_id_of(v.wrapped) == v.parent_id
    assert keywrap.unwrap_key(parent, v.wrapped, **use) == v.secret
    aad = keywrap._aad(parent, v.key_id, kind, v.owner, v.compartment)
    assert keywrap._wrap(parent, v.secret, aad, v.nonce) == v.wrapped

    header = bytes([1, 2]) + v.parent_id.to_bytes(8, "big")
    assert (
        aad == b"SRwrap01" + header + v.key_id.to_bytes(8, "big") + bytes([v.kind]) + v.owner + v.compartment
    )
    assert v.wrapped == header + v.nonce + AESGCMSIV(v.parent).encrypt(v.nonce, v.secret, aad)


@vectors("blind")
def test_blind(v):
    """The bare primitive is compared for all values in test_blind."""
    assert blind.token(blind.IndexKey(1, v.key, v.label), v.value, v.bits) == v.token


@vectors("chunks")
def test_chunks(v):
    plaintext = (bytes(range(256)) * (v.size // 256 + 1))[: v.size]
    header = bytes([1, 1]) + v.key_id.to_bytes(8, "big")
    context = b"SRfile01" + header + v.file_version + v.compartment
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + v.salt + context
    derived = HKDFExpand(SHA512(), 76, info).derive(v.key)
    aead, base = AESGCM(derived[:32]), int.from_bytes(derived[32:44])
    sealed = header + v.salt + derived[44:]
    for number in range(v.size // 16384 + 1):
        chunk = plaintext[number * 16384 : (number + 1) * 16384]
        sealed += aead.encrypt((base ^ number).to_bytes(12), chunk, None)
    assert sha256(sealed).digest() == v.sealed_sha256
    assert getattr(v, "sealed", sealed) == sealed

    binding = chunks.FileBinding(v.file_version, v.compartment)
    opener = chunks.ChunkOpener(chunks.FileKey(v.key_id, v.key), binding, BytesIO(sealed))
    assert b"".join(opener) == plaintext
