"""Gives up what a role asks of networks and passkeys: for a house that has locked itself out."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.roles.doors.services import break_open
from people.roles.models import Role


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="its code, such as admin")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role.objects.filter(pk=options["role"]).first()
        if role is None:
            raise CommandError("There is no such role.")
        with acting_as(Origin(actor=SYSTEM_ID)):
            opened = break_open(role)
        if opened:
            self.stdout.write(
                "The role counts from everywhere again. The log says so, and officers are told."
            )
        else:
            self.stdout.write("The role asked for nothing.")
