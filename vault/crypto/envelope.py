"""Sealing one disclosure group of one row (docs/crypto.md, "Field envelope").

    version 1 | suite 1 | data-key id 8 | nonce 12 | ciphertext, tag 16

Why this is safe:

* Place. The associated data names the group, the row, the compartment and the seal counter, each at
  a fixed width, so no two different places can give the same bytes. Sealed bytes that are moved to
  another row, group or book, or put back over a newer version, do not open.
* Nonces. 96 random bits from the operating system for each seal. NIST SP 800-38D section 8.3 allows
  2**32 such seals under one key; a key belongs to one subject, and a row stops at SEAL_LIMIT. A
  nonce is drawn inside the call that uses it and none is kept: a forked child that inherited a pool
  would repeat its parent's nonces, and a repeated GCM nonce gives away the authentication key.
* Keys. GCM does not commit to its key: one ciphertext can be made to open under several, and a
  service that tries keys in turn becomes a partitioning oracle (Len, Grubbs, Ristenpart, USENIX
  Security 2021). The caller picks the key by the row's subject; here the header must name that very
  key and suite before anything is decrypted, and one failure is final.
* Length. The text is padded to 16-byte buckets (ISO/IEC 7816-4), so that an eight-digit and an
  eleven-digit number look alike. The padding is checked after the tag, hence is no oracle.

What it does not stop: whoever may write the table can put back bytes and counter together. Only the
log outside the database shows that.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from os import urandom
from struct import Struct

from cryptography.exceptions import InvalidTag

from vault.crypto.errors import SealBroken, WornOut, WrongLength
from vault.crypto.holders import MAX_KEY_ID, KeyHolder
from vault.crypto.suites import AES_256_GCM, NONCE_LENGTH, SUITES, TAG_LENGTH, Aead

VERSION = 1
DOMAIN = b"SRfield1"
GROUP_TAG_LENGTH = 8
BUCKET = 16
MAX_PLAINTEXT = 2**20 - 1  # a disclosure group is text typed by people; files go through chunks
SEAL_LIMIT = 2**30  # a quarter of the bound of SP 800-38D 8.3, reached by no row rewritten by people

_HEADER = Struct(">BBQ")
_OVERHEAD = _HEADER.size + NONCE_LENGTH + TAG_LENGTH
_MIN_SEALED = _OVERHEAD + BUCKET
_MAX_SEALED = _OVERHEAD + MAX_PLAINTEXT + 1
# Domain | the key's header | group | row | compartment | counter. "s" fields pad and cut silently,
# so every length is checked before this packs.
_AAD = Struct(">8s10s8s16s16sQ").pack
_ZEROS = frozenset(bytes(count) for count in range(BUCKET))  # what may follow the padding's mark
_PADDING = [b"\x80" + bytes(BUCKET - 1 - used) for used in range(BUCKET)]

# (key, plaintext or sealed bytes, group tag, row, compartment, counter)
ToSeal = tuple["OpenKey", bytes, bytes, bytes, bytes, int]
ToOpen = tuple["OpenKey", bytes | memoryview, bytes, bytes, bytes, int]


class OpenKey(KeyHolder):
    """A data key ready to seal and open: the keyed AEAD and the header are built once.

    `left` is how many seals this object was granted and has not made; `vault.keys.seals` keeps the account.
    """

    __slots__ = ("aead", "header", "left", "suite")

    aead: Aead

    def __init__(self, key_id: int, secret: bytes, suite: int = AES_256_GCM) -> None:
        """Build the AEAD object of the key's one suite; raises WrongLength for a bad key, id or suite."""
        KeyHolder.__init__(self, key_id, secret)
        chosen = SUITES.get(suite)
        if chosen is None:
            raise WrongLength("no such suite")
        self.suite = suite
        self.left = 0
        self.aead = chosen.aead(secret[: chosen.key_length])
        self.header = _HEADER.pack(VERSION, suite, key_id)


def group_tag(label: str) -> bytes:
    """Return the 8-byte tag of a declared label such as "client.contact".

    The label is declared in code apart from class and column names, so that a rename does not
    orphan sealed data. 8 bytes suffice: labels are ours, few, and checked for clashes at start-up.
    """
    return sha256(label.encode()).digest()[:GROUP_TAG_LENGTH]


