"""Who holds a post today, who speaks with its voice, and in whose name.

What is a post's alone to decide is asked of the table at each request. Never held by anybody, a post changes
nothing: whoever has the permission decides, as before there were posts, so that no upgrade locks a house
out. Once somebody has held it:

* its holder decides; while they are away their deputy, in their name; with no holder the deputy, in
  their own;
* a holder whose own request it is, or whom it concerns, is passed over: the deputy decides, and where
  there is none, whoever else has the permission;
* vacant, with no deputy, nobody decides. Each such act makes data less protected, so waiting harms nobody,
  and what protects (raising, locking, destroying) belongs to no post.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from audit.origin import on_behalf_of
from people.accounts.models import User
from people.posts.codes import NEEDS, Place, Post, State
from people.posts.models import Absence, Appointment
from people.roles.access import grants_giving


class NotTheirs(Exception):
    """It is the post's to decide, and this person does not speak for it; the text says so, for the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A post today. `holder` and `deputy` can act: their accounts are open and their roles give what the post
    needs. `known`: somebody accepted it once."""

    post: Post
    known: bool
    holder: Appointment | None
    deputy: Appointment | None
    away: Absence | None

    @property
    def first(self) -> Appointment | None:
        """Whom to turn to today."""
        return self.deputy if self.holder is None or (self.away and self.deputy) else self.holder


def in_force(*posts: Post) -> QuerySet[Appointment]:
    """Accepted, of today, and of somebody who can act: at most one holder and one deputy of each post."""
    now = timezone.now()
    able = Q(pk__in=[])
    for post in posts:
        needed = Q(post=post)
        for permission in sorted(NEEDS[post]):
            needed &= Q(Exists(grants_giving(permission).filter(user=OuterRef("person"))))
        able |= needed
    rows = Appointment.objects.filter(
        able,
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        state=State.HELD,
        starts_at__lte=now,
        person__is_active=True,
    )
    return rows.select_related("person")


def lines() -> dict[Post, Line]:
    """Every post today. One query while nobody ever held any, else three."""
    accepted = Appointment.objects.filter(accepted_at__isnull=False)
    known = set(accepted.order_by().values_list("post", flat=True).distinct())
    places: dict[tuple[str, str], Appointment] = {}
    away: dict[UUID, Absence] = {}
    if known:
        places = {(one.post, one.place): one for one in in_force(*Post)}
        away = {one.appointment_id: one for one in absences()}
    found = {}
    for post in Post:
        holder, deputy = places.get((post, Place.HOLDER)), places.get((post, Place.DEPUTY))
        absence = away.get(holder.pk) if holder else None
        found[post] = Line(post, post.value in known, holder, deputy, absence)
    return found


def line_of(post: Post) -> Line:
    return lines()[post]


def absences() -> QuerySet[Absence]:
    """Why holders are away now; of each, the one that ends last comes last."""
    now = timezone.now()
    found = Absence.objects.filter(ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now)
    return found.order_by("ends_at")


def before(line: Line, user: User) -> list[User] | None:
    """Whose turn comes before this person's: they speak in their own name where each of these is passed over.
    None where it is never their turn: the post is vacant."""
    if not line.known or _is(line.holder, user):
        return []
    places = [line.holder] if _is(line.deputy, user) else [line.holder, line.deputy]
    earlier = [one.person for one in places if one is not None]
    return earlier if earlier or _is(line.deputy, user) else None


def own_voice(line: Line, user: User, passed_over: Callable[[User], Q]) -> Q | None:
    """Of the requests that are the post's to decide, those on which this person speaks in their own name;
    None for none. `passed_over`: the requests on which that person has no voice."""
    earlier = before(line, user)
    if earlier is None:
        return None
    found = Q()
    for person in earlier:
        found &= passed_over(person)
    return found


def absent_for(line: Line, user: User) -> User | None:
    """The holder in whose place this person decides today; None where they do not."""
    if line.holder is not None and line.away is not None and _is(line.deputy, user):
        return line.holder.person
    return None


@contextmanager
def speaking_for(post: Post, actor: User) -> Iterator[None]:
    """For what the holder decides alone, without a request: lets them pass, and their deputy where they
    stand in; what is recorded within names the absent holder, too. Raises NotTheirs for everybody else."""
    line = line_of(post)
    absent = absent_for(line, actor)
    if absent is not None:
        with on_behalf_of(absent.pk):
            yield
    elif not line.known or _is(line.holder, actor) or (line.holder is None and _is(line.deputy, actor)):
        yield
    else:
        record_refusal(
            Entry(
                action=Action.REQUEST_REFUSE,
                object_type=ObjectType.POST,
                object_id=None,
                reason=Reason.NOT_IN_POST.value,
                fields=(f"post.{post.value}",),
            )
        )
        words = _("This is for the %(post)s to decide, or for the deputy while they stand in.")
        raise NotTheirs(words % {"post": Post(post).label})


def _is(appointment: Appointment | None, user: User) -> bool:
    return appointment is not None and appointment.person_id == user.pk
