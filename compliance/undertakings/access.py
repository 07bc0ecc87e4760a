"""Whose signature it is, and who may see the evidence of it: its person, and officers."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.seals.models import CompanyUndertaking
from people.accounts.models import User
from people.duties.models import NdaSignature
from people.roles.access import has
from people.roles.permissions import Permission


def get_signature(user: User, signature_id: UUID) -> NdaSignature:
    """Raises Refused: there is none, or not for this person; alike."""
    rows = NdaSignature.objects.select_related("person", "template", "revoked_by")
    if not has(user, Permission.DUTY_MANAGE):
        rows = rows.filter(person=user)
    found = rows.filter(pk=signature_id).first()
    if found is None:
        raise Refused(ObjectType.NDA_SIGNATURE, signature_id, Action.NDA_EVIDENCE)
    return found


def get_company_undertaking(user: User, undertaking_id: UUID) -> CompanyUndertaking:
    """One that was accepted, to officers. Raises Refused: there is none, or not for this person; alike."""
    rows = CompanyUndertaking.objects.select_related(
        "template", "group__room__deal", "accepted_by", "revoked_by"
    )
    found = rows.filter(pk=undertaking_id, accepted_at__isnull=False).first()
    if found is None or not has(user, Permission.DUTY_MANAGE):
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_EVIDENCE)
    return found
