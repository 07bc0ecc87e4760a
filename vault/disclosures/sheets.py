"""Writing an export: CSV that spreadsheets open in the right encoding, or XLSX with a sheet about itself."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vault.disclosures.models import Export, Format
from vault.formats.formulas import neutralise_formula
from vault.purposes.catalogue import Purpose
from vault.records.labels import FIELD_LABELS, Field

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, production 2
_MAINLAND = "+86"
_COLUMN_WIDTH = 20  # characters
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file says of itself: label and value."""

    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, export: Export, recipient: str) -> "Stamp":
        return cls(
            (
                (_("Export"), str(export.pk)),
                (_("Recipient"), recipient),
                (_("Asked for by"), export.requester.display_name),
                (_("Purpose"), str(Purpose(export.purpose).label)),
                (_("Made"), date_format(timezone.localtime(), "DATETIME_FORMAT")),
                (_("Note"), _("For this recipient and purpose alone. Every copy can be traced to it.")),
            )
        )

    @property
    def line(self) -> str:
        return " · ".join(f"{label}: {value}" for label, value in self.facts)


def write_sheet(target: BinaryIO, form: str, fields: Sequence[Field], rows: Rows, stamp: Stamp) -> None:
    """Write the rows in the language active now. Every cell is text and none a formula."""
    headings = [str(FIELD_LABELS[field]) for field in fields]
    cells = [[_cell(field, row.get(field.value, "")) for field in fields] for row in rows]
    if form == Format.CSV:
        _write_csv(target, headings, cells, stamp)
    else:
        _write_xlsx(target, headings, cells, stamp)


def _cell(field: Field, value: str) -> str:
    """A mainland number as people write it, which no spreadsheet takes for a formula."""
    if field is Field.PHONE:
        value = value.removeprefix(_MAINLAND)
    return neutralise_formula(value)


def _write_csv(target: BinaryIO, headings: list[str], cells: list[list[str]], stamp: Stamp) -> None:
    text = io.TextIOWrapper(target, "utf-8-sig", newline="")  # with the mark by which Excel knows UTF-8
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralise_formula(stamp.line)])
    writer.writerow(headings)
    writer.writerows(cells)
    text.flush()
    text.detach()


def _write_xlsx(target: BinaryIO, headings: list[str], cells: list[list[str]], stamp: Stamp) -> None:
    # In memory: XlsxWriter's other way is plaintext in temporary files.
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    plain = book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True})
    sheet = book.add_worksheet(_("Clients"))
    sheet.set_column(0, len(headings) - 1, _COLUMN_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.set_footer("&L&8" + stamp.line.replace("&", "&&")[:200])
    for number, row in enumerate([headings, *cells]):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, _NOT_XML.sub("", cell), bold if number == 0 else plain)
    about = book.add_worksheet(_("About this list"))
    about.set_column(0, 1, 2 * _COLUMN_WIDTH)
    for number, (label, value) in enumerate(stamp.facts):
        about.write_string(number, 0, label, bold)
        about.write_string(number, 1, neutralise_formula(value), plain)
    book.close()
