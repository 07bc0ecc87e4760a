"""Reading the ledger: the newest word of each client, in one query for any number of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from vault.purposes.consents.models import ConsentEvent

_KEY = ("client_id", "purpose", "scope", "recipient")


@dataclass(frozen=True, slots=True)
class Word:
    """What holds now: the newest row of one client, purpose, scope and recipient."""

    id: UUID
    given: bool
    form: str
    channel: str
    notice_version: int
    at: datetime
    has_proof: bool
    to_confirm: bool
    accepted: bool | None

    @property
    def stands(self) -> bool:
        """Consent was given, and no officer has said that it does not count."""
        return self.given and self.accepted is not False

    @property
    def waits(self) -> bool:
        """Consent was given, and counts only once an officer has confirmed it."""
        return self.given and self.to_confirm and self.accepted is None

    @property
    def counts(self) -> bool:
        return self.stands and not self.waits


def words_of(clients: Collection[UUID], *, purpose: str = "") -> dict[UUID, dict[tuple[str, str, str], Word]]:
    """Client → (purpose, scope, recipient) → the newest word. One query, by the index consent_state."""
    rows = ConsentEvent.objects.filter(client_id__in=clients)
    if purpose:
        rows = rows.filter(purpose=purpose)
    newest = rows.order_by(*_KEY, "-at", "-id").distinct(*_KEY)
    found: dict[UUID, dict[tuple[str, str, str], Word]] = defaultdict(dict)
    own = ("id", "given", "form", "channel", "notice_version", "at", "has_proof", "to_confirm")
    columns = (*own, "confirmation__accepted")
    for client, code, scope, recipient, *word in newest.values_list(*_KEY, *columns):
        found[client][code, scope, recipient] = Word(*word)
    return found


def waiting() -> "QuerySet[ConsentEvent]":
    """Consents that an officer has to confirm and that are the client's last word still."""
    same = {name: OuterRef(name) for name in _KEY}
    newer = ConsentEvent.objects.filter(**same, at__gt=OuterRef("at"))
    found: QuerySet[ConsentEvent] = ConsentEvent.objects.filter(to_confirm=True, confirmation__isnull=True)
    return found.filter(~Exists(newer))


def counts_of(clients: Collection[UUID]) -> dict[UUID, int]:
    """How many rows of the ledger each of these clients has; for their tombstones."""
    rows = ConsentEvent.objects.filter(client_id__in=clients).order_by()
    return dict(rows.values_list("client_id").annotate(n=Count("pk")))
