"""What explains an entry: a follow-up's call, an approval, or the stage that a deal had reached.

Explained entries fold away, so that what is unexplained remains to read. Whoever wants to hide a look must
therefore not be able to make one look explained. Each explanation is found in what the gates themselves
wrote, and is compared with the entry in everything it says:

* a call of a follow-up: an entry of the same request, person, client and purpose, and nothing but the number
  and the note was shown. The call is written before the reveal, by the service that then reveals.
* an approval: the permit that this reveal used up. It explains the first reveal after its use and no other.
  Of changes: the entry of the carrying out, in the same request and by the same person.
* a stage: the deal's newest move before the entry, by the log, had opened the folder; for outside people.

Whatever does not fit in every point is unexplained. A fixed number of queries, however many entries.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType, Result
from audit.models import LogEntry
from deals.files.models import File
from deals.pipeline.models import Stage
from deals.rooms.models import Folder
from people.accounts.models import Kind, User
from vault.records.labels import Field, Group
from vault.records.reveals.models import RevealPermit
from vault.relations.followups.models import NOTE


class Explained(TextChoices):
    FOLLOW_UP = "follow_up", _("by a follow-up")
    APPROVAL = "approval", _("by an approval")
    STAGE = "stage", _("by the stage of the deal")


Explanations = Mapping[UUID, Explained]

# A permit is used up in the transaction before the reveal's entry: what lies between is the sealing of words.
_USED_WITHIN = timedelta(seconds=60)
_OF_A_CALL = {Group.CONTACT.value, Field.PHONE.value, NOTE}
_BY_STAGE = {Action.FILE_VIEW, Action.FILE_VIEW_PAGE, Action.ROOM_VIEW}
# Never explained by having been carried out: plaintext that was shown, and whatever leaves the house.
_TAKES = {Action.CLIENT_REVEAL, Action.FILE_DOWNLOAD, Action.CLIENT_EXPORT, Action.LOG_REASON}


def explain(entries: Iterable[LogEntry]) -> dict[UUID, Explained]:
    """Entry → what explains it; entries that nothing explains are not in it."""
    done = [entry for entry in entries if entry.result == Result.DONE and entry.actor is not None]
    found = _stages(done)
    found |= _carried_out(done)
    found |= _permits(done)
    found |= _calls(done)
    return {entry.pk: found[entry.pk] for entry in done if entry.pk in found}


def _calls(done: Sequence[LogEntry]) -> dict[UUID, Explained]:
    """Reveals that a follow-up's call led to, and those calls themselves."""
    pair = {Action.CLIENT_REVEAL, Action.FOLLOWUP_CALL}
    asked = {entry.request for entry in done if entry.request is not None and entry.action in pair}
    if not asked:
        return {}
    of_requests = LogEntry.objects.filter(request__in=asked, action__in=pair, result=Result.DONE)
    rows = list(of_requests.order_by("at", "id"))
    calls = {_said(one): one for one in rows if one.action == Action.FOLLOWUP_CALL}
    found: dict[UUID, Explained] = {}
    for entry in rows:
        call = calls.get(_said(entry))
        if entry.action != Action.CLIENT_REVEAL or call is None or call.at > entry.at:
            continue
        if Field.PHONE.value in entry.fields and set(entry.fields) <= _OF_A_CALL:
            found[entry.pk] = found[call.pk] = Explained.FOLLOW_UP
    return found


def _said(entry: LogEntry) -> tuple[object, ...]:
    """What a call and the reveal that it led to say alike."""
    return entry.request, entry.actor, tuple(entry.subjects), entry.purpose, entry.reason


