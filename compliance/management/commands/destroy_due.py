"""manage.py destroy_due: list what has come due. People approve the list; the worker destroys."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.origin import Origin, acting_as
from compliance.destruction.services import propose_due
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID, system_account
from people.roles.access import has
from people.roles.permissions import Permission


class Command(BaseCommand):
    help = "Proposes the destruction of every record that is due; two people approve before it happens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="sign-in name of who acts; default: the house"
        )
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self._actor(options["user"])
        with acting_as(Origin(actor=actor.pk)):
            run = propose_due(actor=actor)
        if options["json"]:
            print(json.dumps({"run": str(run.pk) if run else None, "records": run.size if run else 0}))
        elif run is None:
            print("Nothing is due.")
        else:
            print(f"{run.size} records are proposed for destruction: /compliance/destruction/{run.pk}/")

    def _actor(self, username: str | None) -> User:
        if username is None:
            return system_account()
        user = User.objects.filter(username__iexact=username, is_active=True).exclude(pk=SYSTEM_ID).first()
        if user is None or not has(user, Permission.DESTRUCTION_ORDER):
            raise CommandError(f"{username} may not order a destruction.")
        return user
