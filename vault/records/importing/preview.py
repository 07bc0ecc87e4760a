"""The page on which columns are mapped: headings, what each becomes, and masks of the first rows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from vault.formats.checked import FormatError
from vault.formats.dates import today
from vault.formats.kinds import kind_of
from vault.masking.masks import mask
from vault.purposes.needs import needless_in
from vault.records.grading.masking import mask_of_new
from vault.records.importing.forms import PlaceForm, PlanForm, seen
from vault.records.importing.headings import EXTRA, IGNORE, Field, column_letters, shows_data
from vault.records.importing.jobfiles import open_outline
from vault.records.importing.models import ImportJob
from vault.records.importing.needless import needless_columns, without
from vault.records.importing.outline import Proposal
from vault.records.importing.remembering import remembered
from vault.records.importing.rows import code_in, formats
from vault.records.labels import EXTRAS
from vault.records.labels import Field as SealedField
from vault.records.models import ClientBook, ClientKind

SAMPLE = 5  # rows
_HIDDEN = "****"
_WORDS = {Field.SOURCE.value, Field.PURPOSE.value}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list: `doubtful` says that some of the sample does not fit what it becomes,
    `needless` that it is left out because no purpose of the book needs it, `unknown` that nobody ever said
    what its heading means: it becomes an extra field for want of a better one, or is left out."""

    heading: str = field(repr=False)
    choice: BoundField
    masks: list[str] = field(repr=False)
    doubtful: bool
    needless: bool = False
    unknown: bool = False


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
    known, needless = remembered(job.book, opened), needless_in(job.book_id)
    place = PlaceForm(data) if data else None
    chosen = None
    if place and place.is_valid() and place.cleaned_data["sheet"] < len(outline.sheets):
        sheet, header = place.cleaned_data["sheet"], place.cleaned_data["header"]
        proposal = outline.propose(sheet, header, remembered=known)
        # Columns that were shown for another sheet or row say nothing about these.
        chosen = data if place.cleaned_data["seen"] == seen(sheet, header) else None
    else:
        proposal = outline.propose(remembered=known)
    left_out = needless_columns(proposal, needless)
    unknown = _unknown(proposal, known)
    proposal = without(proposal, left_out)
    form = PlanForm(chosen, outline=outline, proposal=proposal, needless=needless)
    top = outline.sheets[proposal.plan.sheet]
    sample = top.below(proposal.plan.header)[:SAMPLE]
    columns = _columns(job.book, form, proposal, sample)
    for at, column in enumerate(columns):
        columns[at] = replace(column, needless=at in left_out, unknown=at in unknown)
    rows = max(top.height - proposal.plan.header, 0)
    return Preview(form, columns, rows, _warnings(proposal, form, needless, unknown - left_out), opened)


def _columns(
    book: ClientBook,
    form: PlanForm,
    proposal: Proposal,
    sample: list[list[str]],
) -> list[Column]:
    choices = [form[f"column_{at}"] for at in range(len(proposal.names))]
    targets = [str(choice.value()) for choice in choices]
    masks: list[list[str | None]] = [[] for _target in targets]
    for row in sample:
        read = [
            (at, target, _read(target, row[at], targets))
            for at, target in enumerate(targets)
            if _holds(row, at)
        ]
        company = _is_company({target: value for _at, target, value in read if value is not None})
        for at, target, value in read:
            masks[at].append(None if value is None else _masked(book, target, value, company=company))
    # A row of clients that was chosen for the headings would show them in full.
    data = shows_data(proposal.names)
    return [
        Column(
            _heading(name, at, data=data),
            choice,
            [one for one in shown if one is not None],
            None in shown,
        )
        for at, (name, choice, shown) in enumerate(zip(proposal.names, choices, masks, strict=True))
    ]


def _unknown(proposal: Proposal, known: Callable[[str], str | None]) -> frozenset[int]:
    """Columns below a heading that neither we nor this book's people know. Two of one field are `doubles`."""
    return frozenset(
        at
        for at, (name, target) in enumerate(zip(proposal.names, proposal.plan.targets, strict=True))
        if target == EXTRA and at not in proposal.doubles and known(name) is None
    )


def _holds(row: list[str], at: int) -> bool:
    return at < len(row) and bool(row[at].strip())


def _heading(name: str, at: int, *, data: bool) -> str:
    if not name.strip():
        return _("Column %(letters)s") % {"letters": column_letters(at)}
    return _HIDDEN if data else name.strip()


def _read(target: str, cell: str, targets: Sequence[str]) -> str | None:
    """A cell as its column takes it; None where it cannot be what its column becomes."""
    check: Callable[[str], Any] | None = formats(today()).get(target)
    try:
        value: str = check(cell).value if check else cell
    except FormatError:
        has_codes = Field.CREDIT_CODE.value in targets
        return code_in(cell) or None if target == Field.ID_NUMBER.value and not has_codes else None
    return value


def _is_company(values: dict[str, str]) -> bool:
    return kind_of(values, said=values.get(Field.KIND.value, "")) == ClientKind.COMPANY


def _masked(book: ClientBook, target: str, value: str, *, company: bool) -> str:
    """As the client will be masked once it is in the book."""
    if target in (EXTRA, IGNORE):
        return _HIDDEN
    if target == Field.KIND.value:
        return str(ClientKind(value).label)
    if target in set(SealedField):
        return mask_of_new(book, SealedField(target), value, company=company)
    return mask(target, value)


def _warnings(
    proposal: Proposal, form: PlanForm, needless: Collection[str], unknown: Collection[int]
) -> list[str]:
    plan, sheets = proposal.plan, form.outline.sheets
    top = sheets[plan.sheet]
    said = []
    if top.height <= plan.header:
        said.append(_("There is no row of clients here: nothing would be imported."))
    if not plan.header:
        said.append(
            _("This list has no headings. Say below what each column is; its first row counts as a client.")
        )
    elif plan.header > 1:
        said.append(_("What stands above row %(row)d is not imported.") % {"row": plan.header})
    if unknown:
        columns = _(", ").join(map(column_letters, sorted(unknown)))
        said.append(
            _("Not recognised: column %(columns)s. Say what it is, or it is kept as an extra field.")
            % {"columns": columns}
        )
    if proposal.doubles:
        columns = _(", ").join(map(column_letters, proposal.doubles))
        said.append(
            _("More than one column reads like the same field. Look at column %(columns)s.")
            % {"columns": columns}
        )
    if len(sheets) > 1:
        said.append(
            _("The workbook has %(count)d sheets. One is imported at a time.") % {"count": len(sheets)}
        )
    if EXTRAS in needless and _WORDS.intersection(plan.targets):
        said.append(
            _("A source or purpose in words of your own is not kept: this book needs no extra fields.")
        )
    if top.merged:
        said.append(_("Merged cells: their value counts for every row that they span."))
    return said
