"""The steps of a redaction that a person takes. The worker's are in searching.py and applying.py."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.files.models import FileVersion
from deals.redaction import tasks
from deals.redaction.access import get_redaction, get_source
from deals.redaction.boxes import Box
from deals.redaction.entries import log
from deals.redaction.finding import Kind, letters_of
from deals.redaction.left import get_droppable
from deals.redaction.models import AT_WORK, ENDED, Redaction, State, Why
from deals.redaction.naming import checked_name
from deals.redaction.work import MOST_MARKS, Work
from deals.rooms.naming import names_open
from people.accounts.models import User
from vault.access import Mode
from vault.formats import text
from vault.formats.checked import FormatError

MOST_WORDS, LONGEST_WORD, SHORTEST_WORD = 50, 60, 2


def start(*, actor: User, deal_id: UUID, version_id: UUID) -> Redaction:
    """The actor's open redaction of the version; a new one if there is none. Raises Refused."""
    version = get_source(actor, deal_id, version_id, Action.REDACTION_START)
    if not version.page_count:
        raise Refused(ObjectType.FILE_VERSION, version_id, Action.REDACTION_START, deal=deal_id)
    if (present := _open_one(actor, version)) is not None:
        return present
    with (
        names_open(
            version.file.room, Action.REDACTION_EDIT, ObjectType.FILE, version.file_id, mode=Mode.WRITE
        ),
        suppress(IntegrityError),  # the same person began it in another window: that one it is
        transaction.atomic(),
    ):
        redaction = Redaction(
            room=version.file.room,
            key_id=version.file.room.key_id,
            version=version,
            maker=actor,
            pages=version.page_count,
        )
        redaction.marked = Work().text()
        redaction.save()
        log(redaction, Action.REDACTION_START)
        return redaction
    begun: Redaction = Redaction.objects.exclude(state__in=ENDED).get(version=version, maker=actor)
    return begun


def _open_one(actor: User, version: FileVersion) -> Redaction | None:
    present: Redaction | None = (
        Redaction.objects.filter(version=version, maker=actor).exclude(state__in=ENDED).first()
    )
    return present


def mark(*, actor: User, deal_id: UUID, redaction_id: UUID, box: Box) -> None:
    """One more rectangle. Raises NotPossible, Refused."""

    def add(redaction: Redaction, work: Work) -> None:
        if not box.is_sound or box.page > redaction.pages:
            raise NotPossible(_("A rectangle has to lie on the page and have a width and a height."))
        if len(work.marks) >= MOST_MARKS:
            raise NotPossible(_("A copy has at most %(count)d rectangles.") % {"count": MOST_MARKS})
        if box not in work.marks:
            work.marks.append(box)

    _edit(actor, deal_id, redaction_id, add)


def unmark(*, actor: User, deal_id: UUID, redaction_id: UUID, boxes: Collection[Box]) -> None:
    """Take rectangles away. Raises NotPossible, Refused."""

    def remove(_redaction: Redaction, work: Work) -> None:
        work.marks = [each for each in work.marks if each not in boxes]

    _edit(actor, deal_id, redaction_id, remove)


def settle(
    *,
    actor: User,
    deal_id: UUID,
    redaction_id: UUID,
    accept: bool,
    number: int | None,
    kind: Kind | None,
) -> None:
    """Accept or reject a proposal by its number, or all of a kind. Raises NotPossible, Refused."""

    def decide(_redaction: Redaction, work: Work) -> None:
        chosen = [each.number for each in work.proposals if each.number == number or each.kind == kind]
        work.settle(chosen=chosen, accept=accept)
        if len(work.marks) > MOST_MARKS:
            raise NotPossible(_("A copy has at most %(count)d rectangles.") % {"count": MOST_MARKS})

    _edit(actor, deal_id, redaction_id, decide)


