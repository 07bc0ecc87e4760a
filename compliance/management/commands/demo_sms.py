"""manage.py demo_sms: the text messages that the demo's local SMS server took, the newest last."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Prints the text messages of the demo. Refused outside demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Messages are kept in demo mode only (SEALROOM_DEMO=1).")
        inbox = Path(settings.HOME_DIR) / "sms" / "inbox.json"
        if not inbox.is_file():
            raise CommandError("No message yet: invite somebody by mobile number, scan, and ask for a code.")
        for message in json.loads(inbox.read_text(encoding="utf-8"))[-5:]:
            self.stdout.write(f"{message['to']}\n{message['text']}\n")
