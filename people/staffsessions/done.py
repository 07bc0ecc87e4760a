"""What was done in staff sessions, from the log: entries of that person, that browser and that time."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User
from people.shielding import hidden_from
from people.staffsessions.models import StaffSession

# Looking, and the session itself: no change of anything.
_NO_CHANGE = (Action.PAGE_VIEW, Action.PERSON_VIEW, Action.STAFF_SESSION_OPEN, Action.STAFF_SESSION_END)


def entries_of(session: StaffSession, reader: User) -> QuerySet[LogEntry]:
    """Everything that was done and looked at in it, its opening and end with it, as far as it is for this
    reader."""
    found = LogEntry.objects.filter(
        Q(at__gte=session.opened_at, at__lt=session.until, actor=session.person_id, session=session.session)
        | Q(at__gte=session.opened_at, object_id=session.pk)
    )
    return found.exclude(object_id__in=hidden_from(reader))


def with_counts(sessions: QuerySet[StaffSession], reader: User) -> QuerySet[StaffSession]:
    """Each with `changes`, how many things were changed in it, and `refused`, how often it was stopped; of
    entries that are for this reader."""
    until = Coalesce(OuterRef("ended_at"), OuterRef("ends_at"))
    inside = LogEntry.objects.filter(
        actor=OuterRef("person_id"), session=OuterRef("session"), at__gte=OuterRef("opened_at"), at__lt=until
    ).order_by()
    inside = inside.exclude(object_id__in=hidden_from(reader))
    counted = inside.values("actor").annotate(
        done=Count("pk", filter=Q(result="done") & ~Q(action__in=_NO_CHANGE)),
        stopped=Count("pk", filter=Q(result="refused")),
    )
    return sessions.annotate(
        changes=Coalesce(Subquery(counted.values("done")), 0),
        refused=Coalesce(Subquery(counted.values("stopped")), 0),
    )
