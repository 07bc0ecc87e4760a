"""Whose compartment it is, in the inventory of keys."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from audit.actions import ObjectType
from compliance.audits.models import AuditKeys
from people.accounts.models import User
from vault.custody.owners import Owner


def whose_texts(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """The compartment of the texts of audits."""
    ours = AuditKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: Owner(kind=ObjectType.AUDIT.label) for compartment in ours}
