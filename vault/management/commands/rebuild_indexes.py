"""manage.py rebuild_indexes (--book ID | --all) --as NAME [--json]"""

from collections.abc import Mapping

from people.accounts.models import User
from vault.management.bookcommands import BookCommand
from vault.records.models import ClientBook
from vault.records.rotating import rebuild


class Command(BookCommand):
    help = "Writes the blind index of client books anew from the records; people go on working meanwhile."

    def of_book(self, person: User, book: ClientBook) -> Mapping[str, int]:
        return {"written": rebuild(actor=person, book_id=book.pk).written}
