"""Prints one-time links for the first administrator and the first officer, while there are none."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.origin import Origin, acting_as
from people.accounts.links import VALID_FOR
from people.accounts.services import first_links
from people.accounts.system import SYSTEM_ID


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(Origin(actor=SYSTEM_ID)):
            links = first_links()
        for role, address in links.items():
            hours = int(VALID_FOR.total_seconds() // 3600)
            self.stdout.write(f"First {role.replace('_', ' ')} (works once, for {hours} hours): {address}")
        if not links:
            self.stdout.write(
                "The first administrator and officer are there; administrators add everybody else."
            )
