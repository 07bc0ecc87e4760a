"""What an auditor is invited into (people.invitations.registry)."""

from uuid import UUID

from django.urls import reverse

from compliance.outside.models import OutsideAudit
from people.invitations.registry import Landing


def _address(audit_id: UUID) -> str:
    return reverse("compliance:seat", args=[audit_id])


def _firm(audit_id: UUID) -> str:
    return OutsideAudit.objects.values_list("firm", flat=True).filter(pk=audit_id).first() or ""


def _seats() -> str:
    return reverse("compliance:seats")


SEAT = Landing(address=_address, title=_firm, home=_seats, mail="audit_invitation")
