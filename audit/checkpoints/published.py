"""Which checkpoints were put into each sink, kept beside the database as its place is: what is gone from a
sink shows by what was there, older ones too.

A file a day in `SINKS_DIR/published/<sink>/`, a size a line, as the copies lie in the sink. Sizes alone.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from audit.checkpoints.sinks.base import DAY, NAME
from audit.files import fsync_folder, owner_only


def note(sink: str, day: str, names: Iterable[str]) -> None:
    """They lie in the sink now; on disk before this returns. A second time changes nothing that counts."""
    lines = "".join(f"{name}\n" for name in names)
    if not lines:
        return
    path = _folder(sink) / day
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, "ab", opener=owner_only) as file:
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        fsync_folder(path.parent)


def days(sink: str) -> list[str]:
    """The days of which something is noted, oldest first."""
    try:
        return sorted(one.name for one in _folder(sink).iterdir() if DAY.match(one.name))
    except OSError:
        return []


def names(sink: str, day: str) -> list[str]:
    """What was put there on that day, smallest first. A line that a power cut tore is no name."""
    try:
        lines = (_folder(sink) / day).read_text(encoding="ascii", errors="replace").split("\n")
    except OSError:
        return []
    return sorted({line for line in lines if NAME.match(line)})


def _folder(sink: str) -> Path:
    return Path(settings.SINKS_DIR) / "published" / sink
