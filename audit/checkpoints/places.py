"""What is known of each sink, kept beside the database and not in it: a restored database must not bring back
an older idea of what stands outside.

One small file a sink in `SINKS_DIR`. Sizes, times, codes and the sink's newest note; no address, no person.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.files import write_whole


@dataclass(frozen=True, slots=True)
class Place:
    """How far a sink is.

    Attributes:
        size, note: of the newest checkpoint that was put there or read back.
        put_at: when the last one arrived.
        error: why the last try failed, a code; empty after one that did not.
        tried_at: when that was.
        compared_at: when it was last read back.
        found: what the comparison found, a code of `comparing.Found`; empty before the first.
        walked: up to which copy the older ones were compared.
        counted: up to which day the copies that lie there were compared with those that were put there.
    """

    size: int = 0
    note: str = ""
    put_at: datetime | None = None
    error: str = ""
    tried_at: datetime | None = None
    compared_at: datetime | None = None
    found: str = ""
    walked: str = ""
    counted: str = ""


_TIMES = ("put_at", "tried_at", "compared_at")


def read(sink: str) -> Place:
    """The place of the sink; a new one where none is known or its file is damaged."""
    try:
        kept: dict[str, Any] = json.loads(_path(sink).read_text(encoding="utf-8"))
        for name in _TIMES:
            kept[name] = datetime.fromisoformat(kept[name]) if kept[name] else None
        return Place(**kept)
    except (OSError, KeyError, TypeError, ValueError):
        return Place()


def change(sink: str, **changes: Any) -> Place:
    """Note what is new of the sink, on disk before this returns."""
    with _alone(sink):
        place = replace(read(sink), **changes)
        kept = asdict(place)
        for name in _TIMES:
            kept[name] = kept[name].astimezone(UTC).isoformat() if kept[name] else None
        write_whole(_path(sink), json.dumps(kept).encode())
    return place


@contextmanager
def _alone(sink: str) -> Iterator[None]:
    """Publisher, comparer and signer each change their part of the file, one after the other."""
    lock = _path(sink).with_suffix(".lock")
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _path(sink: str) -> Path:
    return Path(settings.SINKS_DIR) / f"{sink}.json"
