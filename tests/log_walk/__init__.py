"""The log walk: every command and every job of the queue leaves an entry, or says why it has none to leave.

Each layer or slice lists its own in a module here: in `ROWS`, which `tests/test_log_walk.py` runs where they
find work, or in `SILENT`, with the reason. A command or a task that neither names fails the run.
"""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from audit.actions import Action

Job = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class World:
    """The people (with oscar, a third officer), Ming's book, a folder, and what commands are given."""

    people: SimpleNamespace
    book: Any
    folder: Path
    patch: pytest.MonkeyPatch

    def manage(self, *arguments: str, typed: str = "") -> str:
        """`manage.py` with these arguments; what it printed."""
        self.patch.setattr(sys, "stdin", io.StringIO(typed))
        said = io.StringIO()
        call_command(*arguments, stdout=said)
        return said.getvalue()


@dataclass(frozen=True, kw_only=True)
class Row:
    """`build` makes work and returns the job, which leaves at least one entry of `action`."""

    job: str  # the command's name, or the task's
    action: Action
    build: Callable[[World], Job]

    def __str__(self) -> str:
        return self.job
