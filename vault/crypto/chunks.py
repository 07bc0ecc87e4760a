"""Sealing files in chunks (docs/crypto.md, "File").

    version 1 | file suite 1 | file-key id 8 | C2SP chunked-encryption message

The message is Cobblestone-256 of c2sp.org/chunked-encryption@v1 to the letter (SHA-512,
AES-256-GCM): salt 24 | commitment 32 | chunks of 16 KiB with a 16-byte tag, the last one shorter.
Its context names our header, the file version and the compartment.

Why this is safe: the chunk number is in the nonce, so chunks cannot be moved or repeated; only the
last chunk may be short, and the opener authenticates it before it gives out a first byte, so the end
cannot be cut or moved; the commitment is checked before any decryption, so a file opens under one key
only. Each message has its own derived key and base nonce from a fresh 192-bit salt.
"""

from collections.abc import Iterator
from hmac import compare_digest
from io import SEEK_END
from struct import Struct
from typing import BinaryIO, NamedTuple

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.holders import KeyHolder

VERSION = 1
COBBLESTONE_256 = 1
DOMAIN = b"SRfile01"
CHUNK = 16 * 1024

_HEADER = Struct(">BBQ")
_SALT, _COMMITMENT, _KEY, _NONCE, _TAG = 24, 32, 32, 12, 16
_SEALED_CHUNK = CHUNK + _TAG
_MAX_CHUNKS = 2**38
_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


class FileKey(KeyHolder):
    """The key of one file version; chunk keys are derived from it, so it keys no AEAD itself."""

    __slots__ = ()


class FileBinding(NamedTuple):
    """The place of a sealed file: UUID bytes of its version and of its compartment."""

    file_version: bytes
    compartment: bytes


class ChunkSealer:
    """Seals one file as it streams in: every `update`, then `finish`, in order, gives the sealed bytes.

    Holds less than one chunk. Raises WrongLength for a binding of another width.
    """

    def __init__(self, key: FileKey, binding: FileBinding) -> None:
        header = _header(key)
        # The salt is drawn inside: nothing here could repeat it.
        self._encryptor = Cobblestone256Encryptor(key.secret, _context(header, binding))
        self._unsent = header

    def update(self, data: bytes) -> bytes:
        """Take the next plaintext, of any size; return the sealed bytes that are ready, maybe none."""
        return self._with_header(self._encryptor.update(data))

    def finish(self) -> bytes:
        """Return the last sealed bytes. Without them the file does not open: a broken upload is refused."""
        return self._with_header(self._encryptor.finalize())

    def _with_header(self, sealed: bytes) -> bytes:
        if not self._unsent:
            return sealed
        sealed, self._unsent = self._unsent + sealed, b""
        return sealed


class ChunkOpener:
    """Opens a sealed file at any range from a seekable file object, holding one chunk at a time.

    The constructor checks header, commitment and last chunk, hence the whole length; it raises
    SealBroken for another key, file or compartment and for a file cut or lengthened anywhere.
    """

    size: int  # plaintext bytes, authenticated

    def __init__(self, key: FileKey, binding: FileBinding, file: BinaryIO) -> None:
        header = _header(key)
        file.seek(0)
        if file.read(_HEADER.size) != header:
            raise SealBroken
        salt, commitment = file.read(_SALT), file.read(_COMMITMENT)
        derived = HKDFExpand(SHA512(), _KEY + _NONCE + _COMMITMENT, _INFO + salt + _context(header, binding))
        material = derived.derive(key.secret)
        if not compare_digest(commitment, material[_KEY + _NONCE :]):
            raise SealBroken
        self._file = file
        self._start = file.tell()
        self._aead = AESGCM(material[:_KEY])
        self._base_nonce = int.from_bytes(material[_KEY : _KEY + _NONCE])
        self._last, last_sealed = divmod(file.seek(0, SEEK_END) - self._start, _SEALED_CHUNK)
        # A whole number of chunks, leaving no short last one, is a cut file (C2SP: MUST be shorter).
        if last_sealed < _TAG or self._last >= _MAX_CHUNKS:
            raise SealBroken
        self.size = self._last * CHUNK + last_sealed - _TAG
        self._open_chunk(self._last)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the whole plaintext in pieces of at most 16 KiB."""
        return self.open_range(0, self.size)

    def open_range(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield plaintext bytes start..stop-1, cut at the size like a slice, in pieces of at most 16 KiB.

        Raises SealBroken at a damaged chunk, of which no byte is given out, and WrongLength for
        start > stop or below zero.
        """
        if not 0 <= start <= stop:
            raise WrongLength("a range runs forward from zero")
        stop = min(stop, self.size)
        return self._pieces(start, stop) if start < stop else iter(())

    def _pieces(self, start: int, stop: int) -> Iterator[bytes]:
        for number in range(start // CHUNK, -(-stop // CHUNK)):
            at = number * CHUNK
            yield self._open_chunk(number)[max(start - at, 0) : stop - at]

    def _open_chunk(self, number: int) -> bytes:
        self._file.seek(self._start + number * _SEALED_CHUNK)
        length = self.size % CHUNK + _TAG if number == self._last else _SEALED_CHUNK
        nonce = (self._base_nonce ^ number).to_bytes(_NONCE)
        try:
            return self._aead.decrypt(nonce, self._file.read(length), None)
        except InvalidTag:
            raise SealBroken from None


def sealed_size(size: int) -> int:
    """Return the bytes on disk of a file of `size` plaintext bytes."""
    return _HEADER.size + _SALT + _COMMITMENT + size + (size // CHUNK + 1) * _TAG


def _header(key: FileKey) -> bytes:
    return _HEADER.pack(VERSION, COBBLESTONE_256, key.key_id)


def _context(header: bytes, binding: FileBinding) -> bytes:
    if len(binding.file_version) != 16 or len(binding.compartment) != 16:
        raise WrongLength("file version 16, compartment 16 bytes")
    return DOMAIN + header + binding.file_version + binding.compartment
