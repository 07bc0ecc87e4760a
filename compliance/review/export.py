"""Entries as files: ids and codes only, as they stand in the log. Rows stream, however many they are."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.entry import timestamp
from audit.models import LogEntry
from compliance.review.ocsf import event
from vault.formats.formulas import neutralise_formula

COLUMNS = (
    *("id", "at", "actor", "on_behalf_of", "session", "request", "action", "purpose", "reason", "result"),
    *("object_type", "object_id", "subjects", "deal", "fields", "keys", "network", "writer", "seq"),
)
_JSON = "application/x-ndjson; charset=utf-8"


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


def json_lines(entries: Iterable[LogEntry]) -> Iterator[str]:
    """One JSON object a line: the columns, and beside them the leaf exactly as it is hashed, as text."""
    for entry in entries:
        row = {name: getattr(entry, name) for name in COLUMNS}
        row |= {"at": timestamp(entry.at), "leaf": bytes(entry.leaf).decode()}
        yield json.dumps(row, default=str, separators=(",", ":")) + "\n"


def ocsf_lines(entries: Iterable[LogEntry]) -> Iterator[str]:
    """One event of the Open Cybersecurity Schema Framework a line."""
    for entry in entries:
        yield json.dumps(event(entry), default=str, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class Format:
    code: str
    label: str | Promise
    media_type: str
    ending: str
    lines: Callable[[Iterable[LogEntry]], Iterator[str]]


FORMATS = {
    one.code: one
    for one in (
        Format("csv", _("Table (CSV)"), "text/csv; charset=utf-8", "csv", csv_lines),
        Format("jsonl", _("With the hashed bytes (JSON Lines)"), _JSON, "jsonl", json_lines),
        Format("ocsf", _("For a SIEM (OCSF 1.3)"), _JSON, "ocsf.jsonl", ocsf_lines),
    )
}


def _cell(entry: LogEntry, name: str) -> str:
    value = timestamp(entry.at) if name == "at" else getattr(entry, name)
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
