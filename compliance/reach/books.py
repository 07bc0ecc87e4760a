"""Who can open a client book, and a client in it: by the gate of vault/records/access.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from compliance.reach.people import Roles, roles_of
from compliance.reach.reasons import Answer, Why
from people.accounts.models import Kind, User
from people.roles.permissions import Permission
from vault.keys.freezing import frozen_among
from vault.records.access import let_into, may_open
from vault.records.models import BookMember, Client, ClientBook, Level


@dataclass(frozen=True, slots=True)
class BookReach:
    """Of one book and some people: who is let in, and what that rests on."""

    book: ClientBook
    let_in: frozenset[UUID]
    members: dict[UUID, BookMember]
    roles: Roles
    frozen: bool

    def answer(self, person: User, client: Client | None = None) -> Answer:
        """Whether the person can open the book's list of clients, or this client of it."""
        why = self._why(person, client)
        return Answer(why, self._through(person) if why is None else ())

    def _why(self, person: User, client: Client | None) -> Why | None:
        if person.pk not in self.let_in:
            about_them = self.roles.why_not(person, Permission.CLIENT_VIEW)
            if about_them == Why.NO_ROLE and person.kind == Kind.OUTSIDE:
                return Why.OUTSIDE
            if about_them is None and person.pk in self.members:
                about_them = self.roles.limited(person, Permission.CLIENT_VIEW, self.book.deal_id)
            return about_them or Why.NOT_IN_BOOK
        if client is not None and not may_open(client):
            return Why.STORAGE_ONLY
        return Why.FROZEN if self.frozen else None

    def _through(self, person: User) -> tuple[str, ...]:
        member = self.members[person.pk]
        level = _("member of the book: %(level)s") % {"level": Level(member.level).label}
        return (*self.roles.giving(person, Permission.CLIENT_VIEW), level)


def reach_of(book: ClientBook, people: Sequence[User]) -> BookReach:
    """Five queries, whatever the number of people and clients."""
    roles = roles_of(people)
    members = BookMember.objects.filter(book=book, user__in=people)
    admitted = let_into(Permission.CLIENT_VIEW).filter(book=book, user__in=people)
    return BookReach(
        book=book,
        let_in=frozenset(admitted.values_list("user_id", flat=True)),
        members={member.user_id: member for member in members},
        roles=roles,
        frozen=bool(frozen_among([book.pk])),
    )


def named_in(book: ClientBook) -> QuerySet[User]:
    """Everybody whom the book names: nobody else can be let in."""
    return User.objects.filter(pk__in=BookMember.objects.filter(book=book).values("user_id"))
