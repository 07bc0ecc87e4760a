"""What other slices show of audits: whose compartment it is, and that a book's lists are stopped."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from audit.actions import ObjectType
from compliance.audits.due import held_books
from compliance.audits.models import AuditKeys
from people.accounts.models import User
from vault.custody.owners import Owner
from vault.records.models import ClientBook


def whose_texts(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """The compartment of the texts of audits."""
    ours = AuditKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: Owner(kind=ObjectType.AUDIT.label) for compartment in ours}


def held_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """Everybody in the book sees at the top that its lists are stopped, and why."""
    why = held_books([book.pk]).get(book.pk)
    return {"why": why} if why else None
