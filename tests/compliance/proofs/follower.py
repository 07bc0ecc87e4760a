"""A client of C2SP tlog-tiles, written from the specification alone: it shares no code with the log.

It knows an origin and one public key. It keeps the last checkpoint that it has verified, asks for tiles of
the size that the new one states, and computes every root from hashes that it has fetched.
"""

import base64
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fetch = Callable[[str], bytes]


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node(tree_root(hashes[:split]), tree_root(hashes[split:]))


@dataclass
class Follower:
    fetch: Fetch
    vkey: str
    size: int = 0
    root: bytes = b""
    asked: list[str] = field(default_factory=list)

    def follow(self) -> None:
        """Verify the newest checkpoint, its tree, and that it grows from the last one."""
        size, root = self._checkpoint()
        leaves = self._leaves(size)
        assert tree_root(leaves) == root, "the tiles are not the signed tree"
        if self.size:
            assert size >= self.size, "the log shrank"
            assert tree_root(leaves[: self.size]) == self.root, "the log shows another history"
        self._upper_levels(size, leaves)
        self.size, self.root = size, root

    def _checkpoint(self) -> tuple[int, bytes]:
        note = self.fetch("checkpoint").decode()
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, size, root, rest = text.split("\n", 3)
        name, key_id, material = self.vkey.split("+", 2)
        key = base64.b64decode(material)
        assert (origin, rest, key[0]) == (name, "", 1)
        mine = [line for line in signatures.splitlines() if line.startswith(f"\u2014 {name} ")]
        blobs = [base64.b64decode(line.split(" ")[2]) for line in mine]
        (signature,) = [blob[4:] for blob in blobs if blob[:4].hex() == key_id]
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, text.encode())
        return int(size), base64.b64decode(root)

    def _leaves(self, size: int) -> list[bytes]:
        return [one for tile in range((size + 255) // 256) for one in self._tile(0, tile, size)]

    def _upper_levels(self, size: int, leaves: list[bytes]) -> None:
        """Each hash of a tile above is the root of a full tile below."""
        level, below = 1, leaves
        while full := len(below) // 256:
            above = [tree_root(below[256 * one : 256 * (one + 1)]) for one in range(full)]
            for tile in range((full + 255) // 256):
                assert self._tile(level, tile, size) == above[256 * tile : 256 * (tile + 1)]
            level, below = level + 1, above

    def _tile(self, level: int, index: int, size: int) -> list[bytes]:
        width = min(256, size // 256**level - 256 * index)
        digits = f"{index:03d}" if index < 1000 else f"x{index // 1000:03d}/{index % 1000:03d}"
        path = f"tile/{level}/{digits}" + (f".p/{width}" if width < 256 else "")
        self.asked.append(path)
        data = self.fetch(path)
        assert len(data) == 32 * width
        return [bytes(one) for (one,) in struct.iter_unpack("32s", data)]
