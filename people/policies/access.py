"""Who must accept which policy, who may read and write them."""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.policies.models import PolicyDue, PolicyVersion


def in_force() -> QuerySet[PolicyVersion]:
    """The version of each policy that counts now."""
    now = timezone.now()
    later = PolicyVersion.objects.filter(
        policy=OuterRef("policy"), number__gt=OuterRef("number"), in_force_at__lte=now
    )
    return PolicyVersion.objects.filter(~Exists(later), in_force_at__lte=now)


def late() -> QuerySet[PolicyDue]:
    """Everybody's acceptances whose time is over: what `people.arrears` asks."""
    return PolicyDue.objects.filter(accepted_at__isnull=True, due_at__lte=Now())


def asked_of(user: User) -> QuerySet[PolicyDue]:
    """What the person must accept, or has; what is still open first, by when it is due."""
    found = PolicyDue.objects.filter(person_id=user.pk).select_related("version")
    return found.order_by(F("accepted_at").asc(nulls_first=True), "due_at", "policy_id")


def get_readable(user: User, policy_id: UUID, action: Action = Action.POLICY_VIEW) -> PolicyVersion:
    """The policy's version in force, to any of the staff. Raises Refused."""
    found = in_force().filter(policy_id=policy_id).first() if user.kind == Kind.STAFF else None
    if found is None:
        raise Refused(ObjectType.POLICY, policy_id, action)
    return found


def due_of(user: User, version: PolicyVersion) -> PolicyDue | None:
    """Whether, and until when, the person is asked for this version; None for who is not."""
    return PolicyDue.objects.filter(person_id=user.pk, version_id=version.pk).first()


def get_version(version_id: UUID, action: Action = Action.POLICY_VIEW) -> PolicyVersion:
    """Any version, a draft too, for officers: the caller has asked for their permission. Raises Refused."""
    rows = PolicyVersion.objects.select_related("policy", "written_by", "agreed_by")
    found: PolicyVersion | None = rows.filter(pk=version_id).first()
    if found is None:
        raise Refused(ObjectType.POLICY_VERSION, version_id, action)
    return found
