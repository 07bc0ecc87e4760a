"""Who sees partner firms: deal leads, who bring their people in, and officers. Administrators none of it."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.partners.models import Partner, PartnerFile
from people.partners.records import Assessment
from people.roles.access import has
from people.roles.permissions import Permission

SEEING = (Permission.DEAL_LEAD, Permission.DUTY_MANAGE)
OFFICER = Permission.DUTY_MANAGE


def may_see(user: User) -> bool:
    return any(has(user, permission) for permission in SEEING)


def require_seeing(user: User, action: Action, partner_id: UUID | None = None) -> None:
    """Raises Refused for everybody but leads and officers: of services, whose caller may be no view."""
    if not may_see(user):
        raise Refused(ObjectType.PARTNER, partner_id, action)


def require_officer(user: User, action: Action, partner_id: UUID | None = None) -> None:
    """Raises Refused for everybody but officers."""
    if not has(user, OFFICER):
        raise Refused(ObjectType.PARTNER, partner_id, action)


def get_partner(user: User, partner_id: UUID, action: Action = Action.PARTNER_VIEW) -> Partner:
    """Raises Refused when there is none, or it is not theirs to see."""
    found = Partner.objects.filter(pk=partner_id).first() if may_see(user) else None
    if found is None:
        raise Refused(ObjectType.PARTNER, partner_id, action)
    return found


def get_assessment(user: User, assessment_id: UUID, action: Action = Action.PARTNER_VIEW) -> Assessment:
    """Likewise."""
    rows = Assessment.objects.select_related("partner", "questionnaire", "handed_in_by", "taken_by")
    found: Assessment | None = rows.filter(pk=assessment_id).first() if may_see(user) else None
    if found is None:
        raise Refused(ObjectType.PARTNER, None, action)
    return found


def get_file(user: User, file_id: UUID) -> PartnerFile:
    """Likewise. What goes with a certificate about one deal is for officers: a lead may not be on that deal,
    and this layer knows no deals."""
    files = PartnerFile.objects.filter(pk=file_id)
    if not has(user, OFFICER):
        files = files.filter(recall__isnull=True)
    found = files.first() if may_see(user) else None
    if found is None:
        raise Refused(ObjectType.PARTNER, None, Action.PARTNER_OPEN)
    return found
