"""The page on which columns are mapped: headings, what each becomes, and masks of the first rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from vault.formats.checked import FormatError
from vault.masking.masks import mask
from vault.records.grading.masking import mask_of_new
from vault.records.importing.forms import PlaceForm, PlanForm, seen
from vault.records.importing.headings import EXTRA, IGNORE, Field, column_letters, shows_data
from vault.records.importing.jobfiles import open_outline
from vault.records.importing.models import ImportJob
from vault.records.importing.outline import Proposal
from vault.records.importing.remembering import remembered
from vault.records.importing.rows import formats, guess_kind
from vault.records.labels import Field as SealedField
from vault.records.models import ClientBook, ClientKind

SAMPLE = 5  # rows
_HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list: `doubtful` says that some of the sample does not fit what it becomes."""

    heading: str = field(repr=False)
    choice: BoundField
    masks: list[str] = field(repr=False)
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Preview:
    form: PlanForm
    columns: list[Column]
    rows: int
    warnings: list[str]
    opened: Any


def preview_of(job: ImportJob, data: Any = None) -> Preview:
    """What will become of the list: as proposed, or as a form's `data` says.

    Raises KeyWithheld: the file is destroyed, or the book locked.
    """
    opened = open_outline(job)
    outline = opened.outline
    known = remembered(job.book, opened)
    place = PlaceForm(data) if data else None
    chosen = None
    if place and place.is_valid() and place.cleaned_data["sheet"] < len(outline.sheets):
        sheet, header = place.cleaned_data["sheet"], place.cleaned_data["header"]
        proposal = outline.propose(sheet, header, remembered=known)
        # Columns that were shown for another sheet or row say nothing about these.
        chosen = data if place.cleaned_data["seen"] == seen(sheet, header) else None
    else:
        proposal = outline.propose(remembered=known)
    form = PlanForm(chosen, outline=outline, proposal=proposal)
    top = outline.sheets[proposal.plan.sheet]
    columns = _columns(job.book, form, proposal, top.below(proposal.plan.header)[:SAMPLE])
    rows = max(top.height - proposal.plan.header, 0)
    return Preview(form, columns, rows, _warnings(proposal, form), opened)


def _columns(book: ClientBook, form: PlanForm, proposal: Proposal, sample: list[list[str]]) -> list[Column]:
    choices = [form[f"column_{at}"] for at in range(len(proposal.names))]
    targets = [str(choice.value()) for choice in choices]
    masks: list[list[str | None]] = [[] for _target in targets]
    for row in sample:
        read = [(at, target, _read(target, row[at])) for at, target in enumerate(targets) if _holds(row, at)]
        company = _is_company({target: value for _at, target, value in read if value is not None})
        for at, target, value in read:
            masks[at].append(None if value is None else _masked(book, target, value, company=company))
    # A row of clients that was chosen for the headings would show them in full.
    data = shows_data(proposal.names)
    return [
        Column(
            _heading(name, at, data=data), choice, [one for one in shown if one is not None], None in shown
        )
        for at, (name, choice, shown) in enumerate(zip(proposal.names, choices, masks, strict=True))
    ]


def _holds(row: list[str], at: int) -> bool:
    return at < len(row) and bool(row[at].strip())


def _heading(name: str, at: int, *, data: bool) -> str:
    if not name.strip():
        return _("Column %(letters)s") % {"letters": column_letters(at)}
    return _HIDDEN if data else name.strip()


def _read(target: str, cell: str) -> str | None:
    """A cell as its column takes it; None where it cannot be what its column becomes."""
    check: Callable[[str], Any] | None = formats().get(target)
    try:
        value: str = check(cell).value if check else cell
    except FormatError:
        return None
    return value


def _is_company(values: dict[str, str]) -> bool:
    return (values.get(Field.KIND.value) or guess_kind(values)) == ClientKind.COMPANY


def _masked(book: ClientBook, target: str, value: str, *, company: bool) -> str:
    """As the client will be masked once it is in the book."""
    if target in (EXTRA, IGNORE):
        return _HIDDEN
    if target == Field.KIND.value:
        return str(ClientKind(value).label)
    if target in set(SealedField):
        return mask_of_new(book, SealedField(target), value, company=company)
    return mask(target, value)


def _warnings(proposal: Proposal, form: PlanForm) -> list[str]:
    plan, sheets = proposal.plan, form.outline.sheets
    top = sheets[plan.sheet]
    said = []
    if not plan.header:
        said.append(
            _("This list has no headings. Say below what each column is; its first row counts as a client.")
        )
    elif plan.header > 1:
        said.append(_("What stands above row %(row)d is not imported.") % {"row": plan.header})
    if proposal.doubles:
        columns = ", ".join(map(column_letters, proposal.doubles))
        said.append(
            _("More than one column reads like the same field. Look at column %(columns)s.")
            % {"columns": columns}
        )
    if len(sheets) > 1:
        said.append(
            _("The workbook has %(count)d sheets. One is imported at a time.") % {"count": len(sheets)}
        )
    if top.merged:
        said.append(_("Merged cells: their value counts for every row that they span."))
    return said
