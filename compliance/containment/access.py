"""Who may lock what, who may ask for its end, who sees the cases."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.containment.models import Incident
from deals.pipeline.access import leads
from deals.pipeline.models import Deal
from people.accounts.models import Kind as PersonKind
from people.accounts.models import User
from people.locks.codes import Kind
from people.locks.models import Lock
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.models import ClientBook

MAY_LOCK = (Permission.INCIDENT_MANAGE, Permission.PEOPLE_MANAGE, Permission.DEAL_LEAD)
_TYPES = {
    Kind.PERSON: ObjectType.PERSON,
    Kind.ROOM: ObjectType.ROOM,
    Kind.DEAL: ObjectType.DEAL,
    Kind.BOOK: ObjectType.BOOK,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be locked. `compartments` are those whose keys go with it."""

    kind: Kind
    object_id: UUID
    name: str
    person: User | None = None
    deal: Deal | None = None
    compartments: tuple[UUID, ...] = ()

    @property
    def object_type(self) -> ObjectType:
        return _TYPES[self.kind]


def target_for(actor: User, kind: Kind, object_id: UUID, action: Action = Action.LOCK_SET) -> Target:
    """Raises Refused: there is none, or it is not this person's to lock. The two look the same."""
    found = _found(kind, object_id)
    if found is None or not _may_lock(actor, found):
        raise Refused(_TYPES[kind], object_id, action)
    return found


def target_of(lock: Lock) -> Target | None:
    """What a lock shuts, whoever asks; None once it is gone."""
    return _found(Kind(lock.kind), lock.object_id)


def _found(kind: Kind, object_id: UUID) -> Target | None:
    match kind:
        case Kind.PERSON:
            person = User.objects.exclude(kind=PersonKind.SERVICE).filter(pk=object_id).first()
            return Target(kind, object_id, person.display_name, person=person) if person else None
        case Kind.BOOK:
            book = ClientBook.objects.filter(pk=object_id).first()
            return Target(kind, object_id, book.name, compartments=(book.pk,)) if book else None
    wanted = {"pk": object_id} if kind == Kind.DEAL else {"room__pk": object_id}
    deal = Deal.objects.select_related("room").filter(**wanted).first()
    if deal is None:
        return None
    held = [deal.room.pk]
    if kind == Kind.DEAL:
        held += ClientBook.objects.filter(deal_id=deal.pk).order_by("pk").values_list("pk", flat=True)
    return Target(kind, object_id, deal.code_name, deal=deal, compartments=tuple(held))


def _may_lock(actor: User, target: Target) -> bool:
    if has(actor, Permission.INCIDENT_MANAGE):
        return True
    if target.person is not None:
        return has(actor, Permission.PEOPLE_MANAGE)
    # Asked of the deal and the role, not of the room's gate: a locked room lets nobody in.
    return target.deal is not None and leads(actor, target.deal)


def get_lock(actor: User, lock_id: UUID) -> Lock:
    """A lock in force, to whoever could have set it and is not its person. Raises Refused."""
    lock = Lock.objects.filter(pk=lock_id, ended_at__isnull=True).first()
    target = lock and target_of(lock)
    if lock is None or not target or not _may_lock(actor, target) or lock.person_id == actor.pk:
        raise Refused(ObjectType.LOCK, lock_id, Action.LOCK_END)
    return lock


def which_incidents(user: User) -> QuerySet[Incident]:
    """All of them, to officers."""
    if not has(user, Permission.INCIDENT_MANAGE):
        return Incident.objects.none()
    return Incident.objects.select_related("opened_by")


def get_incident(user: User, incident_id: UUID, action: Action = Action.INCIDENT_VIEW) -> Incident:
    """Raises Refused."""
    found = which_incidents(user).filter(pk=incident_id).first()
    if found is None:
        raise Refused(ObjectType.INCIDENT, incident_id, action)
    return found
