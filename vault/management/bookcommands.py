"""What commands over whole client books share: --book or --all, --as, --json, one gate."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.keys.errors import CompartmentFrozen
from vault.records.access import get_book, which_books
from vault.records.models import ClientBook


class BookCommand(BaseCommand, ABC):
    """Runs `of_book` for each chosen book that the person manages, as that person."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--book", type=UUID, help="the book's id")
        which.add_argument("--all", action="store_true", help="every book that the person manages")
        parser.add_argument("--as", dest="person", required=True, help="the person's sign-in name")
        parser.add_argument("--json", action="store_true", help="print one JSON object a book")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        with acting_as(Origin(actor=person.pk)):
            for book in self._books(person, options["book"]):
                told = {"book": str(book.pk), **self._told(person, book)}
                words = (
                    json.dumps(told) if options["json"] else "  ".join(f"{k} {v}" for k, v in told.items())
                )
                self.stdout.write(words)

    def _told(self, person: User, book: ClientBook) -> Mapping[str, int]:
        try:
            return self.of_book(person, book)
        except CompartmentFrozen:
            raise CommandError(
                _("The client book is frozen. Nothing is lost: run it again when the freeze has ended.")
            ) from None

    @abstractmethod
    def of_book(self, person: User, book: ClientBook) -> Mapping[str, int]:
        """Do the work in one book; counts to be printed."""

    def _books(self, person: User, book_id: UUID | None) -> Iterator[ClientBook]:
        if book_id is None:
            yield from which_books(person, Permission.BOOK_MANAGE).order_by("pk")
            return
        try:
            yield get_book(person, book_id, Permission.BOOK_MANAGE)
        except Refused as refused:
            record(refused)
            raise CommandError(_("There is no such book, or this person does not manage it.")) from None
