"""Who may ask who can see what, and about which things: nothing of their content is shown to them."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.rooms.models import Room
from people.accounts.models import Kind, User
from people.roles.permissions import Permission
from vault.records.models import Client, ClientBook

MAY_ASK = (Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)


def asked_room(deal_id: UUID, action: Action) -> Room:
    """Raises Refused when there is none."""
    found: Room | None = Room.objects.select_related("deal__lead").filter(deal_id=deal_id).first()
    if found is None:
        raise Refused(ObjectType.ROOM, None, action, deal=deal_id)
    return found


def asked_book(book_id: UUID, action: Action) -> ClientBook:
    """Raises Refused when there is none."""
    found = ClientBook.objects.select_related("lead").filter(pk=book_id).first()
    if found is None:
        raise Refused(ObjectType.BOOK, book_id, action)
    return found


def asked_client(client_id: UUID, action: Action) -> Client:
    """Raises Refused when there is none, or none any more."""
    found: Client | None = Client.objects.select_related("book__lead").filter(pk=client_id).first()
    if found is None:
        raise Refused(ObjectType.CLIENT, client_id, action)
    return found


def asked_person(person_id: UUID, action: Action) -> User:
    """Raises Refused when there is none; the house's own account is nobody."""
    found = User.objects.exclude(kind=Kind.SERVICE).filter(pk=person_id).first()
    if found is None:
        raise Refused(ObjectType.PERSON, person_id, action)
    return found
