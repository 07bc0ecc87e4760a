"""The keys that sign checkpoints: one file in `KEYS_DIR`, outside the database, for its owner's eyes alone.

They are made once, before the first checkpoint. A log that has checkpoints and no keys gets none: signatures
by new keys under the old name would be what a forger would make, so an operator brings the file back.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from time import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.conf import settings

from audit.files import write_once
from audit.merkle.notes import Ed25519Signer, MlDsaCosigner, Note, NoteKey, is_key_name, signed

FILE = "log-signing.json"
_SEED = 32  # bytes of either private key


class NoKeys(Exception):
    """The file of the keys is missing, cannot be read, or is of another origin. The message is in English."""


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Both private keys. `origin` names the log and the keys alike, as C2SP tlog-checkpoint asks."""

    origin: str
    classic: Ed25519PrivateKey
    quantum: MLDSA44PrivateKey

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
        keys = LogKeys(
            kept["origin"],
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["ed25519"])),
            MLDSA44PrivateKey.from_seed_bytes(bytes.fromhex(kept["ml_dsa_44"])),
        )
    except FileNotFoundError:
        raise NoKeys(f"{FILE} is missing") from None
    except (OSError, KeyError, TypeError, ValueError):
        # Not from the error: it would show what the file holds.
        raise NoKeys(f"{FILE} cannot be read") from None
    if settings.LOG_ORIGIN and keys.origin != settings.LOG_ORIGIN:
        raise NoKeys(f"{FILE} is of another log than LOG_ORIGIN names")
    return keys


def make() -> LogKeys:
    """New keys, on disk before this returns; where another process was quicker, its keys. Raises NoKeys."""
    origin = settings.LOG_ORIGIN or f"sealroom/{secrets.token_hex(8)}"
    if not is_key_name(origin) or len(origin.encode()) > 255:
        raise NoKeys("LOG_ORIGIN is at most 255 bytes without a space or a plus")
    kept = {"v": 1, "origin": origin}
    kept |= {name: secrets.token_hex(_SEED) for name in ("ed25519", "ml_dsa_44")}
    write_once(path(), json.dumps(kept).encode())
    return load()
