"""The client books and clients of whoever leaves or changes jobs (people.staffing.estate)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.roles.access import grants_giving
from people.roles.permissions import Permission
from people.staffing.estate import Thing
from vault.intake.handover import give_all
from vault.intake.ownership import workers
from vault.purposes.catalogue import Holding
from vault.records.books import shut_to
from vault.records.models import ASSIGNED, BookMember, Client, ClientBook, Level
from vault.relations.followups.models import FollowUp, FollowUpState


class LedBooks:
    label = gettext_lazy("Client books led")

    def things(self, person: User) -> Sequence[Thing]:
        led = ClientBook.objects.filter(lead=person).order_by("name", "id")
        return [Thing(pk, name) for pk, name in led.values_list("pk", "name")]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        """Whoever's role manages this book; a member or not, since its lead becomes one."""
        book = ClientBook.objects.get(pk=thing)
        giving = grants_giving(Permission.BOOK_MANAGE).filter(Q(for_deal=None) | Q(for_deal=book.deal_id))
        staff = User.objects.filter(pk__in=giving.values("user"), kind=Kind.STAFF).exclude(pk=person.pk)
        found: QuerySet[User] = staff.order_by("display_name", "id")
        return found

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        assert to is not None  # a book never lapses
        book = ClientBook.objects.select_for_update(of=("self",)).get(pk=thing)
        book.lead = to
        book.save(update_fields=["lead"])
        BookMember.objects.update_or_create(
            book=book, user=to, defaults={"level": Level.MANAGE, "added_by": actor}
        )
        record_change(
            Entry(
                action=Action.BOOK_LEAD,
                object_type=ObjectType.BOOK,
                object_id=book.pk,
                deal=book.deal_id,
                subjects=(to.pk, person.pk),
            )
        )


class OwnedClients:
    """What somebody looks after in each book: clients, and follow-ups about clients of others."""

    label = gettext_lazy("Clients and follow-ups")

    def things(self, person: User) -> Sequence[Thing]:
        owned = Client.objects.alias(whose=ASSIGNED).filter(whose=person.pk, book=OuterRef("pk"))
        calls = FollowUp.objects.filter(
            assigned=person, state=FollowUpState.OPEN, client__book=OuterRef("pk")
        )
        books = ClientBook.objects.filter(Exists(owned) | Exists(calls)).order_by("name", "id")
        return [
            Thing(
                book.pk,
                _("In the client book “%(book)s”") % {"book": book.name},
                may_lapse=book.holding == Holding.OWN,
                becomes=_("Without a successor the public pool takes them, unless the lead can."),
            )
            for book in books
        ]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        found: QuerySet[User] = workers(ClientBook.objects.get(pk=thing)).exclude(pk=person.pk)
        return found

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        book = ClientBook.objects.get(pk=thing)
        # First: what somebody is to do about clients of nobody is handed over once they cannot do it any
        # more.
        if BookMember.objects.filter(book=book, user=person).exists():
            shut_to(book, person)
        give_all(actor=actor, book=book, leaver_id=person.pk, to=[to] if to is not None else [])


def leave_books(actor: User, person: User) -> None:
    """Out of every book."""
    for member in BookMember.objects.filter(user=person).select_related("book").order_by("book_id"):
        shut_to(member.book, person)
