"""What a client to be stored looks like before it is sealed, and how what people type becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vault.masking.grades import Grade
from vault.records.models import ClientKind, Source


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """Normalised values by field code, without empty ones. `purpose` "" means the book's own."""

    kind: str
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    source: str = Source.OTHER
    purpose: str = ""

    @property
    def grade(self) -> Grade:
        """What a new client starts with; people may raise it later."""
        return Grade.L3 if self.kind == ClientKind.PERSON else Grade.L2

    def sealed_values(self) -> dict[str, object]:
        """Keyword arguments for the model; groups without a value stay absent."""
        return {**self.values, "extras": self.extras} if self.extras else {**self.values}
