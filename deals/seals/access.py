"""Who may see an undertaking of a company, and who does what with it.

The company's own people (its group in the room), the staff of the deal and the compliance officers see the
document. The lead demands and draws up; whoever is of the company uploads; an officer compares and decides,
one who neither drew it up, nor uploaded it, nor invited one of its people.
"""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.pipeline.access import which_deals
from deals.rooms.models import RoomGroup
from deals.seals.models import CompanyUndertaking, SealDemand, SealedReturn
from people.accounts.models import Kind, User
from people.duties.models import NdaTemplate
from people.invitations.models import Invitation
from people.locks.standing import locks_of_rooms
from people.roles.access import has
from people.roles.permissions import Permission


def in_force() -> QuerySet[CompanyUndertaking]:
    """What opens doors now: the condition of the gate (`deals.rooms.reach`), for pages; a test holds the two
    together."""
    return CompanyUndertaking.objects.filter(
        ~Exists(
            NdaTemplate.objects.filter(
                kind=OuterRef("template__kind"),
                version__gt=OuterRef("template__version"),
                resign_from__lte=timezone.now(),
            )
        ),
        accepted_at__isnull=False,
        revoked_at__isnull=True,
        access_expires_at__gt=timezone.now(),
        text_hash=F("template__text_hash"),
    )


def demands_on(group: RoomGroup) -> QuerySet[SealDemand]:
    return SealDemand.objects.filter(Q(group=group) | Q(kind=group.kind), ended_at__isnull=True)


def demanding_groups() -> QuerySet[RoomGroup]:
    """The groups whose company has to be bound."""
    of_side = SealDemand.objects.filter(kind=OuterRef("kind"), ended_at__isnull=True)
    own = SealDemand.objects.filter(group=OuterRef("pk"), ended_at__isnull=True)
    return RoomGroup.objects.filter(Exists(of_side) | Exists(own))


def unbound_groups() -> QuerySet[RoomGroup]:
    """Those of them whose company is not."""
    return demanding_groups().filter(~Exists(in_force().filter(group=OuterRef("pk"))))


def my_groups(user: User, deal_id: UUID) -> QuerySet[RoomGroup]:
    """The groups of this deal's room that somebody from outside is in, while nothing of it is locked."""
    if not user.is_active or user.kind != Kind.OUTSIDE:
        return RoomGroup.objects.none()
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found = RoomGroup.objects.filter(live, room__deal_id=deal_id, auth_group__user=user)
    return found.exclude(room__deal_id__in=locks_of_rooms().values("deal_id"))


def my_undertaking(user: User, deal_id: UUID, action: Action) -> tuple[RoomGroup, CompanyUndertaking | None]:
    """Of somebody from outside: their group whose company has to be bound, one that is not before one that
    is; and its document, one that waits before one that is in force. Raises Refused: nothing is demanded of
    them."""
    mine = my_groups(user, deal_id).filter(pk__in=demanding_groups().values("pk"))
    bound = in_force().filter(group=OuterRef("pk"))
    group = mine.select_related("room__deal").order_by(Exists(bound), "created_at").first()
    if group is None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, None, action, deal=deal_id)
    live = CompanyUndertaking.objects.filter(group=group, withdrawn_at__isnull=True)
    return group, live.select_related("template", "group__room__deal").order_by("-issued_at").first()


def get_undertaking(user: User, undertaking_id: UUID, action: Action) -> CompanyUndertaking:
    """The document, to its company's people, the deal's staff and officers. Raises Refused, alike for one
    that is not there."""
    found = _find(undertaking_id)
    if found is None or not _may_see(user, found):
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, action)
    return found


def get_for_officer(user: User, undertaking_id: UUID, action: Action) -> CompanyUndertaking:
    """Raises Refused for everybody but officers."""
    found = _find(undertaking_id)
    if found is None or not has(user, Permission.DUTY_MANAGE):
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, action)
    return found


def waiting_return(undertaking: CompanyUndertaking) -> SealedReturn | None:
    found = SealedReturn.objects.filter(undertaking=undertaking, decided_at__isnull=True)
    return found.select_related("uploaded_by").first()


def has_a_part_in(user: User, undertaking: CompanyUndertaking) -> bool:
    """Whether the person drew it up, sent it in or invited one of the company's people: who did is not the
    one to say that the seal is right. The database refuses it too
    (`sealed_return_by_an_uninvolved_officer`)."""
    invited = Invitation.objects.filter(group_id=undertaking.group_id, invited_by=user)
    sent = SealedReturn.objects.filter(undertaking=undertaking, uploaded_by=user)
    return undertaking.issued_by_id == user.pk or invited.exists() or sent.exists()


def _find(undertaking_id: UUID) -> CompanyUndertaking | None:
    rows = CompanyUndertaking.objects.select_related("group__room__deal", "template")
    return rows.filter(pk=undertaking_id).first()


def _may_see(user: User, found: CompanyUndertaking) -> bool:
    if not user.is_active:
        return False
    if has(user, Permission.DUTY_MANAGE):
        return True
    deal_id = found.group.room.deal_id
    if user.kind == Kind.STAFF:
        return which_deals(user).filter(pk=deal_id).exists()
    return my_groups(user, deal_id).filter(pk=found.group_id).exists()
