"""manage.py verify_records [--book ID] [--json]: is what is stored what the log says was stored?"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from vault.records.models import ClientBook
from vault.records.versions.verifying import Verified, verify_book
from vault.relations.people.verifying import verify_positions


class Command(BaseCommand):
    help = "Compares every client and position with the digests in the log. Opens nothing, needs no key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=UUID, help="one book; all of the house without it")
        parser.add_argument("--json", action="store_true", help="print one JSON object a book")

    def handle(self, *args: Any, **options: Any) -> None:
        books = ClientBook.objects.order_by("pk")
        if options["book"]:
            books = books.filter(pk=options["book"])
            if not books:
                raise CommandError("There is no such client book.")
        wrong = 0
        for book in books:
            clients, positions = verify_book(book), verify_positions(book)
            wrong += len(clients.wrong) + len(positions.wrong)
            if options["json"]:
                told = {"book": str(book.pk), **_told(clients), "positions": _told(positions)}
                self.stdout.write(json.dumps(told))
                continue
            for what, result in (("clients", clients), ("positions", positions)):
                self.stdout.write(
                    f"{book.pk}: {result.checked} {what} checked, {result.unknown} from before digests were "
                    f"logged, {len(result.wrong)} not as the log says"
                )
                self.stdout.writelines(f"  {row_id}" for row_id in result.wrong)
        if wrong:
            raise CommandError("Rows were put back or replaced behind the log. Restore them from a backup.")


def _told(result: Verified) -> dict[str, object]:
    return {
        "checked": result.checked,
        "unknown": result.unknown,
        "wrong": [str(row_id) for row_id in result.wrong],
    }
