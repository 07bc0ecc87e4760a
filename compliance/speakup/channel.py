"""What a reporter does: hand a report in, come back to it with the code, write more.

All of it is under an explicit, empty `Origin()`, whoever calls: no entry of these names anybody. Nobody is an
argument of anything here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_refusal
from audit.origin import Origin, acting_as
from compliance.speakup import receipt
from compliance.speakup.access import auditors
from compliance.speakup.codes import FOR_REPORTER, Category, Says
from compliance.speakup.models import SpeakUpCase
from compliance.speakup.texts import (
    LIMIT,
    LINE_LIMIT,
    Said,
    case_of,
    code_token,
    reading,
    speakup_keys,
    texts_of,
    write,
    writing,
)
from compliance.words import clean
from vault.access import Mode, access, new_subjects
from vault.records.errors import NotPossible

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What somebody reports. `apart`: keep it from the house's compliance officers."""

    category: Category
    happened: str
    when: str = ""
    who: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What a reporter sees with their code."""

    case: SpeakUpCase
    texts: list[Said]


def unattributed(service: Callable[P, R]) -> Callable[P, R]:
    """The service under an empty origin, whatever the caller's is."""

    @wraps(service)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting_as(Origin()):
            return service(*args, **kwargs)

    return alone


@unattributed
def report(*, told: Told) -> str:
    """Take a report in; its receipt code, which is nowhere else.

    Raises NotPossible for what was typed; LogUnavailable, KeyWithheld: nothing was taken in.
    """
    words = {
        Says.REPORT: clean(told.happened, LIMIT),
        Says.WHEN: clean(told.when, LINE_LIMIT),
        Says.WHO: clean(told.who, LINE_LIMIT),
    }
    if not words[Says.REPORT]:
        raise NotPossible(_("Write what happened."))
    keys, code = speakup_keys(), receipt.draw()
    apart = told.apart and auditors().exists()
    case = SpeakUpCase(id=uuid4(), category=told.category, apart=apart, made_on=timezone.localdate())
    opening = Entry(
        action=Action.SPEAKUP_EDIT,
        object_type=ObjectType.SPEAKUP_CASE,
        object_id=case.pk,
        keys=(keys.key_id, keys.index_key_id),
    )
    with (
        access(Mode.WRITE, opening) as context,
        transaction.atomic(),
        new_subjects(context, [case.pk], parent=keys.key_id) as key_ids,
    ):
        case.compartment, case.key_id = keys.compartment, key_ids[case.pk]
        case.code = code_token(context.keys[keys.index_key_id], keys, code)
        case.save(force_insert=True)
        for says, said in words.items():
            write(case, says, said)
        _log(case, Action.SPEAKUP_REPORT)
    return code


@unattributed
def mailbox(*, typed: str) -> Mailbox | None:
    """The mailbox of the code that was typed; None for a wrong code, and for one whose report was destroyed:
    the two look the same. Raises LogUnavailable, KeyWithheld."""
    case = _find(typed)
    if case is None:
        return None
    with reading(case, Action.SPEAKUP_READ):
        return Mailbox(case, texts_of(case, FOR_REPORTER))


@unattributed
def write_again(*, typed: str, words: str) -> Mailbox | None:
    """Add to the report of the code; its mailbox then, or None as `mailbox`. A text that is the last one
    word for word is not kept twice: it was sent again. Raises NotPossible for the words; LogUnavailable."""
    said = clean(words, LIMIT)
    if not said:
        raise NotPossible(_("Write something first."))
    case = _find(typed)
    if case is None:
        return None
    with writing(case) as locked:
        last = texts_of(locked, FOR_REPORTER)[-1]
        if last.by is not None or last.words != said:
            write(locked, Says.MESSAGE, said)
            locked.waits = True
            locked.save(update_fields=["waits"])
            _log(locked, Action.SPEAKUP_WRITE)
    with reading(case, Action.SPEAKUP_READ):
        return Mailbox(case, texts_of(case, FOR_REPORTER))


def _find(typed: str) -> SpeakUpCase | None:
    """By what was typed; leaves a refusal where there is none."""
    code = receipt.normalised(typed)
    case = case_of(code) if code else None
    if case is None:
        record_refusal(Entry(action=Action.SPEAKUP_READ, object_type=ObjectType.SPEAKUP, object_id=None))
    return case


def _log(case: SpeakUpCase, action: Action) -> None:
    record_change(
        Entry(action=action, object_type=ObjectType.SPEAKUP_CASE, object_id=case.pk, subjects=(case.pk,))
    )
