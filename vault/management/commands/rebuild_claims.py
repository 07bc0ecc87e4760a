"""Enters every own client's claims (撞单) anew: after an upgrade, or when the keyring was restored."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from vault.intake.rebuilding import rebuild_claims


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(Origin(actor=SYSTEM_ID)):  # nothing is shown: the house's own work
            count = rebuild_claims()
        said = json.dumps({"clients": count}) if options["json"] else f"{count} clients"
        self.stdout.write(said)
