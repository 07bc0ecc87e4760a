"""manage.py lost_history (--show | --declare WHY | --begin) --as NAME [--json]

Once the newest entries of the log are lost for good: what is lost; asking a second officer to declare it;
and, when that is approved, the log's next generation, on the machine that has its keys.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.checkpoints import keys
from audit.checkpoints.losing import CannotTell, NothingLost
from compliance.proofs import losing
from compliance.proofs.commands import acting
from people.accounts.models import User


class Command(BaseCommand):
    help = "Declares, by two persons, that the newest log entries are lost, and lets the log go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--show", action="store_true", help="what is lost")
        what.add_argument(
            "--declare", choices=losing.Why.values, help="ask another officer to declare it, and why"
        )
        what.add_argument("--begin", action="store_true", help="go on as the next generation, as approved")
        parser.add_argument("--as", dest="person", required=True, help="the person's sign-in name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(options["person"]) as person:
            try:
                told, words = _done(person, options)
            except NothingLost:
                raise CommandError(
                    _("Nothing is lost: every checkpoint outside agrees with the log. Nothing was done.")
                ) from None
            except CannotTell as why:
                raise CommandError(
                    _("What is lost cannot be said now (%(place)s). Nothing was done.") % {"place": why}
                ) from None
            except losing.NotDeclared:
                raise CommandError(
                    _("No second person has approved exactly this loss. Nothing was done.")
                ) from None
        self.stdout.write(json.dumps(told) if options["json"] else words % told)


def _done(person: User, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
    if options["begin"]:
        former = losing.go_on(actor=person)
        told = {"origin": keys.load().origin, "former": former.origin, "lost": former.lost}
        return told, _("The log goes on as %(origin)s. Of %(former)s %(lost)d entries are lost.")
    if options["declare"]:
        request = losing.ask(actor=person, why=losing.Why(options["declare"]))
        return {"approval": str(request.pk)}, _(
            "Asked. Another officer decides on it: approval %(approval)s."
        )
    loss = losing.shown(actor=person)
    told = {"origin": loss.origin, "size": loss.size, "agreed": loss.agreed, "lost": loss.lost}
    return told, _(
        "Outside %(origin)s has %(size)d entries. With %(agreed)d of them the log agrees; %(lost)d are"
        " lost or can no longer be proved."
    )
