"""Recompute the log and compare its ends with the heads kept outside the database.

In words of the house's language; as JSON, which machines read, in English.
Exit code 0: nothing wrong was found; 1: something was; the first bad entry is named.
"""

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit import heads
from audit.dropped import verify_dropped
from audit.tree.verifying import verify_tree
from audit.verify import MAX_PROBLEMS, Problem, Report, verify


class Command(BaseCommand):
    help = "Recompute every link and leaf of the log, and compare with the heads outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--heads", type=Path, default=None, help="folder of the heads (a copy kept elsewhere)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en") if options["json"] else nullcontext():
            started = monotonic()
            report = _verified(options["heads"] or Path(settings.HEADS_DIR))
            seconds = monotonic() - started
            self.stdout.write(_as_json(report, seconds) if options["json"] else _in_words(report, seconds))
        if not report.sound:
            sys.exit(1)


def _verified(folder: Path) -> Report:
    """Raises CommandError where a file in the folder holds no heads."""
    try:
        noted = heads.read(folder)
    except ValueError as error:
        raise CommandError(str(error)) from None
    with transaction.atomic():
        connection.ensure_connection()
        report = verify(connection.connection, noted)
        verify_tree(connection.connection, report)
        verify_dropped(connection.connection, report)
    return report


def _as_json(report: Report, seconds: float) -> str:
    problems = [asdict(problem) for problem in report.oldest_problems()[:MAX_PROBLEMS]]
    return json.dumps(
        {
            "sound": report.sound,
            "entries": report.entries,
            "chains": report.chains,
            "heads": report.heads,
            "unvouched": report.unvouched,
            "leaves": report.leaves,
            "roots": report.roots,
            "months": report.months,
            "archived": report.archived,
            "seconds": round(seconds, 3),
            "first": problems[0] if problems else None,
            "problems": problems,
            "state": report.state,
        }
    )


def _in_words(report: Report, seconds: float) -> str:
    counts = {"entries": report.entries, "chains": report.chains, "heads": report.heads}
    lines = [
        _(
            "%(entries)d entries in %(chains)d chains recomputed in %(seconds).1f s, compared with %(heads)d"
            " heads kept outside the database."
        )
        % (counts | {"seconds": seconds}),
        _("%(leaves)d leaves of the log's tree recomputed, compared with %(roots)d roots.")
        % {"leaves": report.leaves, "roots": report.roots},
    ]
    if report.months:
        lines.append(
            _(
                "%(months)d months have left the log with %(entries)d entries. Their hashes were"
                " recomputed; the entries are proved by their bundles."
            )
            % {"months": report.months, "entries": report.archived}
        )
    if report.unvouched:
        lines.append(
            _(
                "%(count)d entries stand behind the last head noted for their chain. That is ordinary for the"
                " last second, for a process that was killed, and for a server whose heads are not in this"
                " folder."
            )
            % {"count": report.unvouched}
        )
    lines += [_("WRONG: %(what)s.") % {"what": fault} for fault in report.state]
    problems = report.oldest_problems()
    lines += [_told(problem) for problem in problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        lines.append(_("And at least %(count)d more.") % {"count": len(problems) - MAX_PROBLEMS})
    sound = _("Nothing wrong was found.")
    lines.append(sound if report.sound else _("The log was changed, or is not protected."))
    return "\n".join(lines)


def _told(problem: Problem) -> str:
    if not problem.writer:
        return _("WRONG: entry %(entry)s, leaf %(number)d of the tree: %(what)s.") % {
            "entry": problem.entry or _("(gone)"),
            "number": problem.seq,
            "what": problem.what,
        }
    return _("WRONG: entry %(entry)s, number %(number)d of chain %(chain)s: %(what)s.") % {
        "entry": problem.entry or _("(gone)"),
        "number": problem.seq,
        "chain": problem.writer,
        "what": problem.what,
    }
