"""Checkpoints as files, each on disk before it counts. The folder may be another machine's disk."""

from datetime import timedelta
from pathlib import Path

from audit.checkpoints.sinks.base import DAY, NAME, BadCopy, Sink, SinkDown, day_of, name_of
from audit.checkpoints.store import Checkpoint
from audit.files import write_once

_ENDING = ".checkpoint"


class FileSink(Sink):
    name = "file"
    every = timedelta(seconds=10)
    takes_all = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, checkpoint: Checkpoint) -> None:
        """A file that is there is left as it is: comparing names one that differs."""
        try:
            write_once(self._path(day_of(checkpoint), name_of(checkpoint.size)), checkpoint.note)
        except OSError:
            raise SinkDown("not-written") from None

    def days(self) -> list[str]:
        try:
            return sorted(one.name for one in self._folder.iterdir() if DAY.match(one.name))
        except FileNotFoundError:
            return []
        except OSError:
            raise SinkDown("not-read") from None

    def names(self, day: str) -> list[str]:
        try:
            found = [one.name for one in (self._folder / day).iterdir()]
        except FileNotFoundError:
            return []
        except OSError:
            raise SinkDown("not-read") from None
        return sorted(
            filter(NAME.match, (one.removesuffix(_ENDING) for one in found if one.endswith(_ENDING)))
        )

    def read(self, day: str, name: str) -> bytes:
        try:
            return self._path(day, name).read_bytes()
        except FileNotFoundError:
            raise BadCopy("gone") from None
        except OSError:
            raise SinkDown("not-read") from None

    def _path(self, day: str, name: str) -> Path:
        return self._folder / day / f"{name}{_ENDING}"
