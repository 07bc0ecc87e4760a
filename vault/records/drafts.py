"""What a client to be stored looks like before it is sealed, and how what people type becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vault.masking.grades import Grade
from vault.records.grading.declared import new_grade
from vault.records.models import ClientKind, Source


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """Normalised values by field code, without empty ones. `purpose` and facets of "" mean the book's own."""

    kind: str
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    source: str = Source.OTHER
    purpose: str = ""
    visibility: str = ""
    origin: str = ""
    use: str = ""

    @property
    def grade(self) -> Grade:
        return new_grade(company=self.kind == ClientKind.COMPANY)

    def sealed_values(self) -> dict[str, object]:
        """Keyword arguments for the model; groups without a value stay absent."""
        return {**self.values, "extras": self.extras} if self.extras else {**self.values}
