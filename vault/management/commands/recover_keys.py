"""manage.py recover_keys --share FILE.share KEYFILE …: bring the root key file back from enough shares."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from vault.custody.recovery import CannotRecover, recovered
from vault.custody.terminal import read_shares
from vault.keys.providers.file import FileProvider


class Command(BaseCommand):
    help = "Rebuilds the root key file. Refused where there is one: move it away first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--share", nargs=2, action="append", required=True, metavar=("FILE.share", "KEYFILE")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            versions = recovered(read_shares(options["share"]))
            FileProvider(settings.KEYS_DIR).restore(versions)
        except (CannotRecover, FileExistsError) as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            _("The root key file is back, up to version %(version)s.") % {"version": max(versions)}
        )
