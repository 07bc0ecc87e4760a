"""manage.py demo_code NAME: the one-time code that a demo person's authenticator app would show now."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from compliance.demo.logins import FILE, logins
from people.factors.totp import PERIOD, code_at, step_of


class Command(BaseCommand):
    help = "Prints the one-time code of a demo person. Refused outside demo mode."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the sign-in name, such as su.wanqing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Demo people exist in demo mode only (SEALROOM_DEMO=1).")
        home = Path(settings.HOME_DIR)
        if not (home / FILE).is_file():
            raise CommandError("There are no demo people yet: seed_demo makes them.")
        login = logins(home).get(options["name"])
        if login is None or not login.totp_secret:
            raise CommandError("No demo person by this name types a code.")
        now = time.time()
        left = PERIOD - int(now) % PERIOD
        self.stdout.write(f"{code_at(login.totp_secret, step_of(now))}  (for {left} more seconds)")
