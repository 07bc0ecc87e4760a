"""manage.py recovery_drill --as USER --share FILE.share KEYFILE …: prove that the shares give the keys in
force."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from vault.custody.recovery import CannotRecover, rehearse
from vault.custody.terminal import person_named, read_shares


class Command(BaseCommand):
    help = "Recovers into a scratch folder, compares, records the result. Nothing in force is touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument(
            "--share", nargs=2, action="append", required=True, metavar=("FILE.share", "KEYFILE")
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["person"])
        with acting_as(Origin(actor=person.pk)):
            try:
                drill = rehearse(actor=person, shares=read_shares(options["share"]))
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not rehearse the recovery.")) from None
            except CannotRecover as problem:
                raise CommandError(str(problem)) from None
        if options["json"]:
            self.stdout.write(json.dumps({"copy": str(drill.copy_id), "passed": drill.passed}))
        elif drill.passed:
            self.stdout.write(_("The shares give the root keys in force. The rehearsal is on record."))
        if not drill.passed:
            raise CommandError(_("The shares give other keys than those in force: make a new copy."))
