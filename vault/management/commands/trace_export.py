"""manage.py trace_export FILE --as NAME [--json]

Exit status 0 when an export is named, 1 when none is, so that scripts can tell.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from vault.disclosures.officer_views import Named, candidate_words, named_words
from vault.disclosures.trace import trace
from vault.records.importing.problems import SheetError


class Command(BaseCommand):
    help = "Names the recipient of the export that a leaked sheet (CSV or XLSX) came from."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        path: Path = options["file"]
        with acting_as(Origin(actor=person.pk)):
            try:
                with path.open("rb") as file:
                    found = trace(actor=person, file=file, filename=f"sheet{path.suffix.lower()}")
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not trace sheets.")) from None
            except SheetError as error:
                raise CommandError(error.message) from None
            except OSError:
                raise CommandError(_("The file cannot be read.")) from None
            named, candidates = named_words(found), candidate_words(found)
        answer = {
            "rows": found.sheet_rows,
            "rows_exported": found.known_rows,
            "named": [_facts(one) for one in named],
            "candidates": [_facts(one) for one in candidates],
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(named, candidates)
        if not named:
            raise SystemExit(1)

    def _tell(self, named: list[Named], candidates: list[Named]) -> None:
        for one in named:
            self.stdout.write(
                _("%(recipient)s: %(canaries)d canary records, %(agreeing)d of %(bits)d written forms;")
                % {
                    "recipient": one.recipient,
                    "canaries": one.evidence.invented,
                    "agreeing": one.evidence.agreeing,
                    "bits": one.evidence.bits,
                }
            )
            self.stdout.write(_("an accident in fewer than 1 of %(odds)s cases.") % {"odds": one.odds})
        if not named:
            self.stdout.write(_("No mark of an export is in this sheet."))
        for one in candidates:
            self.stdout.write(
                _("%(recipient)s held these people, as others may.") % {"recipient": one.recipient}
            )


def _facts(one: Named) -> dict[str, object]:
    return {
        "export": str(one.export.pk),
        "recipient": one.recipient,
        "asked_for_by": one.export.requester.username,
        "canaries": one.evidence.invented,
        "rows": one.evidence.rows,
        "forms": [one.evidence.agreeing, one.evidence.bits],
        "one_in": one.odds,
    }
