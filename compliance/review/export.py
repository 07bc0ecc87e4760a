"""Entries as CSV: ids and codes only, as they stand in the log."""

import csv
from collections.abc import Iterable, Iterator

from audit.entry import timestamp
from audit.models import LogEntry
from vault.formats.formulas import neutralise_formula

COLUMNS = (
    *("id", "at", "actor", "on_behalf_of", "session", "request", "action", "purpose", "reason", "result"),
    *("object_type", "object_id", "subjects", "deal", "fields", "keys", "network", "writer", "seq"),
)


class _Echo:
    """A file that hands back what is written to it, so that rows stream."""

    def write(self, text: str) -> str:
        return text


def csv_lines(entries: Iterable[LogEntry]) -> Iterator[str]:
    """The lines of the file, heading first; a byte order mark tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in entries:
        yield writer.writerow([neutralise_formula(_cell(entry, name)) for name in COLUMNS])


def _cell(entry: LogEntry, name: str) -> str:
    value = timestamp(entry.at) if name == "at" else getattr(entry, name)
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
