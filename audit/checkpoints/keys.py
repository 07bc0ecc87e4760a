"""The keys that sign checkpoints, and the generation of the log: one file in `KEYS_DIR`, outside the
database, for its owner's eyes alone.

The keys are made once, before the first checkpoint. A log that has checkpoints and no keys gets none:
signatures by new keys under the old name would be what a forger would make, so an operator brings the file
back.

One origin is one log (C2SP tlog-checkpoint). A log whose newest history was lost goes on as another: the same
keys under the origin with a generation behind it, and what is known of the former one (`losing`). The
database has no say in it: whoever changes the log there cannot have it signed anew.
"""

import json
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.conf import settings

from audit.files import write_once, write_whole
from audit.merkle.notes import Ed25519Signer, MlDsaCosigner, Note, NoteKey, is_key_name, signed

FILE = "log-signing.json"
_LATER = re.compile(r"/generation-([1-9][0-9]*)\Z")
_MAX_ORIGIN = 235  # bytes; of the 255 that a cosignature has for it, some are for the generation
_SEED = 32  # bytes of either private key


class NoKeys(Exception):
    """The file of the keys is missing, cannot be read, or is of another origin. The message is in English."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Former:
    """A generation of the log whose newest history was lost, as two persons declared it.

    Attributes:
        origin: its name, under which nothing is signed any more.
        size, note: of its newest checkpoint outside, the whole note.
        agreed: of the largest checkpoint up to which this log has the same entries; 0 for none.
        agreed_root: its root, in hexadecimal; empty for none.
        kept: of the last checkpoint of the former log in the database; 0 for none.
        why: a code; request, asked_by, decided_by: ids of the approval and the two persons; at: RFC 3339.
    """

    origin: str
    size: int
    note: str
    agreed: int
    agreed_root: str
    kept: int
    why: str
    request: str
    asked_by: str
    decided_by: str
    at: str

    @property
    def lost(self) -> int:
        """How many of its entries are lost, as far as checkpoints tell."""
        return self.size - self.agreed


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Both private keys. `origin` names the log and the keys alike, as C2SP tlog-checkpoint asks."""

    origin: str
    classic: Ed25519PrivateKey
    quantum: MLDSA44PrivateKey
    formers: tuple[Former, ...] = ()

    def sign(self, text: str) -> Note:
        """A checkpoint's text, signed by both."""
        return signed(text, (self._classic(), self._quantum()))

    def sign_statement(self, text: str) -> Note:
        """Another text of the house, by Ed25519 alone: an ML-DSA-44 cosignature is of checkpoints only.

        Nobody takes it for a checkpoint, whose first line is the log's origin.

        Raises:
            ValueError: its first line is.
        """
        if text.partition("\n")[0] == self.origin:
            raise ValueError("a statement does not begin like a checkpoint")
        return signed(text, (self._classic(),))

    def public(self) -> tuple[NoteKey, NoteKey]:
        return self._classic().public, self._quantum().public

    def known(self) -> tuple[NoteKey, ...]:
        """The public keys of this generation and of the former ones."""
        older = (replace(self, origin=former.origin).public() for former in self.formers)
        return (*self.public(), *(key for keys in older for key in keys))

    def _classic(self) -> Ed25519Signer:
        return Ed25519Signer(self.origin, self.classic)

    def _quantum(self) -> MlDsaCosigner:
        return MlDsaCosigner(self.origin, self.quantum, int(time()))


def path() -> Path:
    return Path(settings.KEYS_DIR) / FILE


def load() -> LogKeys:
    """The keys. Raises NoKeys."""
    try:
        kept = json.loads(path().read_text(encoding="utf-8"))
        formers = tuple(Former(**one) for one in kept.get("formers", []))
        keys = LogKeys(
            name_of(kept["origin"], len(formers) + 1),
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["ed25519"])),
            MLDSA44PrivateKey.from_seed_bytes(bytes.fromhex(kept["ml_dsa_44"])),
            formers,
        )
    except FileNotFoundError:
        raise NoKeys(f"{FILE} is missing") from None
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        # Not from the error: it would show what the file holds.
        raise NoKeys(f"{FILE} cannot be read") from None
    if settings.LOG_ORIGIN and kept["origin"] != settings.LOG_ORIGIN:
        raise NoKeys(f"{FILE} is of another log than LOG_ORIGIN names")
    return keys


def formers() -> tuple[Former, ...]:
    """The former generations, oldest first; none where this machine does not have the file."""
    try:
        return load().formers
    except NoKeys:
        return ()


def name_of(origin: str, generation: int) -> str:
    """The origin of a generation of the log; the first has none behind it."""
    return origin if generation == 1 else f"{origin}/generation-{generation}"


def generation_of(origin: str) -> int:
    """The generation that an origin names."""
    found = _LATER.search(origin)
    return int(found[1]) if found else 1


def begin_anew(former: Former) -> LogKeys:
    """The next generation of the log, on disk before this returns.

    Raises:
        NoKeys: the file is not here, or it has gone on from another generation than `former`'s.
    """
    if load().origin != former.origin:
        raise NoKeys(f"{FILE} is of another generation")
    kept = json.loads(path().read_text(encoding="utf-8"))
    kept["formers"] = [*kept.get("formers", []), asdict(former)]
    write_whole(path(), json.dumps(kept).encode())
    return load()


def make() -> LogKeys:
    """New keys, on disk before this returns; where another process was quicker, its keys. Raises NoKeys."""
    origin = settings.LOG_ORIGIN or f"sealroom/{secrets.token_hex(8)}"
    if not is_key_name(origin) or len(origin.encode()) > _MAX_ORIGIN or generation_of(origin) != 1:
        raise NoKeys("LOG_ORIGIN is at most 235 bytes without a space or a plus, and names no generation")
    kept = {"v": 1, "origin": origin}
    kept |= {name: secrets.token_hex(_SEED) for name in ("ed25519", "ml_dsa_44")}
    write_once(path(), json.dumps(kept).encode())
    return load()
