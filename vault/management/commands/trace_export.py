"""manage.py trace_export FILE --as NAME [--json]

Exit status 0 when an export is named, 1 when none is (a mixed sheet names none), so that scripts can tell.
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
from people.scanning.services import Unclean
from vault.disclosures.officer_views import (
    Named,
    candidate_words,
    left_out,
    looked_at_words,
    mixed_words,
    named_words,
    unfinished_words,
)
from vault.disclosures.trace import trace
from vault.disclosures.tracing import Trace
from vault.records.importing.problems import SheetError


class Command(BaseCommand):
    help = (
        "Names the recipient of the export that a leaked sheet (CSV or XLSX) came from. "
        "Exit status 0 when one is named, 1 when none is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the sheet that turned up, .csv or .xlsx")
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

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
            except (SheetError, Unclean) as error:
                raise CommandError(error.message) from None
            except OSError:
                raise CommandError(_("The file cannot be read.")) from None
            named, candidates = named_words(found), candidate_words(found)
        answer = {
            "rows_looked_at": found.seen,
            "rest_not_looked_at": found.cut,
            "long_cells": found.long_cells,
            "people_not_compared": found.uncompared,
            "rows": found.sheet_rows,
            "rows_exported": found.known_rows,
            "mixed": found.mixed,
            "named": [_facts(one) for one in named],
            "candidates": [_facts(one) for one in candidates],
            "candidates_left_out": left_out(found),
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(found, named, candidates)
        if not named:
            raise SystemExit(1)

    def _tell(self, found: Trace, named: list[Named], candidates: list[Named]) -> None:
        self.stdout.write(looked_at_words(found))
        for words in unfinished_words(found):
            self.stdout.write(words)
        for one in named:
            self.stdout.write(_held(one, found))
            self.stdout.write(_("an accident in fewer than 1 of %(odds)s cases.") % {"odds": one.odds})
        if found.mixed:
            self.stdout.write(mixed_words())
        elif not named:
            self.stdout.write(_("No mark of an export is in this sheet."))
        elif candidates:
            self.stdout.write(_("Rows of the sheet were never in the named export. These held them:"))
        for one in candidates:
            self.stdout.write(_held(one, found))
        if more := left_out(found):
            self.stdout.write(_("%(left_out)s more exports held people of this sheet.") % {"left_out": more})
        if candidates and not found.mixed:
            self.stdout.write(_("Others may have had the same people, so that none of these is named."))


def _held(one: Named, found: Trace) -> str:
    return _(
        "%(recipient)s: %(rows)d of %(all)d rows, %(canaries)d canary records, "
        "%(agreeing)d of %(bits)d written forms;"
    ) % {
        "recipient": one.recipient,
        "rows": one.evidence.rows,
        "all": found.sheet_rows,
        "canaries": one.evidence.invented,
        "agreeing": one.evidence.agreeing,
        "bits": one.evidence.bits,
    }


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
