"""manage.py verify_records [--book ID] [--json]: is what is stored what the log says was stored?"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from vault.records.models import ClientBook
from vault.records.verifying.codes import CLIENT
from vault.records.verifying.comparing import Outcome, compare_book
from vault.records.verifying.registry import all_compared


class Command(BaseCommand):
    help = "Compares every row about a client with the digests in the log. Opens nothing, needs no key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=UUID, help="the id of one book; all of the house without it")
        parser.add_argument("--json", action="store_true", help="print one JSON object a book")

    def handle(self, *args: Any, **options: Any) -> None:
        books = ClientBook.objects.order_by("pk")
        if options["book"]:
            books = books.filter(pk=options["book"])
            if not books:
                raise CommandError(_("There is no such client book."))
        wrong = 0
        for book in books:
            found = compare_book(book)
            wrong += found.differ
            if options["json"]:
                self.stdout.write(json.dumps({"book": str(book.pk), **_told(found)}))
                continue
            self._tell(book, found)
        if wrong:
            raise CommandError(
                _("Rows were put back, changed or deleted behind the log. Restore them from a backup.")
            )
        if not options["json"]:
            self.stdout.write(
                _("Everything is as the log says.") if books else _("There is no client book to verify.")
            )

    def _tell(self, book: ClientBook, found: Outcome) -> None:
        """A line for a book, and one for each row that is named."""
        self.stdout.write(
            _("Book %(book)s: clients checked: %(clients)s, other rows checked: %(rows)s.")
            % {"book": book.pk, "clients": found.checked[CLIENT], "rows": found.rows}
        )
        if found.unknown:
            self.stdout.write("  " + _("From before digests were logged: %(n)s.") % {"n": found.unknown})
        labels = {one.kind: one.label for one in all_compared()}
        for one in found.named:
            words = _("%(kind)s %(row)s of client %(client)s: %(how)s.")
            if one.kind == CLIENT:
                words = _("Client %(client)s: %(how)s.")
            told = {"kind": labels[one.kind], "row": one.row, "client": one.client, "how": one.how.label}
            self.stdout.write("  " + words % told)
        if found.differ > len(found.named):
            self.stdout.write("  " + _("More rows differ: %(n)s in all.") % {"n": found.differ})


def _told(found: Outcome) -> dict[str, object]:
    return {
        "checked": {one.model.__name__: found.checked[one.kind] for one in all_compared()},
        "unknown": found.unknown,
        "differ": found.differ,
        "wrong": [
            {"kind": one.kind, "row": str(one.row), "client": str(one.client), "how": one.how.name.lower()}
            for one in found.named
        ],
    }
