"""What the pages of audits show, put together under one entry that opens the texts they need."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext

from audit.actions import Action
from audit.models import LogEntry
from audit.sentences import Line, ids_named, lines
from compliance.audits import access
from compliance.audits.answering import FRESH
from compliance.audits.closing import Missing, missing_of
from compliance.audits.codes import (
    ActionState,
    Area,
    Kind,
    Method,
    State,
)
from compliance.audits.figures import Progress, progress_of
from compliance.audits.followup import SEVERITIES, AuditFinding, CorrectiveAction
from compliance.audits.forms import (
    AnswerForm,
    DoneForm,
    EvidenceForm,
    OwnerForm,
    TeamForm,
    VerdictForm,
    owner_choices,
)
from compliance.audits.measures import MEASURES
from compliance.audits.measures.base import NEVER
from compliance.audits.models import Audit, AuditEvidence, AuditItem, ChecklistVersion, Measurement
from compliance.audits.texts import Texts, reading, texts_of
from compliance.review.names import names_of
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission

Step = Callable[[], object]
LIFE = 20  # entries beside a page
# Who looked, and each figure, stands in the log and on the page; here, what people did.
_LOOKS = (Action.AUDIT_VIEW, Action.AUDIT_OPEN, Action.AUDIT_ACTION_LIST, Action.AUDIT_MEASURE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page shows it."""

    item: AuditItem
    note: str
    measured: Measurement | None
    evidence: list[AuditEvidence]
    findings: list[AuditFinding]
    answering: AnswerForm | None
    linking: EvidenceForm | None

    @property
    def figures(self) -> list[tuple[str | Promise, int | str]]:
        """Each figure of the newest measurement in words, in the measure's order."""
        if self.measured is None:
            return []
        kept = self.measured.figures
        measure = MEASURES.get(self.item.measure)
        known = measure.figures if measure else dict.fromkeys(kept, "")
        told = ((label or name, kept[name]) for name, label in known.items() if name in kept)
        return [
            (label, pgettext("audit figure", "never") if count == NEVER else count) for label, count in told
        ]

    @property
    def is_stale(self) -> bool:
        return self.measured is not None and self.measured.at < timezone.now() - FRESH

    @property
    def wants_finding(self) -> bool:
        """Judged so that a finding says what is wrong, and there is none yet."""
        return self.item.result in SEVERITIES and not self.findings


@dataclass(frozen=True, slots=True)
class Section:
    area: Area
    asked: list[Asked] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(bool(one.item.result) for one in self.asked)


def audit_page(user: User, audit: Audit) -> dict[str, Any]:
    """The context of an audit's page; a fixed number of queries."""
    on_team = access.is_on_team(user, audit)
    manages = has(user, Permission.AUDIT_MANAGE)
    answers = on_team and audit.state == State.RUNNING
    with reading([audit], Action.AUDIT_VIEW):
        texts = texts_of([audit])
        sections = _sections(audit, texts, answers)
    team = list(audit.members.select_related("user").order_by("user__display_name"))
    open_team = audit.state in (State.PLANNED, State.RUNNING)
    return {
        "audit": audit,
        "sections": sections,
        "progress": progress_of([audit]).get(audit.pk, Progress()),
        "team": [one.user for one in team],
        "missing": missing_of(audit) if audit.state == State.RUNNING else Missing(0, 0, 0, 0),
        "sent_back": texts.get(audit.pk, {}).get("verdict", ""),
        "digest": bytes(audit.digest).hex() if audit.digest else "",
        "answers": answers,
        "is_lead": on_team and audit.lead_id == user.pk,
        "may_begin": on_team and audit.lead_id == user.pk and audit.state == State.PLANNED,
        "may_cancel": manages and _can_be_cancelled(audit),
        "may_sign": audit.state == State.CLOSED and access.is_second(user, audit),
        "returning": VerdictForm(auto_id="return-%s"),
        "team_form": _team_form(audit, [one.user_id for one in team]) if manages and open_team else None,
        "life": life_of(audit.pk, *(one.item.pk for part in sections for one in part.asked)),
    }


