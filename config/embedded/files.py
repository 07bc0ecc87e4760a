"""Small files and folders of the home: private, and never half written."""

import os
import secrets
import socket
from pathlib import Path

from config.embedded.errors import StartError


def make_folder(path: Path, mode: int = 0o700) -> Path:
    """Make a folder with exactly this mode; a folder that is there already keeps its own.

    Raises:
        StartError: it cannot be made or written to.
    """
    try:
        if not path.is_dir():
            path.mkdir(parents=True)
            path.chmod(mode)
    except OSError as error:
        raise StartError(f"Cannot make the folder {path}: {error.strerror}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise StartError(f"Cannot write to the folder {path}: permission denied.")
    return path


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file in one step, durably: a reader sees the old text or the new one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def secret(path: Path, *, size: int = 32) -> str:
    """Return the secret kept in a file, made of `size` random bytes at first."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(size))
    return path.read_text(encoding="utf-8").strip()


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def kept_port(path: Path, *, fresh: bool = False) -> int:
    """Return the port kept in a file, or a free one (then kept) if it is taken, missing or refused."""
    if not fresh and path.exists():
        port = int(path.read_text(encoding="utf-8"))
        if port_is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    write_private(path, str(port))
    return port