def search(
    *, actor: User, deal_id: UUID, redaction_id: UUID, kinds: Collection[Kind], words: Iterable[str]
) -> None:
    """Have the worker look through the text of all pages. Raises NotPossible, Refused."""
    wanted = clean_words(words)
    if not kinds and not wanted:
        raise NotPossible(_("Choose what to look for, or type a word."))

    def ask(redaction: Redaction, work: Work) -> None:
        work.kinds, work.words, work.proposals = sorted(kinds), wanted, []
        work.cut = False
        redaction.state, redaction.done, redaction.problem = State.SEARCHING, 0, ""
        _once_committed(redaction)

    _edit(actor, deal_id, redaction_id, ask)


def clean_words(typed: Iterable[str]) -> list[str]:
    """The words, each once. Raises NotPossible for one that is too short, too long or not to be typed."""
    try:
        words = list(dict.fromkeys(filter(None, (text.clean(word, limit=LONGEST_WORD) for word in typed))))
    except FormatError as flaw:
        raise NotPossible(flaw.message) from None
    if len(words) > MOST_WORDS:
        raise NotPossible(_("Type at most %(count)d words.") % {"count": MOST_WORDS})
    if any(len(letters_of(word)) < SHORTEST_WORD for word in words):
        raise NotPossible(_("A word has at least %(count)d characters.") % {"count": SHORTEST_WORD})
    return words


def apply(*, actor: User, deal_id: UUID, redaction_id: UUID, reason: Why, name: str) -> None:
    """Have the worker make the copy, under that name. Raises NotPossible, Refused."""

    def ask(redaction: Redaction, work: Work) -> None:
        if not work.marks:
            raise NotPossible(_("Nothing is marked yet. Draw a rectangle or accept a proposal first."))
        work.name = checked_name(name, work.words)
        redaction.state, redaction.reason = State.APPLYING, reason
        redaction.done, redaction.problem = 0, ""
        _once_committed(redaction)

    _edit(actor, deal_id, redaction_id, ask)


def _once_committed(redaction: Redaction) -> None:
    """Set the worker at it. If the queue is down, beat finds the redaction by its state within a minute."""
    transaction.on_commit(lambda: tasks.run.delay(str(redaction.pk)), robust=True)


def stop(*, actor: User, deal_id: UUID, redaction_id: UUID) -> None:
    """Call the worker back; the marks stay. Raises Refused."""
    redaction = get_redaction(actor, deal_id, redaction_id, Action.REDACTION_EDIT)
    with transaction.atomic():
        stopped = Redaction.objects.filter(pk=redaction_id, state__in=AT_WORK)
        if stopped.update(state=State.DRAFT):
            log(redaction, Action.REDACTION_STOP)


def drop(*, actor: User, deal_id: UUID, redaction_id: UUID) -> None:
    """Throw the marks away; another's, once its maker cannot. Raises NotPossible, Refused."""
    redaction = get_droppable(actor, deal_id, redaction_id, Action.REDACTION_DROP)
    left = redaction.maker_id != actor.pk
    with transaction.atomic():
        open_ones = Redaction.objects.filter(pk=redaction_id, state=State.DRAFT)
        if not open_ones.update(state=State.DROPPED, ended_at=timezone.now(), work=None):
            raise NotPossible(_("The worker is at it. Stop it first."))
        log(redaction, Action.REDACTION_DROP, fields=("draft.left",) if left else ())


def _edit(actor: User, deal_id: UUID, redaction_id: UUID, change: Callable[[Redaction, Work], None]) -> None:
    """Change a draft's sealed work, one change at a time: a second window adds to what the first one did."""
    found = get_redaction(actor, deal_id, redaction_id, Action.REDACTION_EDIT)
    with (
        names_open(
            found.room, Action.REDACTION_EDIT, ObjectType.FILE, found.version.file_id, mode=Mode.WRITE
        ),
        transaction.atomic(),
    ):
        redaction: Redaction = Redaction.objects.select_for_update(of=("self",)).get(pk=redaction_id)
        if redaction.state != State.DRAFT:
            raise NotPossible(_("The worker is at it. Wait for it, or stop it."))
        work = Work.read(redaction.marked)
        change(redaction, work)
        redaction.marked = work.text()
        redaction.save()