def _team_form(audit: Audit, now: list[UUID]) -> TeamForm:
    return TeamForm(lead_id=audit.lead_id, initial={"team": now}, auto_id="team-%s")


def _sections(audit: Audit, texts: Texts, answers: bool) -> list[Section]:
    items = list(audit.items.select_related("judged_by").order_by("number"))
    measured = {
        one.item_id: one for one in Measurement.objects.filter(item__audit=audit).order_by("at", "pk")
    }
    evidence = _by_item(AuditEvidence.objects.filter(item__audit=audit).order_by("at", "pk"))
    findings = _by_item(AuditFinding.objects.filter(item__audit=audit).order_by("made_at", "pk"))
    sections = {area.value: Section(area) for area in Area}
    for item in items:
        note = texts.get(item.pk, {}).get("note", "")
        sections[item.area].asked.append(
            Asked(
                item=item,
                note=note,
                measured=measured.get(item.pk),
                evidence=evidence.get(item.pk, []),
                findings=findings.get(item.pk, []),
                answering=AnswerForm(item=item) if answers and _can_answer(item, measured) else None,
                linking=EvidenceForm(item=item) if answers else None,
            )
        )
    return [one for one in sections.values() if one.asked]


def _can_be_cancelled(audit: Audit) -> bool:
    if audit.state == State.RUNNING:
        return not access.is_on_team(audit.lead, audit)
    return audit.state == State.PLANNED


def _can_answer(item: AuditItem, measured: Mapping[UUID, Measurement]) -> bool:
    """What the system is to measure is judged once it is."""
    return item.kind == Kind.HAND or item.pk in measured


def _by_item(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for one in rows:
        found.setdefault(one.item_id, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """One corrective action as a page shows it, with the forms of what this reader may do."""

    action: CorrectiveAction
    words: Mapping[str, str]
    doing: DoneForm | None = None
    judging: VerdictForm | None = None
    giving: OwnerForm | None = None


def listed(actions: Iterable[CorrectiveAction], texts: Texts) -> list[Shown]:
    """Actions of several audits, to be read."""
    return [Shown(one, texts.get(one.pk, {})) for one in actions]


def steps_of(user: User, audit: Audit, actions: Iterable[CorrectiveAction], texts: Texts) -> list[Shown]:
    """The actions of one finding, each with what this reader may do now. A fixed number of queries."""
    manages, on_team = has(user, Permission.AUDIT_MANAGE), access.is_on_team(user, audit)
    owners = owner_choices(audit.pk) if manages else []
    found = []
    for one in actions:
        is_open, is_mine = one.state == ActionState.OPEN, one.owner_id == user.pk
        judges = one.state == ActionState.DONE and access.may_judge(user, one, on_team=on_team)
        gives = manages and is_open and not is_mine
        ids = f"a{one.pk.hex[-8:]}-%s"
        found.append(
            Shown(
                action=one,
                words=texts.get(one.pk, {}),
                doing=DoneForm(auto_id=f"done-{ids}") if is_open and is_mine else None,
                judging=VerdictForm(auto_id=f"back-{ids}") if judges else None,
                giving=OwnerForm(audit_id=audit.pk, shown=owners, auto_id=f"give-{ids}") if gives else None,
            )
        )
    return found


def life_of(*objects: UUID) -> list[Line]:
    """The newest entries about these, in sentences. Two queries."""
    entries = LogEntry.objects.filter(object_id__in=objects).exclude(action__in=_LOOKS)
    found = list(entries.order_by("-at", "-pk")[:LIFE])
    return lines(found, names_of(ids_named(found)))


def questions_of(version: ChecklistVersion) -> list[dict[str, Any]]:
    """The questions of a checklist in the reader's language, each with its place."""
    chinese = (get_language() or "").startswith("zh")
    return [
        {
            "place": place,
            "area": Area(one["area"]).label,
            "text": one["zh"] if chinese else one["en"],
            "how": Method(one["method"]).label if one["method"] else Kind.MEASURED.label,
            "measured": one["kind"] == Kind.MEASURED,
        }
        for place, one in enumerate(version.questions)
    ]
