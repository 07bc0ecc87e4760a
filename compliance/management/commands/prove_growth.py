"""manage.py prove_growth --from SIZE --as NAME --out FILE [--json]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from compliance.proofs.access import prove_growth
from compliance.proofs.commands import acting, add_common, new_file


class Command(BaseCommand):
    help = "Writes the proof that the newest checkpoint goes on from an older one (C2SP tlog-witness)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="old", type=int, required=True, help="the older checkpoint's second line: its size"
        )
        add_common(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(options["person"]) as person, new_file(options["out"]) as file:
            file.write(prove_growth(person, options["old"]))
        told = {"from": options["old"], "file": str(options["out"])}
        words = _("Written. Whoever holds the older checkpoint verifies it with tools/verify_evidence.py.")
        self.stdout.write(json.dumps(told) if options["json"] else words)