def _permits(done: Sequence[LogEntry]) -> dict[UUID, Explained]:
    """Reveals that used up what a second person had agreed to."""
    wanted = [entry for entry in done if _is_one_group(entry)]
    if not wanted:
        return {}
    permits = RevealPermit.objects.filter(
        person__in={entry.actor for entry in wanted},
        client__in={entry.object_id for entry in wanted},
        used_at__gt=min(entry.at for entry in wanted) - _USED_WITHIN,
        used_at__lte=max(entry.at for entry in wanted),
    )
    used = [(one, one.used_at) for one in permits.order_by("used_at") if one.used_at is not None]
    if not used:
        return {}
    # Of all reveals, not of those in hand: another one may come before the first of them.
    rivals = LogEntry.objects.filter(
        action=Action.CLIENT_REVEAL,
        result=Result.DONE,
        actor__in={permit.person_id for permit, _ in used},
        object_id__in={permit.client_id for permit, _ in used},
        at__gte=used[0][1],
        at__lte=used[-1][1] + _USED_WITHIN,
    ).order_by("at", "id")
    free = list(rivals)
    explained: set[UUID] = set()
    for permit, used_at in used:
        first = next((one for one in free if one.at >= used_at and _is_for(permit, one)), None)
        if first is not None and first.at <= used_at + _USED_WITHIN:
            free.remove(first)
            explained.add(first.pk)
    return {entry.pk: Explained.APPROVAL for entry in wanted if entry.pk in explained}


def _is_one_group(entry: LogEntry) -> bool:
    """What a permit can be for: one client and one group of it."""
    groups = {group.value for group in Group}
    return (
        entry.action == Action.CLIENT_REVEAL
        and entry.subjects == [entry.object_id]
        and len(groups.intersection(entry.fields)) == 1
    )


def _is_for(permit: RevealPermit, entry: LogEntry) -> bool:
    return (
        entry.actor == permit.person_id
        and entry.object_id == permit.client_id
        and entry.purpose == permit.purpose
        and permit.group in entry.fields
        and _is_one_group(entry)
    )


def _carried_out(done: Sequence[LogEntry]) -> dict[UUID, Explained]:
    """Changes that an approval carried out, in its request. The approval's own entries remain to read."""
    wanted = [
        entry
        for entry in done
        if entry.request is not None
        and entry.action not in _TAKES
        and entry.object_type != ObjectType.APPROVAL
    ]
    carried = LogEntry.objects.filter(
        request__in={entry.request for entry in wanted},
        action=Action.APPROVAL_CARRY_OUT,
        result=Result.DONE,
    ).values_list("request", "actor")
    pairs = set(carried)
    return {entry.pk: Explained.APPROVAL for entry in wanted if (entry.request, entry.actor) in pairs}


def _stages(done: Sequence[LogEntry]) -> dict[UUID, Explained]:
    """Looks of outside people at what the deal's stage had opened."""
    looks = [entry for entry in done if entry.action in _BY_STAGE and entry.deal is not None]
    if not looks:
        return {}
    outside = set(
        User.objects.filter(pk__in={one.actor for one in looks}, kind=Kind.OUTSIDE).values_list(
            "pk", flat=True
        )
    )
    opens = _opens_at({one.object_id for one in looks if one.object_id})
    moves = _moves({one.deal for one in looks if one.deal}, until=max(one.at for one in looks))
    found: dict[UUID, Explained] = {}
    for one in looks:
        if one.actor not in outside or one.object_id not in opens or one.deal is None:
            continue
        reached = moves.get(one.deal, [])
        at = bisect_right(reached, (one.at, Stage.RETENTION.value)) - 1
        if at >= 0 and reached[at][1] >= opens[one.object_id]:
            found[one.pk] = Explained.STAGE
    return found


def _opens_at(objects: set[UUID]) -> dict[UUID, int]:
    """The stage from which each folder or file is open to outside people; a room itself has none."""
    folders = Folder.objects.filter(pk__in=objects).values_list("pk", "opens_at")
    files = File.objects.filter(pk__in=objects).values_list("pk", "folder__opens_at")
    return dict(folders) | dict(files)


def _moves(deals: set[UUID], *, until: datetime) -> dict[UUID, list[tuple[datetime, int]]]:
    """Deal → (when, stage) of its moves, oldest first. The log names the stage in the entry's field."""
    entries = LogEntry.objects.filter(
        object_id__in=deals, action=Action.DEAL_STAGE, result=Result.DONE, at__lte=until
    ).order_by("at", "id")
    moves: dict[UUID, list[tuple[datetime, int]]] = defaultdict(list)
    for entry in entries:
        for field in entry.fields:
            name, _, number = field.partition(".")
            if entry.object_id and name == "stage" and number.isdigit():
                moves[entry.object_id].append((entry.at, int(number)))
    return moves
