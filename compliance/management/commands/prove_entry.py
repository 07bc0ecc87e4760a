"""manage.py prove_entry ENTRY --as NAME --out FILE.tlog-proof [--json]"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from compliance.proofs.access import prove_entry
from compliance.proofs.commands import acting, add_common, new_file


class Command(BaseCommand):
    help = "Writes one entry and the proof that it is in the signed log (C2SP tlog-proof)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entry", type=UUID, help="the entry's id")
        add_common(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(options["person"]) as person, new_file(options["out"]) as file:
            proof = prove_entry(person, options["entry"])
            file.write(proof)
        told = {"entry": str(options["entry"]), "file": str(options["out"]), "bytes": len(proof)}
        self.stdout.write(
            json.dumps(told)
            if options["json"]
            else _("Written. Anybody can verify it with tools/verify_evidence.py.")
        )
