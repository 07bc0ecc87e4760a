"""manage.py sequence_log: puts committed entries into the log's tree, each second, until it is told to stop.

A process of its own beside web, worker and beat, with the worker's login. It may be killed at any time, and
a second one does no harm. SIGTERM and SIGINT end it after the round under way.
"""

import json
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from audit.origin import Origin, acting_as
from audit.tree.running import Sequencer, catch_up
from audit.tree.store import head
from compliance.tree.alarms import watch
from people.accounts.system import SYSTEM_ID


class Command(BaseCommand):
    help = "Puts committed log entries into the log's tree, each second."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="until no entry waits, then end")
        parser.add_argument("--json", action="store_true", help="with --once: print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(Origin(actor=SYSTEM_ID)):
            if options["once"]:
                self._once(as_json=options["json"])
            else:
                stop = Event()
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: stop.set())
                Sequencer(after=[watch]).run(stop)

    def _once(self, *, as_json: bool) -> None:
        added, now = catch_up(), head()
        told = {"added": added, "size": now.size if now else 0}
        self.stdout.write(
            json.dumps(told) if as_json else "{added} added, {size} in the tree.".format(**told)
        )
