"""manage.py recovery_copy --as USER --needed K --holder NAME FILE.pub … FOLDER: split the root keys."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from vault.crypto.errors import WrongLength
from vault.custody.recovery import CannotRecover, make_copy
from vault.custody.terminal import check_writable, person_named, read_public, write_new


class Command(BaseCommand):
    help = "Splits the root keys into share files, of which K bring them back. Give each to its officer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where the share files are written, one for each holder"
        )
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument("--needed", type=int, required=True, help="how many shares bring the keys back")
        parser.add_argument(
            "--holder",
            nargs=2,
            action="append",
            required=True,
            metavar=("NAME", "FILE.pub"),
            help="an officer and the public file that recovery_key made; once for each holder",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["person"])
        holders = [(person_named(name), read_public(Path(path))) for name, path in options["holder"]]
        check_writable(options["folder"])
        with acting_as(Origin(actor=person.pk)):
            try:
                copy, files = make_copy(actor=person, threshold=options["needed"], holders=holders)
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not copy keys.")) from None
            except (CannotRecover, WrongLength) as problem:
                raise CommandError(str(problem)) from None
        options["folder"].mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = [options["folder"] / f"{copy.pk}-{content['number']}.share" for content in files]
        for path, content in zip(paths, files, strict=True):
            write_new(path, content)
        shown = {"copy": str(copy.pk), "shares": [str(path) for path in paths]}
        if options["json"]:
            self.stdout.write(json.dumps(shown))
            return
        for (holder, _key), path in zip(holders, paths, strict=True):
            self.stdout.write(f"{holder}: {path}")
        self.stdout.write(_("Give each file to its officer, and leave none of them on this machine."))
