"""manage.py export_evidence (--month YYYY-MM | --deal ID | --subject ID) --as NAME --out FILE.zip [--json]"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from compliance.proofs.commands import acting, add_common, new_file
from compliance.proofs.evidence import Wanted, export


class Command(BaseCommand):
    help = "Writes entries of the log as evidence that outsiders verify offline: entries, proofs, checkpoint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--month", type=_month, help="all entries of a month of UTC, YYYY-MM")
        which.add_argument("--deal", type=UUID, help="all entries about a deal")
        which.add_argument(
            "--subject", type=UUID, help="all entries about a person or company: record number"
        )
        add_common(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        (wanted,) = [
            Wanted(kind=kind, about=str(options[kind]))
            for kind in ("month", "deal", "subject")
            if options[kind]
        ]
        with acting(options["person"]) as person, new_file(options["out"]) as file:
            made = export(actor=person, wanted=wanted, file=file)
        told = {"entries": made.entries, "size": made.size, "file": str(options["out"])}
        words = _("%(entries)d entries written, up to the checkpoint of %(size)d entries.")
        self.stdout.write(json.dumps(told) if options["json"] else words % told)


def _month(text: str) -> str:
    try:
        if date.fromisoformat(f"{text}-01").strftime("%Y-%m") == text:
            return text
    except ValueError:
        pass
    raise ArgumentTypeError("a month as YYYY-MM")
