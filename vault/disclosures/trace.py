"""Tracing a sheet: reads the marks and the rows, asks the blind indexes who they are, and logs who asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.db.models import Count

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read_many
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from people.scanning.services import require_clean
from vault.crypto.blind import IndexKey
from vault.disclosures.leaked import LeakedRow, read_leaked
from vault.disclosures.lookups import MAX_COMPARED, candidates, compared
from vault.disclosures.marking import MOST, canary_count, identifying
from vault.disclosures.marks import mark_key, mark_keys
from vault.disclosures.masked_marks import (
    ENDS,
    NUMBERS,
    agreement_of_stars,
    end_names,
    most_alike,
    shown,
    stars,
)
from vault.disclosures.models import Export, ExportItem
from vault.disclosures.tracing import Evidence, Trace, agreement, decide, readings, rows_in
from vault.disclosures.watching import known_canaries
from vault.records.labels import Field
from vault.records.models import Client

_PIECE = 64 * 1024  # bytes
MAX_STARS = 2000  # different cells whose stars are compared with each masked export


class Marks(NamedTuple):
    """What of the cells speaks for an export, as `Evidence` has it."""

    bits: int = 0
    agreeing: int = 0
    met: int = 0
    chance: float = 0.0


def trace(*, actor: User, file: BinaryIO, filename: str) -> Trace:
    """Name the recipient of the export that a sheet came from.

    Of the people in the sheet those who were exported are opened, to be compared, and shown to nobody.
    Raises Refused; Unclean where the virus scanner does not pass it; SheetError when it is no sheet.
    """
    require(actor, Permission.DISCLOSURE_READ)
    refused = Entry(action=Action.EXPORT_TRACE, object_type=ObjectType.EXPORT, object_id=None)
    require_clean(iter(partial(file.read, _PIECE), b""), refused)
    file.seek(0)
    leaked = read_leaked(file, filename)
    rows = leaked.rows
    key = mark_key(mark_keys())
    names = {name for row in rows for reading in row.readings() for name in identifying(reading)}
    canaries = known_canaries(key, names)
    held = _held(candidates(rows))
    people = compared(held, rows)
    clients = [people.of(row) for row in rows]
    matched = rows_in(clients, held)
    forms = _forms(key, rows, clients, people.addresses, held)
    marks = {export: Marks(*pair) for export, pair in forms.items()} | _masks(key, rows)
    sizes = dict(Export.objects.filter(pk__in={*canaries, *matched, *marks}).values_list("pk", "size"))
    alive = _alive(canaries)
    evidence = [
        Evidence(
            export,
            canaries=len(canaries.get(export, ())),
            size=size,
            alive=alive.get(export, 0),
            held=matched.get(export, frozenset()),
            bits=found.bits,
            agreeing=found.agreeing,
            masked=found.met,
            chance=found.chance,
        )
        for export, size in sizes.items()
        for found in [marks.get(export, Marks())]
    ]
    known = sum(1 for who in clients if who)
    phones = len({one for row in rows for one in row.values.get(Field.PHONE, ())})
    answer = replace(
        decide(len(rows), known, evidence, MOST, phones),
        seen=leaked.seen,
        cut=leaked.cut,
        long_cells=leaked.long_cells,
        uncompared=max(0, len(held) - MAX_COMPARED),
    )
    _log(answer)
    return answer


def _masks(key: IndexKey, rows: Sequence[LeakedRow]) -> dict[UUID, Marks]:
    """What the masks of the sheet say of each masked export; nobody is opened for it."""
    cells = {cell for row in rows for cell in row.masks}
    if not cells:
        return {}
    shows = set(map(shown, cells))
    met = known_canaries(key, end_names(shows))
    read = sorted({one for one in map(stars, cells) if one is not None})[:MAX_STARS]
    # Each invented number is met with a chance of one in ENDS for every cell of the sheet that is like it.
    each = NUMBERS * most_alike(shows) / ENDS
    exports = Export.objects.filter(masked=True, built_at__isnull=False).values_list("pk", "size")
    return {
        export: Marks(
            *agreement_of_stars(key, export, read), len(met.get(export, ())), canary_count(size) * each
        )
        for export, size in exports.iterator()
    }


def _held(clients: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Client → the exports that held it and were made."""
    held: dict[UUID, set[UUID]] = defaultdict(set)
    items = ExportItem.objects.filter(client_id__in=list(clients), export__built_at__isnull=False)
    for client, export in items.values_list("client_id", "export_id"):
        held[client].add(export)
    return held


def _alive(exports: Iterable[UUID]) -> dict[UUID, int]:
    """Export → how many of its people are in the vault still."""
    items = ExportItem.objects.filter(export__in=list(exports), client_id__in=Client.objects.values("pk"))
    return dict(items.order_by().values_list("export_id").annotate(Count("pk")))


def _forms(
    key: IndexKey,
    rows: Sequence[LeakedRow],
    clients: Sequence[set[UUID]],
    recorded: Mapping[UUID, str],
    held: Mapping[UUID, set[UUID]],
) -> dict[UUID, tuple[int, int]]:
    """Export → (bits, agreeing) of the addresses in the sheet."""
    read = readings(
        (client, recorded[client], leaked)
        for row, found in zip(rows, clients, strict=True)
        for client in found
        if client in recorded
        for leaked in row.addresses
    )
    exports = {export for client, _ in read for export in held[client]}
    return {
        export: agreement(key, export, [one for one in read if export in held[one[0]]]) for export in exports
    }


def _log(answer: Trace) -> None:
    named: list[UUID | None] = [finding.evidence.export for finding in answer.named]
    record_read_many(
        [
            Entry(action=Action.EXPORT_TRACE, object_type=ObjectType.EXPORT, object_id=export)
            for export in named or [None]
        ]
    )