def seal(
    key: OpenKey, plaintext: bytes, *, group: bytes, row: bytes, compartment: bytes, counter: int
) -> bytes:
    """Seal `plaintext` (at most 2**20 - 1 bytes) for one place.

    `group` is a `group_tag`, `row` and `compartment` are UUID bytes, `counter` is the row's seal
    counter, larger by one at each seal. Raises WrongLength, or WornOut at SEAL_LIMIT.
    """
    return _seal(key, plaintext, group, row, compartment, counter, urandom(NONCE_LENGTH))


def seal_many(items: Sequence[ToSeal]) -> list[bytes]:
    """Seal several places, the nonces drawn in one system call; errors as `seal`."""
    nonces = urandom(NONCE_LENGTH * len(items))
    return [
        _seal(key, plaintext, group, row, compartment, counter, nonces[at : at + NONCE_LENGTH])
        for at, (key, plaintext, group, row, compartment, counter) in zip(
            range(0, len(nonces), NONCE_LENGTH), items, strict=True
        )
    ]


def open_sealed(
    key: OpenKey, sealed: bytes | memoryview, *, group: bytes, row: bytes, compartment: bytes, counter: int
) -> bytes:
    """Return the plaintext sealed for this place; raises SealBroken for any other place, key or bytes."""
    return open_many(((key, sealed, group, row, compartment, counter),))[0]


def open_many(items: Iterable[ToOpen]) -> list[bytes]:
    """Open several places in order; raises SealBroken, and gives out nothing, if any one is broken.

    One loop without calls of our own in it: a page opens hundreds, and calls would double their cost.
    """
    texts: list[bytes] = []
    for key, sealed, group, row, compartment, counter in items:
        if len(group) != 8 or len(row) != 16 or len(compartment) != 16:
            raise WrongLength("group tag 8, row 16, compartment 16 bytes")
        # Bounds come first; the one comparison then fixes version, suite and key id.
        if not _MIN_SEALED <= len(sealed) <= _MAX_SEALED or not 0 <= counter < SEAL_LIMIT:
            raise SealBroken
        header = key.header
        if sealed[:10] != header:
            raise SealBroken
        aad = _AAD(DOMAIN, header, group, row, compartment, counter)
        try:
            padded = key.aead.decrypt(sealed[10:22], sealed[22:], aad)
        except InvalidTag:
            raise SealBroken from None
        # Without a mark the last part is the whole, which is longer than any run of zeros may be.
        text, _, zeros = padded.rpartition(b"\x80")
        if zeros not in _ZEROS or len(padded) % BUCKET:
            raise SealBroken
        texts.append(text)
    return texts


def key_id_of(sealed: bytes | memoryview) -> int:
    """Return the data-key id in a header, for fetching keys; raises SealBroken on anything odd.

    Nothing is authenticated yet: use the id to fetch only keys that the row may have.
    """
    if not _MIN_SEALED <= len(sealed) <= _MAX_SEALED or (len(sealed) - _OVERHEAD) % BUCKET:
        raise SealBroken
    version, suite, key_id = _HEADER.unpack_from(sealed)
    if version != VERSION or suite not in SUITES or not 0 < key_id <= MAX_KEY_ID:
        raise SealBroken
    return int(key_id)


def _seal(  # noqa: PLR0917 (runs once a value; the public functions take keywords)
    key: OpenKey, plaintext: bytes, group: bytes, row: bytes, compartment: bytes, counter: int, nonce: bytes
) -> bytes:
    # The nonce is a parameter of this private function alone, for the fixed vectors: no public
    # function takes one, because a caller that can choose a nonce can repeat it.
    size = len(plaintext)
    if (
        len(group) != 8
        or len(row) != 16
        or len(compartment) != 16
        or len(nonce) != 12
        or size > MAX_PLAINTEXT
    ):
        raise WrongLength("group tag 8, row 16, compartment 16, nonce 12 bytes, plaintext under 1 MiB")
    if not 0 <= counter < SEAL_LIMIT:
        raise WornOut("seal counter out of bounds")
    aad = _AAD(DOMAIN, key.header, group, row, compartment, counter)
    return key.header + nonce + key.aead.encrypt(nonce, plaintext + _PADDING[size % BUCKET], aad)
