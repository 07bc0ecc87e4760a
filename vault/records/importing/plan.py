"""How a list is read: which sheet, which row holds the headings, and what each column becomes.

A plan holds numbers and codes alone, so that it may lie unsealed beside the job: the headings themselves,
which in a wrong file are somebody's data, stay in the sealed file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vault.records.importing.headings import EXTRA, IGNORE, Field, column_letters
from vault.records.importing.problems import SheetError
from vault.records.importing.sniffing import TextForm


@dataclass(frozen=True, slots=True)
class Plan:
    """`sheet` counts from 0; `header` is the row of the headings, counted from 1, 0 where there is none."""

    sheet: int
    header: int
    targets: tuple[str, ...]
    form: TextForm | None = None

    def as_json(self) -> dict[str, Any]:
        form = None if self.form is None else [self.form.encoding, self.form.delimiter]
        return {"sheet": self.sheet, "header": self.header, "targets": list(self.targets), "form": form}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Plan":
        form = None if data["form"] is None else TextForm(*data["form"])
        return cls(data["sheet"], data["header"], tuple(data["targets"]), form)


def check(targets: Sequence[str]) -> None:
    """Raises SheetError: no column is the name, or two are the same field."""
    fields = [target for target in targets if target not in (EXTRA, IGNORE)]
    if Field.NAME.value not in fields:
        raise SheetError("headings.no_name")
    for field in set(fields):
        if fields.count(field) > 1:
            columns = [at for at, target in enumerate(targets) if target == field]
            raise SheetError("headings.twice", columns=", ".join(map(column_letters, columns)))
