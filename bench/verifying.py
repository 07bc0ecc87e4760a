"""The offline verifier over a month of the log, as an outsider runs it: interpreter, signatures, every line,
every digest of the manifest. `BENCH_LEAVES` is how many entries; each is as long as an ordinary one.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from audit.actions import Action, ObjectType
from audit.checkpoints.keys import LogKeys
from audit.entry import Entry, Stamped, leaf, timestamp
from audit.ids import uuid7
from audit.merkle.body import Body
from audit.merkle.hashing import leaf_hash, root_of
from audit.origin import Origin
from compliance.proofs.evidence import HEAD

LEAVES = int(os.environ.get("BENCH_LEAVES", "1000000"))
BAR = 500_000  # leaves/s
ROUNDS = 3
PROGRAM = Path(__file__).parent.parent / "tools" / "verify_evidence.py"


def run(only: str | None) -> Iterator[dict[str, Any]]:
    keys = LogKeys("bench/log", Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
    with tempfile.TemporaryDirectory() as folder:
        size = _bundle(Path(folder), keys)
        vkeys = [part for key in keys.public() for part in ("--key", key.vkey())]
        command = [sys.executable, "-I", str(PROGRAM), folder, *vkeys, "--json"]
        seconds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=True)
            seconds.append(time.perf_counter() - started)
            assert json.loads(done.stdout)["facts"]["range"]["count"] == LEAVES
    rate = LEAVES / min(seconds)
    yield {
        "name": "verify",
        "value": round(rate),
        "unit": "leaves/s, the best of three runs of the program",
        "ratio": round(rate / BAR, 2),
        "against": f"{BAR} leaves/s",
        "bar": 1.0,
        "met": rate >= BAR,
        "bytes_a_leaf": size // LEAVES,
        "slowest": round(LEAVES / max(seconds)),
    }


def _bundle(folder: Path, keys: LogKeys) -> int:
    """A month that is the whole tree; how many bytes its entries have."""
    hashes = []
    with (folder / "entries.jsonl").open("wb") as lines:
        for _ in range(LEAVES):
            data = _leaf()
            hashes.append(leaf_hash(data))
            lines.write(data + b"\n")
        size = lines.tell()
    (folder / "hashes.bin").write_bytes(b"".join(hashes))
    (folder / "outside.txt").write_bytes(b"")
    body = Body(keys.origin, LEAVES, root_of(hashes))
    (folder / "checkpoint").write_bytes(keys.sign(body.text()).encoded())
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    facts = {"v": 1, "kind": "month", "about": "2026-11", "first": 0, "entries": LEAVES, "files": digests}
    note = keys.sign_statement(f"{HEAD}\n{json.dumps(facts)}\n")
    (folder / "manifest.note").write_bytes(note.encoded())
    return size


def _leaf() -> bytes:
    entry = Entry(
        action=Action.CLIENT_VIEW,
        object_type=ObjectType.CLIENT,
        object_id=uuid7(),
        subjects=(uuid7(),),
        purpose="sale",
        fields=("identity", "contact"),
        keys=(1, 2),
    )
    origin = Origin(actor=uuid7(), session=uuid7(), request=uuid7(), network="192.0.2.0/24")
    stamped = Stamped(entry, origin)
    return leaf(stamped.columns(), detail=None, time=timestamp(stamped.time))
