"""The gate of client books and clients: may they, and which? Views, jobs, search and commands all ask here.

Two things are needed: the permission of a role, and a row in `BookMember`. Administrators have no permission
over data (people.roles), so no membership lets them in. A book without members is closed to all.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import deals_limited_to, grants_giving, has, reaches_grade
from people.roles.permissions import Permission
from vault.masking.grades import Grade
from vault.records.grading.declared import effective_grade
from vault.records.labels import Field, Group
from vault.records.models import BookMember, Client, ClientBook, ClientKind, ClientState, Level
from vault.records.review.staleness import is_stopped

_LEVELS: dict[Permission, Level] = {
    Permission.CLIENT_VIEW: Level.READ,
    Permission.CLIENT_SEARCH: Level.READ,
    Permission.CLIENT_REVEAL: Level.READ,
    Permission.CLIENT_CREATE: Level.WORK,
    Permission.CLIENT_EDIT: Level.WORK,
    Permission.CLIENT_EXPORT: Level.WORK,
    Permission.CLIENT_IMPORT: Level.WORK,
    Permission.BOOK_MANAGE: Level.MANAGE,
}
_ACTIONS: dict[Permission, Action] = {
    Permission.CLIENT_VIEW: Action.CLIENT_VIEW,
    Permission.CLIENT_SEARCH: Action.CLIENT_SEARCH,
    Permission.CLIENT_REVEAL: Action.CLIENT_REVEAL,
    Permission.CLIENT_CREATE: Action.CLIENT_CREATE,
    Permission.CLIENT_EDIT: Action.CLIENT_EDIT,
    Permission.CLIENT_EXPORT: Action.CLIENT_EXPORT,
    Permission.CLIENT_IMPORT: Action.CLIENT_IMPORT,
    Permission.BOOK_MANAGE: Action.BOOK_VIEW,
}


def which_books(user: User, permission: Permission = Permission.CLIENT_VIEW) -> QuerySet[ClientBook]:
    """The books in which the person may do this; none without the role's permission."""
    if not has(user, permission):
        return ClientBook.objects.none()
    own = BookMember.objects.filter(user_id=user.pk, level__gte=_LEVELS[permission])
    books = ClientBook.objects.filter(pk__in=own.values("book_id"))
    deals = deals_limited_to(user, permission)
    return books if deals is None else books.filter(deal_id__in=deals)


def get_book(user: User, book_id: UUID, permission: Permission = Permission.CLIENT_VIEW) -> ClientBook:
    """The book. Raises Refused when there is none, or none for this person."""
    book = which_books(user, permission).filter(pk=book_id).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, _ACTIONS[permission])
    return book


def let_into(permission: Permission = Permission.CLIENT_VIEW) -> QuerySet[BookMember]:
    """The memberships that let their person do this in their book now: the same two things, for a query about
    others than the viewer."""
    members = BookMember.objects.filter(level__gte=_LEVELS[permission])
    giving = grants_giving(permission).filter(user=OuterRef("user"))
    return members.filter(Exists(giving.filter(Q(for_deal=None) | Q(for_deal=OuterRef("book__deal_id")))))


def within_grade(user: User, client: Client, permission: Permission, fields: Iterable[Field]) -> bool:
    """Whether the person's roles reach plaintext of these fields, by the grades that they have in this
    client."""
    highest = max(
        (
            effective_grade(
                field,
                raised=client.book.field_grades,
                client=client.grade,
                visibility=client.visibility,
                company=client.kind == ClientKind.COMPANY,
            )
            for field in fields
        ),
        default=Grade.L1,
    )
    return reaches_grade(user, permission, highest, client.book.deal_id)


def works_in(book: ClientBook | OuterRef, user: User | OuterRef) -> Exists:
    """Whether somebody can look after clients of the book now: is a member who may change them, by a role
    that is in force, with an account that is open."""
    return Exists(let_into(Permission.CLIENT_EDIT).filter(book=book, user=user))


def which_clients(user: User, permission: Permission = Permission.CLIENT_VIEW) -> "QuerySet[Client]":
    """The clients of those books, with their book."""
    found: QuerySet[Client] = Client.objects.filter(book__in=which_books(user, permission))
    return found.select_related("book")


def get_client(user: User, client_id: UUID, permission: Permission = Permission.CLIENT_VIEW) -> Client:
    """The client. Raises Refused when there is none, or none for this person."""
    client = which_clients(user, permission).filter(pk=client_id).first()
    if client is None:
        raise Refused(ObjectType.CLIENT, client_id, _ACTIONS[permission])
    return client


def may_open(client: Client) -> bool:
    """A client kept for storage only (PIPL 47) is shown to nobody, and changed by nobody."""
    return client.state == ClientState.ACTIVE


def may_reveal(client: Client, *groups: Group) -> bool:
    """Whether plaintext of these groups may be given out, on a page or in an export.

    A client taken in from a chat and not completed in time stays masked to everybody until somebody completes
    it (vault.intake), and a group that nobody confirmed for very long until somebody does
    (vault.records.review).
    """
    late = client.complete_by is not None and client.complete_by <= timezone.now()
    return may_open(client) and not late and not any(is_stopped(client, group) for group in groups)
