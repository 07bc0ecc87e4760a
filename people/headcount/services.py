"""Recording that what a mark asks for was done."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.headcount.counting import log
from people.headcount.models import Crossing
from people.posts.codes import Place, Post
from people.posts.holding import in_force


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


@transaction.atomic
def record_filing(*, actor: User, crossing_id: UUID, done_on: date, number: str) -> Crossing:
    """The day and the number of the filing, or of the appointment's paper. The caller has checked that
    the actor may. Raises Refused, NotPossible: nobody is data protection officer, who would be filed."""
    found = Crossing.objects.select_for_update().filter(pk=crossing_id, done_on__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.HEADCOUNT, crossing_id, Action.HEADCOUNT_FILED)
    if done_on > timezone.localdate():
        raise NotPossible(_("It cannot have been done on a day to come."))
    if not in_force(Post.DPO).filter(place=Place.HOLDER).exists():
        raise NotPossible(_("Nobody is data protection officer today: there is nobody to be filed."))
    found.done_on, found.number = done_on, number
    found.recorded_by, found.recorded_at = actor, timezone.now()
    found.save(update_fields=["done_on", "number", "recorded_by", "recorded_at"])
    log(found, Action.HEADCOUNT_FILED)
    return found
