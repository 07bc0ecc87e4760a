"""The posts of whoever leaves or changes jobs (people.staffing.estate).

Nobody inherits a post: three people make an appointment, and a successor whom they appointed before the hour
has taken the place already. So at the hour a place ends, also one that is only proposed or offered; the
deputy stands in from then on, and who can fill it is told. It ends for a new job too: what it decides on was
entrusted to somebody in the old one.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.notices.services import holders, notify
from people.posts import vacancies
from people.posts.codes import LIVE, Place, Post, State
from people.posts.holding import Line, lines
from people.posts.models import Appointment
from people.posts.services import vacate
from people.staffing.estate import Thing


class HeldPosts:
    label = gettext_lazy("Posts of the house")

    def things(self, person: User) -> Sequence[Thing]:
        live = Appointment.objects.filter(person=person, state__in=LIVE).order_by("post", "place")
        found = list(live)
        posts = lines() if found else {}
        return [
            Thing(
                one.pk,
                f"{one.get_post_display()} · {one.get_place_display()}",
                may_lapse=True,
                becomes=_becomes(one, posts[Post(one.post)]),
                inherited=False,
            )
            for one in found
        ]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        """Nobody: a successor is appointed, by three."""
        return User.objects.none()

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        assert to is None  # it has no heirs
        vacate(Appointment.objects.select_for_update().get(pk=thing))


def _becomes(one: Appointment, line: Line) -> str:
    if one.state != State.HELD:
        return _("It is not held yet, and ends.")
    if one.place == Place.DEPUTY:
        return _("Nobody stands in until another deputy has accepted.")
    if line.deputy is not None:
        return _("%(deputy)s stands in until a successor has accepted.") % {"deputy": line.deputy.person}
    return _("The post is vacant until a successor has accepted; what it decides on waits.")


def look_after_posts(actor: User, person: User) -> None:
    """Once the account is closed, so that of those who are told nobody has left."""
    vacancies.look_after()


def tell_of_posts(actor: User, person: User) -> None:
    """As soon as it is known that a holder leaves: appointing another takes three people and some days."""
    for held in Appointment.objects.filter(person=person, state=State.HELD).order_by("post"):
        told = holders(vacancies.LEAVING, but=[person.pk])
        notify(vacancies.LEAVING, told, object_id=held.pk, key=str(held.pk))
