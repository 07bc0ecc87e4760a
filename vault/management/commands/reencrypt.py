"""manage.py reencrypt --suite sm4-gcm (--book ID | --all) --as USER [--json]: books move to another suite.

Proofs of consent, which are never written again, stay under the key that they have; it says how many. So do
the tokens of the search indexes, until `rotate_indexes` makes them anew; it says of how many books.
With the suite that a book has, only those clients get a new key whose key is past half of its seals.

The worker does the work while the books are read and written; this command orders it and waits. Broken off,
it leaves the work going on.

In words of the house's language; as JSON, which machines read, in English.
"""

import json
import time
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from vault.crypto.suites import SUITE_NAMES
from vault.custody.suites.models import SuiteMove
from vault.custody.suites.moving import in_another_suite, indexed_otherwise, stays_behind
from vault.custody.suites.services import order_move
from vault.keys.freezing import frozen_among
from vault.records.models import ClientBook

_LOOK_AGAIN = 1.0  # seconds


class Command(BaseCommand):
    help = "Seals every client of one book, or of all books, under new keys of another cipher suite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--suite", required=True, choices=sorted(SUITE_NAMES))
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--book", type=UUID, help="the book's id")
        which.add_argument("--all", action="store_true", help="every book of the house")
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en") if options["json"] else nullcontext():
            self._handle(options)

    def _handle(self, options: dict[str, Any]) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        books = ClientBook.objects.all() if options["all"] else ClientBook.objects.filter(pk=options["book"])
        if not books:
            raise CommandError(_("There is no such client book."))
        suite = SUITE_NAMES[options["suite"]]
        with acting_as(Origin(actor=person.pk)):
            try:
                moves = [order_move(actor=person, book=book, suite=suite) for book in books]
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not order it.")) from None
        self._wait(moves, quiet=options["json"])
        left = sum(in_another_suite(book, suite).count() for book in books)
        ended = SuiteMove.objects.filter(pk__in=[move.pk for move in moves])
        result = {
            "books": len(moves),
            "moved": sum(move.moved for move in ended),
            "in_another_suite": left,
            "never_rewritten": sum(stays_behind(book, suite) for book in books),
            "indexes_to_rotate": sum(indexed_otherwise(book, suite) for book in books),
        }
        print(json.dumps(result) if options["json"] else _in_words(result))
        if left:
            raise CommandError(_("Clients of another suite were added meanwhile: set CRYPTO_PROFILE first."))

    def _wait(self, moves: list[SuiteMove], *, quiet: bool) -> None:
        ids, shown = [move.pk for move in moves], -1
        while going := SuiteMove.objects.filter(pk__in=ids, ended_at__isnull=True).values_list(
            "book_id", flat=True
        ):
            if frozen_among(going):
                raise CommandError(
                    _("A book is frozen: its move goes on by itself when the freeze has ended.")
                )
            moved = sum(SuiteMove.objects.filter(pk__in=ids).values_list("moved", flat=True))
            if moved != shown and not quiet:
                print(_("%(count)d clients moved …") % {"count": moved}, flush=True)
                shown = moved
            time.sleep(_LOOK_AGAIN)


def _in_words(result: dict[str, int]) -> str:
    lines = [_("Done. %(moved)d clients moved, %(in_another_suite)d left.") % result]
    if result["never_rewritten"]:
        lines.append(
            _("%(count)d proofs of consent, which are never written again, stay under the suite of before.")
            % {"count": result["never_rewritten"]}
        )
    if result["indexes_to_rotate"]:
        lines.append(
            _(
                "The search indexes of %(count)d books are still made under the suite of before:"
                " rotate_indexes makes them anew."
            )
            % {"count": result["indexes_to_rotate"]}
        )
    return "\n".join(lines)
