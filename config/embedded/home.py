"""The home: the one folder that holds a Sealroom's state, and the lock that keeps it to one supervisor."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from config.embedded.account import STATE
from config.embedded.errors import StartError
from config.embedded.files import make_folder, secret, write_private

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("checkpoints", "files", "heads", "incoming", "keys", "logs", "outbox", "secrets", "sinks")
MARKER = "made-by-sealroom"  # only a folder that was new or empty is ever deleted by `reset`


class Home:
    """`SEALROOM_HOME`, by default `.sealroom` in the checkout; every file in it is private to its owner."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = (path or Path(os.environ.get("SEALROOM_HOME") or CHECKOUT / ".sealroom")).resolve()
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Make the folders and the web's secret key, and lock the home.

        Raises:
            StartError: it cannot be written to, or a supervisor runs in it.
        """
        make_folder(self.path)
        if not any(self.path.iterdir()):
            write_private(self.path / MARKER, "make reset deletes this folder with everything in it.\n")
        self.lock()
        for name in FOLDERS:
            make_folder(self.path / name)
        secret(self.path / "secrets" / "secret_key", size=48)

    def lock(self) -> None:
        """Hold the home until this process ends, however it ends.

        Raises:
            StartError: another supervisor holds it.
        """
        try:
            self._lock = (self.path / "lock").open("a", encoding="utf-8")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(f"Sealroom already runs in {self.path}; stop it first.") from None
        except OSError as error:
            raise StartError(f"Cannot write to the folder {self.path}: {error.strerror}.") from error

    def keep_mode(self, asked: str, *, default: str) -> str:
        """Return the mode of this home, which its first start decides.

        Demo people have known roles and passwords in a file: they never enter a vault in earnest, and a vault
        that has them is never put to earnest use.

        Raises:
            StartError: another mode is asked for now.
        """
        path = self.path / "mode"
        if not path.exists():
            write_private(path, asked or default)
        kept = path.read_text(encoding="utf-8")
        if asked and asked != kept:
            raise StartError(
                f"{self.path} was first started in {kept} mode and stays so; use another SEALROOM_HOME."
            )
        return kept

    def in_earnest(self) -> bool:
        """Whether its first start was in production mode."""
        mode = self.path / "mode"
        return mode.exists() and mode.read_text(encoding="utf-8") == "production"

    def remove(self) -> None:
        """Delete the home and, as root, the cluster in the system's state folder.

        Raises:
            StartError: a supervisor runs, or the folder held other files before Sealroom came.
        """
        if not self.path.exists():
            return
        if not (self.path / MARKER).exists():
            raise StartError(
                f"{self.path} was not made by Sealroom, so it is not deleted; remove it by hand."
            )
        self.lock()
        name = self.path / "postgres" / "cluster-id"
        if name.exists():
            shutil.rmtree(STATE / name.read_text(encoding="utf-8").strip(), ignore_errors=True)
        shutil.rmtree(self.path)
