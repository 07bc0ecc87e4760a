"""manage.py seed_demo: invented people, clients and deals, in demo mode. A second run changes nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from compliance.demo.seeding import seed


class Command(BaseCommand):
    help = "Fills an empty house with invented people, clients and deals. Refused outside demo mode."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Demo data exist in demo mode only (SEALROOM_DEMO=1).")
        try:
            path = seed(Path(settings.HOME_DIR))
        except RuntimeError as problem:
            raise CommandError(str(problem)) from None
        print(json.dumps({"logins": str(path)}) if options["json"] else f"Demo people: {path}")
