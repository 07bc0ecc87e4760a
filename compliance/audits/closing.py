"""Closing the report, signing it off, sending it back: what must be there first, and what is then fixed."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.audits import access
from compliance.audits.answering import FRESH
from compliance.audits.codes import NONCONFORMING, Kind, State, Words
from compliance.audits.followup import AuditFinding, CorrectiveAction
from compliance.audits.models import Audit, Measurement
from compliance.audits.planning import locked, move
from compliance.audits.report import digest_of, report_of
from compliance.audits.texts import write, writing
from compliance.words import clean
from people.accounts.models import User
from vault.records.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a report from being closed: how many of each."""

    unanswered: int
    stale: int
    without_finding: int
    without_action: int

    def __bool__(self) -> bool:
        return bool(self.unanswered or self.stale or self.without_finding or self.without_action)

    def words(self) -> list[str | Promise]:
        said = (
            (
                self.unanswered,
                ngettext(
                    "%(n)d question is not answered", "%(n)d questions are not answered", self.unanswered
                ),
            ),
            (
                self.stale,
                ngettext("%(n)d measurement is too old", "%(n)d measurements are too old", self.stale),
            ),
            (
                self.without_finding,
                ngettext(
                    "%(n)d nonconformity has no finding",
                    "%(n)d nonconformities have no finding",
                    self.without_finding,
                ),
            ),
            (
                self.without_action,
                ngettext(
                    "%(n)d finding has nobody to put it right by a day",
                    "%(n)d findings have nobody to put them right by a day",
                    self.without_action,
                ),
            ),
        )
        return [words % {"n": count} for count, words in said if count]


def missing_of(audit: Audit) -> Missing:
    """Four queries, whatever the audit's size."""
    newest = Measurement.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    measured = audit.items.filter(kind=Kind.MEASURED).annotate(last=Subquery(newest))
    fresh = measured.filter(last__gte=timezone.now() - FRESH)
    found = AuditFinding.objects.filter(item=OuterRef("pk"))
    nonconforming = audit.items.filter(result__in=NONCONFORMING)
    # A finding that the last answer to its question no longer bears says nothing about that question.
    findings = AuditFinding.objects.filter(item__audit=audit, severity__in=NONCONFORMING)
    acted = CorrectiveAction.objects.filter(finding=OuterRef("pk"))
    return Missing(
        unanswered=audit.items.filter(result="").count(),
        stale=measured.count() - fresh.count(),
        without_finding=nonconforming.exclude(Exists(found.filter(severity=OuterRef("result")))).count(),
        without_action=findings.exclude(Exists(acted)).count(),
    )


@transaction.atomic
def close(*, actor: User, audit_id: UUID) -> Audit:
    """The lead closes the report: its digest is fixed, and answers and findings with it.

    Raises:
        Refused: not its lead.
        NotPossible: it is not running, or something is missing; the text says what.
    """
    audit = locked(access.get_of_team(actor, audit_id, Action.AUDIT_CLOSE, lead=True))
    if audit.state == State.RUNNING and (missing := missing_of(audit)):
        raise NotPossible(
            _("The report cannot be closed: %(missing)s.")
            % {"missing": " · ".join(map(str, missing.words()))}
        )
    audit.closed_at = timezone.now()
    audit.digest = digest_of(report_of(audit))
    move(audit, State.CLOSED, "closed_at", "digest")
    _log(audit, Action.AUDIT_CLOSE, _digest_codes(audit.digest))
    return audit


@transaction.atomic
def sign_off(*, actor: User, audit_id: UUID, seen: bytes) -> Audit:
    """A second person, an officer, signs exactly the report that they were shown.

    Args:
        seen: the digest of what was shown.

    Raises:
        Refused: not an officer, its lead, or one who is audited.
        NotPossible: it is not closed, or is not what was shown.
    """
    audit = locked(access.get_to_sign(actor, audit_id, Action.AUDIT_SIGN))
    if audit.state == State.CLOSED and (
        bytes(audit.digest or b"") != seen or digest_of(report_of(audit)) != seen
    ):
        raise NotPossible(_("The report is not as it was shown. Look again and sign then."))
    audit.signed_by, audit.signed_at = actor, timezone.now()
    move(audit, State.SIGNED, "signed_by", "signed_at")
    _log(audit, Action.AUDIT_SIGN, _digest_codes(seen))
    return audit


def send_back(*, actor: User, audit_id: UUID, why: str) -> None:
    """The officer does not sign: the audit runs on, because. Raises Refused, NotPossible, LogUnavailable."""
    audit = access.get_to_sign(actor, audit_id, Action.AUDIT_RETURN)
    words = clean(why)
    if not words:
        raise NotPossible(_("Say what is still missing."))
    with writing(audit, words):
        audit = locked(audit)
        audit.closed_at = audit.digest = None
        move(audit, State.RUNNING, "closed_at", "digest")
        write(audit, audit.pk, Words.VERDICT, words, by=actor)
        _log(audit, Action.AUDIT_RETURN)


def _digest_codes(digest: bytes) -> tuple[str, str]:
    said = digest.hex()
    return f"digest.{said[:32]}", f"digest_end.{said[32:]}"


def _log(audit: Audit, action: Action, fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.AUDIT,
            object_id=audit.pk,
            deal=audit.deal_id,
            fields=fields,
        )
    )
