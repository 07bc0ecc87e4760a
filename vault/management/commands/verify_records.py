"""manage.py verify_records [--book ID] [--json]: are the clients as the log says that they were stored?"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from vault.records.models import ClientBook
from vault.records.versions.verifying import verify_book


class Command(BaseCommand):
    help = "Compares every client's sealed values with the digests in the log. Opens nothing, needs no key."

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
            result = verify_book(book)
            wrong += len(result.wrong)
            ids = [str(client_id) for client_id in result.wrong]
            told = {"book": str(book.pk), "checked": result.checked, "unknown": result.unknown, "wrong": ids}
            if options["json"]:
                self.stdout.write(json.dumps(told))
                continue
            self.stdout.write(
                f"{book.pk}: {result.checked} checked, {result.unknown} from before digests were logged, "
                f"{len(ids)} not as the log says"
            )
            self.stdout.writelines(f"  {client_id}" for client_id in ids)
        if wrong:
            raise CommandError("Rows were put back or replaced behind the log. Restore them from a backup.")
