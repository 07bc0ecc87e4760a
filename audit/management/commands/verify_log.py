"""Recompute the log and compare its ends with the heads kept outside the database.

Exit code 0: nothing wrong was found; 1: something was; the first bad entry is named.
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from audit import heads
from audit.verify import MAX_PROBLEMS, Report, verify

_UNVOUCHED = (
    "{} entries stand behind the last head noted for their chain. That is ordinary for the last second,"
    " for a process that was killed, and for a server whose heads are not in this folder."
)


class Command(BaseCommand):
    help = "Recompute every link and leaf of the log, and compare with the heads outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--heads", type=Path, default=None, help="folder of the heads (a copy kept elsewhere)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = monotonic()
        try:
            noted = heads.read(options["heads"] or Path(settings.HEADS_DIR))
        except ValueError as error:
            raise CommandError(str(error)) from None
        with transaction.atomic():
            connection.ensure_connection()
            report = verify(connection.connection, noted)
        seconds = monotonic() - started
        self.stdout.write(_as_json(report, seconds) if options["json"] else _in_words(report, seconds))
        if not report.sound:
            sys.exit(1)


def _as_json(report: Report, seconds: float) -> str:
    problems = [asdict(problem) for problem in report.oldest_problems()[:MAX_PROBLEMS]]
    return json.dumps(
        {
            "sound": report.sound,
            "entries": report.entries,
            "chains": report.chains,
            "heads": report.heads,
            "unvouched": report.unvouched,
            "seconds": round(seconds, 3),
            "first": problems[0] if problems else None,
            "problems": problems,
            "state": report.state,
        }
    )


def _in_words(report: Report, seconds: float) -> str:
    counts = f"{report.entries} entries in {report.chains} chains recomputed in {seconds:.1f} s"
    lines = [f"{counts}, compared with {report.heads} heads kept outside the database."]
    if report.unvouched:
        lines.append(_UNVOUCHED.format(report.unvouched))
    lines += [f"WRONG: {fault}." for fault in report.state]
    problems = report.oldest_problems()
    for problem in problems[:MAX_PROBLEMS]:
        place = f"entry {problem.entry or '(gone)'}, number {problem.seq} of chain {problem.writer}"
        lines.append(f"WRONG: {place}: {problem.what}.")
    if len(problems) > MAX_PROBLEMS:
        lines.append(f"And at least {len(problems) - MAX_PROBLEMS} more.")
    lines.append("Nothing wrong was found." if report.sound else "The log was changed, or is not protected.")
    return "\n".join(lines)
