"""manage.py rotate_keys --as USER [--reason TEXT] [--json]: ask for a rotation, or say how the open one
stands.

Where the settings name a provider that does not hold the root keys yet, the rotation moves them to it
(docs/moving-root-keys.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.custody.models import KeyRotation
from vault.custody.services import CannotRotate, ask_for_rotation, moves_to


class Command(BaseCommand):
    help = "Asks a second officer to approve a rotation of the keys; the worker carries it out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        parser.add_argument("--reason", default="Scheduled rotation of the keys")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        with acting_as(Origin(actor=person.pk)):
            try:
                require(person, Permission.KEY_ROTATE)
                result = self._stand() or self._ask(person, options["reason"])
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not rotate keys.")) from None
            except CannotRotate as problem:
                raise CommandError(str(problem)) from None
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(
            json.dumps(result) if options["json"] else " ".join(f"{k}={v}" for k, v in result.items())
        )

    def _stand(self) -> dict[str, Any] | None:
        found = KeyRotation.objects.filter(ended_at__isnull=True).first()
        if found is None:
            return None
        return {
            "rotation": str(found.pk),
            "state": found.state,
            "moved": found.keys_moved,
            "total": found.keys_total,
            "broken": found.keys_broken,
        }

    def _ask(self, person: User, reason: str) -> dict[str, Any]:
        asked = ask_for_rotation(actor=person, reason=reason)
        result = {"approval": str(asked.pk), "state": asked.state}
        return result | {"moves_to": to} if (to := moves_to()) else result
