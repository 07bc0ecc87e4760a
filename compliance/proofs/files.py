"""The files that outsiders get: one entry's proof, the growth between two checkpoints. Formats of C2SP."""

import base64
from collections.abc import Sequence


def proof_file(leaf: bytes, index: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """A tlog-proof. The entry itself stands in its extra line, so that one file is all that is needed."""
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {_base64(leaf)}",
        f"index {index}",
        *map(_base64, proof),
        "",
        "",
    ]
    return "\n".join(lines).encode() + checkpoint


def growth_file(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """What tlog-witness takes as a request to add a checkpoint: a witness reads it as it is."""
    return "\n".join([f"old {old}", *map(_base64, proof), "", ""]).encode() + checkpoint


def hash_lines(hashes: Sequence[bytes]) -> bytes:
    return "".join(f"{_base64(one)}\n" for one in hashes).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
