"""manage.py rotate_keys --as USER [--reason TEXT] [--json]: ask for a rotation, or say how the open one
stands.

Where the settings name a provider that does not hold the root keys yet, the rotation moves them to it
(docs/moving-root-keys.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.custody.models import KeyRotation
from vault.custody.services import CannotRotate, ask_for_rotation, moves_to

# As JSON says it, and in words.
Told = tuple[dict[str, Any], str]


class Command(BaseCommand):
    help = "Asks a second officer to approve a rotation of the keys; the worker carries it out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help="the officer's sign-in name")
        # The house's language: a command runs in settings.LANGUAGE_CODE, and the reason is read in the log.
        parser.add_argument(
            "--reason",
            default=_("Scheduled rotation of the keys"),
            help="which the second officer and the log read",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        with acting_as(Origin(actor=person.pk)):
            try:
                require(person, Permission.KEY_ROTATE)
                result, words = self._stand() or self._ask(person, options["reason"])
            except Refused as refused:
                record(refused)
                raise CommandError(_("This person may not rotate keys.")) from None
            except CannotRotate as problem:
                raise CommandError(str(problem)) from None
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(json.dumps(result) if options["json"] else words)

    def _stand(self) -> Told | None:
        found = KeyRotation.objects.filter(ended_at__isnull=True).first()
        if found is None:
            return None
        result = {
            "rotation": str(found.pk),
            "state": found.state,
            "moved": found.keys_moved,
            "total": found.keys_total,
            "broken": found.keys_broken,
        }
        words = _("Rotation %(state)s: keys moved: %(moved)s of %(total)s.") % {
            "state": found.get_state_display(),
            "moved": found.keys_moved,
            "total": found.keys_total,
        }
        if found.keys_broken:
            words += " " + _("Keys that do not open: %(n)s; the key page says more.") % {
                "n": found.keys_broken
            }
        return result, words

    def _ask(self, person: User, reason: str) -> Told:
        asked = ask_for_rotation(actor=person, reason=reason)
        result = {"approval": str(asked.pk), "state": str(asked.state)}
        words = _("Asked for. A second officer decides at %(address)s; then the worker carries it out.") % {
            "address": reverse("people:approval", args=[asked.pk])
        }
        if to := moves_to():
            result["moves_to"] = to
            words += " " + _("It moves the root keys to: %(provider)s.") % {"provider": to}
        return result, words
