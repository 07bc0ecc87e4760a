"""manage.py recovery_key FILE: an officer's recovery key, made on the officer's own machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from vault.crypto.recovery import fingerprint, lock, new_recovery_key
from vault.custody.terminal import passphrase, write_new

SHORTEST = 12


class Command(BaseCommand):
    help = "Makes a recovery key: FILE is private, under a passphrase; FILE.pub is to be handed in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        words = passphrase(_("New passphrase: "))
        if len(words) < SHORTEST:
            raise CommandError(_("A passphrase has at least %(count)d characters.") % {"count": SHORTEST})
        if passphrase(_("The same once more: ")) != words:
            raise CommandError(_("The two passphrases differ."))
        key, path = new_recovery_key(), options["file"]
        write_new(path, lock(key, words))
        public = path.with_name(path.name + ".pub")
        write_new(public, key.public)
        self.stdout.write(_("%(path)s: private. Keep it and its passphrase to yourself.") % {"path": path})
        self.stdout.write(
            _("%(path)s: hand it in, and read out its fingerprint: %(fingerprint)s")
            % {"path": public, "fingerprint": fingerprint(key.public)}
        )
