"""manage.py search_clients --as USER [--json] < TEXT

The text comes from standard input: arguments are seen by every process of the machine and stay in histories.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from vault.records.reading import MaskedRow
from vault.records.search import MAX_TEXT, search


class Command(BaseCommand):
    help = "Search clients by a whole phone, ID number, e-mail, credit code or name; shows masks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help="the person's sign-in name")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        text = sys.stdin.readline(MAX_TEXT + 1).rstrip("\n")
        with acting_as(Origin(actor=person.pk)):
            try:
                found = search(actor=person, text=text)
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not search clients.")) from None
        rows = [_shown(row) for row in found.rows]
        if options["json"]:
            self.stdout.write(json.dumps({"clients": rows, "more": found.more}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("\t".join(row.values()))


def _shown(row: MaskedRow) -> dict[str, str]:
    return {
        "id": str(row.client.pk),
        "name": row.name,
        "phone": row.phone,
        "number": row.number,
        "book": row.client.book.name,
    }
