"""manage.py recover_keys --share FILE.share KEYFILE …: bring the root key file back from enough shares."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import LogUnavailable, record_read
from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from vault.custody.recovery import CannotRecover, recovered
from vault.custody.terminal import read_shares
from vault.keys.providers.file import FileProvider


class Command(BaseCommand):
    help = "Rebuilds the root key file. Refused where there is one: move it away first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--share",
            nargs=2,
            action="append",
            required=True,
            metavar=("FILE.share", "KEYFILE"),
            help="a share and its holder's key file; once for each share that is needed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        shares = read_shares(options["share"])
        try:
            versions = recovered(shares)
            FileProvider(settings.KEYS_DIR).restore(versions)
        except (CannotRecover, FileExistsError) as problem:
            raise CommandError(str(problem)) from None
        self._note(UUID(shares[0][0].content["copy"]))
        self.stdout.write(
            _("The root key file is back, up to version %(version)s.") % {"version": max(versions)}
        )

    def _note(self, copy_id: UUID) -> None:
        """In the log, where it answers: after a disaster the keys may be back before the database is."""
        entry = Entry(action=Action.KEYS_RECOVER, object_type=ObjectType.RECOVERY_COPY, object_id=copy_id)
        try:
            with acting_as(Origin(actor=SYSTEM_ID)):
                record_read(entry)
        except LogUnavailable:
            self.stderr.write(_("The log does not answer: this recovery is not noted in it."))
