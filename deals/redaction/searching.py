"""The worker looks through the text of a file and leaves proposals."""

from django.db import transaction

from audit.actions import Action
from deals.redaction.entries import log
from deals.redaction.finding import Crowded, Found, find
from deals.redaction.models import Redaction, State
from deals.redaction.pieces import Pieces, Stopped, is_wanted
from deals.redaction.work import Work
from deals.viewer.rendering import read_outlines
from vault.sealed.context import AccessContext

AT_ONCE = 25  # pages that one process reads


def search_text(redaction: Redaction, pieces: Pieces, _context: AccessContext) -> None:
    """Find, in an access that opens the redaction and its file. Only counts of kinds reach the log."""
    wanted = Work.read(redaction.marked)
    found: list[Found] = []
    textless: list[int] = []
    for first, many in pieces.walk(AT_ONCE):
        for page, outline in enumerate(read_outlines(pieces.file, pieces.media_type, first, many), first):
            try:
                found += find(page, outline.characters, wanted.kinds, wanted.words)
            except Crowded:
                textless.append(page)
            if not outline.characters:
                textless.append(page)
    with transaction.atomic():
        now: Redaction = Redaction.objects.select_for_update(of=("self",)).get(pk=redaction.pk)
        if not is_wanted(now, redaction):
            raise Stopped
        work = Work.read(now.marked)
        work.propose(found)
        work.searched, work.textless = True, textless
        now.marked, now.state = work.text(), State.DRAFT
        now.save()
        counts = tuple(f"found.{kind}.{count}" for kind, count in sorted(work.counts().items()))
        log(redaction, Action.REDACTION_FOUND, fields=counts)
