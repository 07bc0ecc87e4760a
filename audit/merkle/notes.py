"""Signed notes (C2SP signed-note): a text, and signatures by named keys. Pure functions over bytes.

Two kinds of keys, the two that a log's checkpoint carries:

* Ed25519 (type 0x01): signs the text. The public witness network asks for it.
* ML-DSA-44 (type 0x06, C2SP tlog-cosignature): signs the origin, size and root that the text states, its own
  name and the time. A quantum computer does not forge it.

Whoever knows one of the keys passes over the other line: unknown keys are ignored, and a signature by a
known key that does not verify spoils the whole note.
"""

import base64
import binascii
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from audit.merkle.body import Body, NotABody

ED25519 = 0x01
ML_DSA_44 = 0x06
PUBLIC_SIZE = {ED25519: 32, ML_DSA_44: 1312}  # bytes
MAX_NOTE = 1_000_000  # bytes; C2SP asks for a bound
MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "
_LABEL = b"subtree/v1\n\0"  # of the message that an ML-DSA-44 cosignature signs


class BadNote(ValueError):
    """It is no signed note, or no signature on it holds. The message says what, in English."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line: whose key, its id of 4 bytes, and what the key made."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends with a newline. Nothing in it may be believed before `verified` has named a key."""

    text: str
    signatures: tuple[Signature, ...]

    def encoded(self) -> bytes:
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()


class NoteSigner(Protocol):
    """A private key with its name."""

    @property
    def public(self) -> "NoteKey": ...

    def sign(self, text: str) -> Signature: ...


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with its name: what a verifier is given beforehand, as a line (`vkey`).

    Raises:
        BadNote: the name has a space or a plus, or the key's length is not its kind's.
    """

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise BadNote("the name of a key has no space, no plus and no control character")
        if len(self.public) != PUBLIC_SIZE.get(self.kind):
            raise BadNote("no kind of key that is known here, or not of its length")

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, newline, kind and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def vkey(self) -> str:
        """`name+id+key`, the form that other programs take."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_vkey(cls, text: str) -> "NoteKey":
        """Raises BadNote, also when the id is not that of the key."""
        name, id_and_key = _halves(text, "+")
        key_id, material = _halves(id_and_key, "+")
        raw = _unbase64(material)
        key = cls(name, raw[0] if raw else 0, raw[1:])
        if key.key_id.hex() != key_id:
            raise BadNote("the id is not this key's")
        return key

    def holds(self, text: str, value: bytes) -> bool:
        """Whether `value` is this key's signature on the text."""
        try:
            if self.kind == ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(value, text.encode())
            else:
                time, signature = struct.unpack(">Q2420s", value)
                message = cosigned_message(self.name, time, Body.parse(text))
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, NotABody, struct.error, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs any text."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> NoteKey:
        return NoteKey(self.name, ED25519, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.public.key_id, self.private.sign(text.encode()))


@dataclass(frozen=True)
class MlDsaCosigner:
    """Signs checkpoints alone; `time` is the moment of signing in seconds since 1970."""

    name: str
    private: MLDSA44PrivateKey
    time: int

    @property
    def public(self) -> NoteKey:
        return NoteKey(self.name, ML_DSA_44, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Raises NotABody when the text is no checkpoint's."""
        signature = self.private.sign(cosigned_message(self.name, self.time, Body.parse(text)))
        return Signature(self.name, self.public.key_id, struct.pack(">Q", self.time) + signature)


def cosigned_message(name: str, time: int, body: Body) -> bytes:
    """What an ML-DSA-44 cosignature signs: `cosigned_message` of tlog-cosignature, from leaf 0 on."""
    cosigner, origin = name.encode(), body.origin.encode()
    if max(len(cosigner), len(origin)) > 255:
        raise ValueError("names in a cosignature have at most 255 bytes")
    return b"".join(
        (
            _LABEL,
            bytes([len(cosigner)]) + cosigner,
            struct.pack(">Q", time),
            bytes([len(origin)]) + origin,
            struct.pack(">QQ", 0, body.size),
            body.root,
        )
    )


def signed(text: str, signers: Iterable[NoteSigner]) -> Note:
    """The text with a signature by each. Raises BadNote when it cannot be a note's text."""
    _check_text(text)
    return Note(text, tuple(signer.sign(text) for signer in signers))


def parsed(data: bytes) -> Note:
    """The parts of a note; none of it is verified. Raises BadNote."""
    if len(data) > MAX_NOTE:
        raise BadNote("longer than a note may be")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise BadNote("not UTF-8") from None
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("no signatures behind an empty line")
    _check_text(text + "\n")
    found = lines[:-1].split("\n")
    if len(found) > MAX_SIGNATURES:
        raise BadNote("too many signatures")
    return Note(text + "\n", tuple(map(_signature, found)))


def verified(data: bytes, keys: Sequence[NoteKey]) -> tuple[Note, list[NoteKey]]:
    """The note, and which of the keys have signed it: at least one.

    Raises:
        BadNote: no note; a known key's signature is not its own; or no known key has signed.
    """
    note = parsed(data)
    known = {(key.name, key.key_id): key for key in keys}
    found: list[NoteKey] = []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not key.holds(note.text, one.value):
            raise BadNote(f"the signature of {one.name} does not fit the text")
        if key not in found:
            found.append(key)
    if not found:
        raise BadNote("no key that is known here has signed it")
    return note, found


def is_key_name(name: str) -> bool:
    """Not empty, printable, no space of any script and no plus."""
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 0x20 for c in name)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(c) < 0x20 and c != "\n" for c in text):
        raise BadNote("the text ends with a newline and has no other control character")


def _signature(line: str) -> Signature:
    name, blob = _halves(line.removeprefix(_DASH), " ")
    raw = _unbase64(blob)
    if not line.startswith(_DASH) or not is_key_name(name) or len(raw) < 5:
        raise BadNote("a line is no signature")
    return Signature(name, raw[:4], raw[4:])


def _halves(text: str, mark: str) -> tuple[str, str]:
    first, found, rest = text.partition(mark)
    if not found:
        raise BadNote(f"no {mark!r} where one belongs")
    return first, rest


def _unbase64(text: str) -> bytes:
    """Strict: what is not written exactly as it would be encoded is refused, so that a note has one form."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise BadNote("not base64 in its one form")
    return raw
