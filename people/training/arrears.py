"""Overdue courses are owed to the house, and a lesson asked for before a room shuts that room."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.sentences import register_codes
from people.accounts.models import User
from people.arrears import Arrear, register
from people.training.enrolling import late, owes_for

OVERDUE = Arrear(
    code="arrears.training",
    words=_("A course that the house asks for is overdue."),
    page="people:training",
)
LESSON = Arrear(
    code="arrears.lesson",
    words=_("A lesson that was asked for before this room is not done."),
    page="people:training",
)


def connect() -> None:
    register(OVERDUE, late)
    register_codes({arrear.code: arrear.words for arrear in (OVERDUE, LESSON)})


def owed_for_a_deal(user: User, deal_id: UUID) -> list[Arrear]:
    """What shuts this deal's room alone."""
    return [LESSON] if owes_for(user, deal_id) else []
