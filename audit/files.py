"""Files that must be on disk, whole, before anything goes on, and that only their owner reads."""

import os
import secrets
from pathlib import Path


def owner_only(name: str, flags: int) -> int:
    """An `opener` for `open`."""
    return os.open(name, flags, 0o600)


def fsync_folder(folder: Path) -> None:
    """Have the names in a folder on disk, as fsync has a file's bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Replace the file: whoever reads sees the old bytes or the new ones, also after a power cut."""
    temporary = _written(path, data)
    temporary.replace(path)
    fsync_folder(path.parent)


def write_once(path: Path, data: bytes) -> bool:
    """Make the file, never over one that is there; whether this call made it."""
    temporary = _written(path, data)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    fsync_folder(path.parent)
    return True


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(temporary, "xb", opener=owner_only) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return temporary
