"""The registers that a seat can open, one an area: rows of ids, codes, counts and masks, of its period and
deals. The same rows are the page, the extract that answers a request, and the file in an evidence ZIP."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.entry import timestamp
from audit.models import LogEntry
from audit.sentences import lines, short
from compliance.accessreviews.codes import Kind
from compliance.accessreviews.models import ReviewedAccess
from compliance.accessreviews.showing import level_words
from compliance.destruction.models import DestructionRun
from compliance.outside.codes import Area
from compliance.outside.models import OutsideAudit
from compliance.outside.scope import begins, ends, entries_of, masked_names
from compliance.speakup.access import PROTECTED_ACT
from people.approvals.models import ApprovalRequest
from people.approvals.registry import action_of
from people.roles.sets import names_of
from people.training.records import Enrolment
from vault.formats.formulas import neutralise_formula

MOST_LINES = 50_000  # of one file


class Names(dict[UUID, str]):
    """Of people and things by their ids; `roles` by their codes."""

    roles: Mapping[str, str]


Cell = str | datetime | None
Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Register:
    """`rows`: what the audit's scope takes in, sorted by the field `by`; `named`: whom a row names; `cells`:
    what it says, times as times, since a page and a file write them differently."""

    area: Area
    columns: Sequence[Label]
    by: str
    rows: Callable[[OutsideAudit], "QuerySet[Any]"]
    named: Callable[[Any], Iterable[UUID | str | None]]
    cells: Callable[[Any, Names], list[Cell]]


def _access(audit: OutsideAudit) -> "QuerySet[Any]":
    found = ReviewedAccess.objects.filter(
        review__opened_at__gte=begins(audit), review__opened_at__lt=ends(audit)
    )
    found = found.select_related("review")
    return found.filter(deal__in=audit.deals) if audit.deals else found


def _access_cells(row: ReviewedAccess, names: Names) -> list[Cell]:
    decided = names.get(row.decided_by_id, "") if row.decided_by_id else ""
    return [
        str(row.review),
        str(row.get_kind_display()),
        names.get(row.person_id, short(row.person_id)),
        names.roles[row.level] if row.kind == Kind.ROLE else level_words(row),
        row.since.date().isoformat(),
        row.last_used.isoformat() if row.last_used else "",
        str(row.get_state_display()),
        decided,
    ]


def _approvals(audit: OutsideAudit) -> "QuerySet[Any]":
    """None where only some deals are looked at: a request does not name its deal in one way."""
    found = ApprovalRequest.objects.filter(created_at__gte=begins(audit), created_at__lt=ends(audit))
    return found.none() if audit.deals else found.exclude(action=PROTECTED_ACT).prefetch_related("decisions")


def _approval_cells(row: ApprovalRequest, names: Names) -> list[Cell]:
    try:
        what = str(action_of(row.action).label)
    except KeyError:
        what = row.action
    deciders = ", ".join(names.get(one.decider_id, "") for one in row.decisions.all())
    return [
        short(row.pk),
        what,
        names.get(row.requester_id, short(row.requester_id)),
        row.created_at,
        str(row.get_state_display()),
        deciders,
        row.decided_at,
    ]


def _destruction(audit: OutsideAudit) -> "QuerySet[Any]":
    """None where only some deals are looked at: a run is of the whole house."""
    found = DestructionRun.objects.filter(proposed_at__gte=begins(audit), proposed_at__lt=ends(audit))
    return found.none() if audit.deals else found


def _destruction_cells(row: DestructionRun, names: Names) -> list[Cell]:
    ordered = names.get(row.ordered_by_id, "") if row.ordered_by_id else ""
    return [
        short(row.pk),
        row.proposed_at,
        str(row.size),
        str(row.get_state_display()),
        ordered,
        row.ended_at,
    ]


def _training(audit: OutsideAudit) -> "QuerySet[Any]":
    found = Enrolment.objects.filter(made_at__gte=begins(audit), made_at__lt=ends(audit)).select_related(
        "track"
    )
    return found.filter(deal_id__in=audit.deals) if audit.deals else found


def _training_cells(row: Enrolment, names: Names) -> list[Cell]:
    late = row.ended_at is None and row.due_at <= timezone.now()
    return [
        str(row.track),
        names.get(row.person_id, short(row.person_id)),
        str(row.round),
        row.made_at,
        row.due_at,
        _("overdue") if late else "",
    ]


def _log(audit: OutsideAudit) -> "QuerySet[Any]":
    return entries_of(audit)


def _log_named(row: LogEntry) -> Iterable[UUID | str | None]:
    return (row.actor, row.on_behalf_of, row.object_id, row.deal, *row.subjects[:3])


def _log_cells(row: LogEntry, names: Names) -> list[Cell]:
    [line] = lines([row], names)
    return [
        row.at,
        str(row.pk),
        line.words,
        row.action,
        row.result,
        names.get(row.deal, "") if row.deal else "",
    ]


REGISTERS: dict[str, Register] = {
    one.area.value: one
    for one in (
        Register(
            area=Area.LOG,
            columns=(
                gettext_lazy("When"),
                pgettext_lazy("outside audit", "Entry"),
                pgettext_lazy("outside audit", "What happened"),
                gettext_lazy("Action"),
                gettext_lazy("Result"),
                gettext_lazy("Deal"),
            ),
            by="-at",
            rows=_log,
            named=_log_named,
            cells=_log_cells,
        ),
        Register(
            area=Area.ACCESS,
            columns=(
                gettext_lazy("Quarter"),
                gettext_lazy("Access to"),
                gettext_lazy("Person"),
                pgettext_lazy("access", "May"),
                gettext_lazy("Since"),
                pgettext_lazy("access", "Last used"),
                gettext_lazy("State"),
                pgettext_lazy("outside audit", "Decided by"),
            ),
            by="-since",
            rows=_access,
            named=lambda row: (
                row.person_id,
                row.decided_by_id,
                row.level if row.kind == Kind.ROLE else None,
            ),
            cells=_access_cells,
        ),
        Register(
            area=Area.APPROVALS,
            columns=(
                pgettext_lazy("outside audit", "Request"),
                pgettext_lazy("outside audit", "For what"),
                pgettext_lazy("outside audit", "Requester"),
                pgettext_lazy("outside audit", "Asked on"),
                gettext_lazy("State"),
                pgettext_lazy("outside audit", "Deciders"),
                pgettext_lazy("outside audit", "Decided on"),
            ),
            by="-created_at",
            rows=_approvals,
            named=lambda row: (row.requester_id, *(one.decider_id for one in row.decisions.all())),
            cells=_approval_cells,
        ),
        Register(
            area=Area.DESTRUCTION,
            columns=(
                pgettext_lazy("outside audit", "Run"),
                pgettext_lazy("outside audit", "Proposed on"),
                pgettext_lazy("outside audit", "Records"),
                gettext_lazy("State"),
                pgettext_lazy("outside audit", "Ordered by"),
                pgettext_lazy("outside audit", "Ended on"),
            ),
            by="-proposed_at",
            rows=_destruction,
            named=lambda row: (row.ordered_by_id,),
            cells=_destruction_cells,
        ),
        Register(
            area=Area.TRAINING,
            columns=(
                pgettext_lazy("outside audit", "Course"),
                gettext_lazy("Person"),
                pgettext_lazy("outside audit", "Round"),
                pgettext_lazy("outside audit", "Enrolled on"),
                pgettext_lazy("outside audit", "Due"),
                pgettext_lazy("outside audit", "Late"),
            ),
            by="-made_at",
            rows=_training,
            named=lambda row: (row.person_id,),
            cells=_training_cells,
        ),
    )
}


def shown(register: Register, rows: Sequence[Any]) -> list[tuple[Any, list[Cell]]]:
    """Each row with its cells. The names in one query a kind, however many rows."""
    named = {one for row in rows for one in register.named(row) if one is not None}
    names = Names(masked_names({one for one in named if isinstance(one, UUID)}))
    names.roles = names_of(one for one in named if isinstance(one, str))
    return [(row, register.cells(row, names)) for row in rows]


def as_csv(register: Register, audit: OutsideAudit, *, mark: str, until: Q | None = None) -> bytes:
    """The register as a table, oldest first, with the mark of whom it is made for in its last line; at most
    MOST_LINES rows, which it says. A cell that a spreadsheet could run is kept from it."""
    found = register.rows(audit)
    if until is not None:
        found = found.filter(until)
    rows = list(found.order_by(register.by.removeprefix("-"), "pk")[:MOST_LINES])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralise_formula(str(column)) for column in register.columns])
    for _row, cells in shown(register, rows):
        writer.writerow([neutralise_formula(_in_file(cell)) for cell in cells])
    writer.writerow([f"{len(rows)} · {mark}"])
    return ("\ufeff" + text.getvalue()).encode()


def _in_file(cell: Cell) -> str:
    """A time as the log writes it, in UTC: a file is read in any zone."""
    return timestamp(cell) if isinstance(cell, datetime) else cell or ""
