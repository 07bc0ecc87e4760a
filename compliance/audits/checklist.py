"""The house's checklist: versions that are never changed, and what is copied from one into an audit."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.audits.codes import Area, Kind, Method
from compliance.audits.models import MAX_QUESTION, Audit, AuditItem, ChecklistVersion
from compliance.audits.plain import plain_text
from compliance.audits.shipped import Question, shipped
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

MOST_QUESTIONS = 100


def shown() -> ChecklistVersion:
    """What is in force, to look at: nobody makes a version by opening a page."""
    newest = ChecklistVersion.objects.order_by("-number").first()
    return newest or ChecklistVersion(number=1, questions=shipped())


def in_force() -> ChecklistVersion:
    """The newest version; the shipped one is the first, made when something is first to refer to it."""
    return ChecklistVersion.objects.order_by("-number").first() or _first()


@transaction.atomic
def _first() -> ChecklistVersion:
    _lock()
    found = ChecklistVersion.objects.order_by("-number").first()
    return found or ChecklistVersion.objects.create(number=1, questions=shipped())


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('compliance.checklist'))")


@transaction.atomic
def add_question(*, actor: User, area: Area, method: Method, zh: str, en: str) -> ChecklistVersion:
    """One more question, asked by hand, in audits planned from now on. Raises Refused, NotPossible."""
    require(actor, Permission.AUDIT_MANAGE)
    asked = Question(
        area=area.value,
        kind=Kind.HAND.value,
        measure="",
        method=method.value,
        zh=plain_text(zh, MAX_QUESTION),
        en=plain_text(en, MAX_QUESTION),
    )
    _lock()
    return _next(actor, [*in_force().questions, asked], f"area.{area.value}")


@transaction.atomic
def drop_question(*, actor: User, version: int, place: int) -> ChecklistVersion:
    """Leave a question out that is asked by hand; what is measured stays. Raises Refused, NotPossible."""
    require(actor, Permission.AUDIT_MANAGE)
    _lock()
    now = in_force()
    if now.number != version or not 0 <= place < len(now.questions):
        raise NotPossible(_("Somebody has changed the checklist meanwhile."))
    if now.questions[place]["kind"] != Kind.HAND:
        raise NotPossible(_("What the system measures is asked in every audit."))
    left = [one for at, one in enumerate(now.questions) if at != place]
    return _next(actor, left, f"dropped.{place}")


def _next(actor: User, questions: Sequence[Question], said: str) -> ChecklistVersion:
    if len(questions) > MOST_QUESTIONS:
        raise NotPossible(_("A checklist has at most %(count)d questions.") % {"count": MOST_QUESTIONS})
    made = ChecklistVersion.objects.create(
        number=in_force().number + 1, questions=list(questions), made_by=actor
    )
    record_change(
        Entry(
            action=Action.AUDIT_CHECKLIST,
            object_type=ObjectType.AUDIT_CHECKLIST,
            object_id=None,
            fields=(f"version.{made.number}", said),
        )
    )
    return made


def copy_into(audit: Audit) -> None:
    """The audit's own questions: what becomes of the checklist later leaves them alone."""
    AuditItem.objects.bulk_create(
        AuditItem(
            audit=audit,
            number=number,
            area=asked["area"],
            kind=asked["kind"],
            measure=asked["measure"],
            method=asked["method"],
            text_zh=asked["zh"],
            text_en=asked["en"],
        )
        for number, asked in enumerate(audit.checklist.questions, start=1)
    )
