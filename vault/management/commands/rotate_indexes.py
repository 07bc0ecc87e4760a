"""manage.py rotate_indexes (--book ID | --all) --as NAME [--json]"""

from collections.abc import Mapping

from django.conf import settings

from people.accounts.models import User
from vault.management.bookcommands import BookCommand
from vault.records.models import ClientBook
from vault.records.rotating import begin, fill, retire
from vault.records.tasks import retire_index_keys


class Command(BookCommand):
    help = (
        "Gives client books new index keys and destroys the old; everybody stays findable."
        " Killed, it goes on where it was."
    )

    def of_book(self, person: User, book: ClientBook) -> Mapping[str, int]:
        begin(actor=person, book_id=book.pk)
        filled = fill(actor=person, book_id=book.pk)
        told = {"written": filled.written, "skipped": filled.skipped}
        if settings.PROCESS == "worker":
            return told | {"keys_destroyed": retire(actor=person, book_id=book.pk)}
        # Only the worker's login destroys keys.
        retire_index_keys.delay(str(book.pk), str(person.pk))
        return told
