"""What a client to be stored looks like before it is sealed, and how what people type becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from vault.formats.kinds import kind_of
from vault.masking.grades import Grade
from vault.records.errors import NotPossible
from vault.records.grading.declared import new_grade
from vault.records.labels import EXTRAS
from vault.records.models import ClientKind, Source

NOT_A_COMPANY = _(
    "Neither the name nor a credit code says that this is a company. Give its whole registered name, or "
    "choose “Person”."
)


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """Normalised values by field code, without empty ones. `purpose` and facets of "" mean the book's own.

    Raises NotPossible where only `kind` says that this is a company (vault.formats.kinds): here and not in
    the forms alone, because a list's rows come from a process that a hostile file may have taken over.
    """

    kind: str
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    source: str = Source.OTHER
    purpose: str = ""
    visibility: str = ""
    origin: str = ""
    use: str = ""

    def __post_init__(self) -> None:
        if self.kind == ClientKind.COMPANY and kind_of(self.values) != ClientKind.COMPANY:
            raise NotPossible(NOT_A_COMPANY)

    @property
    def grade(self) -> Grade:
        return new_grade(company=self.kind == ClientKind.COMPANY)

    @property
    def codes(self) -> set[str]:
        """Of everything that it holds (`labels.HELD`)."""
        return {*self.values, EXTRAS} if self.extras else {*self.values}

    def sealed_values(self) -> dict[str, object]:
        """Keyword arguments for the model; groups without a value stay absent."""
        return {**self.values, "extras": self.extras} if self.extras else {**self.values}
