"""Whose person page one may see: one's own, and everybody's for those who keep accounts or confirm roles."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.roles.access import has
from people.roles.permissions import Permission


def visible_people(user: User) -> QuerySet[User]:
    """The accounts whose pages this person may open. The house's own account has none."""
    people = User.objects.exclude(kind=Kind.SERVICE)
    if has(user, Permission.PEOPLE_MANAGE) or has(user, Permission.APPROVAL_DECIDE):
        return people
    return people.filter(pk=user.pk)


def visible_person(user: User, person_id: UUID) -> User:
    """Raises Refused when there is no such person or the page is not for this viewer."""
    person = visible_people(user).filter(pk=person_id).first()
    if person is None:
        raise Refused(ObjectType.PERSON, person_id, Action.PERSON_VIEW)
    return person


def managed_person(user: User, person_id: UUID) -> User:
    """The person, to somebody who may change accounts. Raises Refused."""
    if not has(user, Permission.PEOPLE_MANAGE):
        raise Refused(ObjectType.PERSON, person_id, Action.PERSON_EDIT)
    return visible_person(user, person_id)
