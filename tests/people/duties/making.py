"""New versions of an undertaking, as tests need them: written by olivia, agreed to by otto."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.duties.drafts import PIECES, ask, write
from people.duties.models import NdaDraft, NdaKind, NdaTemplate
from people.duties.templates import in_force
from tests.people.helpers import approve


def words(kind: str, **changed: Any) -> dict[str, Any]:
    """The text in force with one clause changed, as a form gives it."""
    before = in_force(kind)
    assert before is not None
    same = {name: getattr(before, name) for name in PIECES}
    same["term_en"] = before.term_en + "\n4.9 And a word more."
    terms = {"access_days": 90, "duty_days": 900, "effective_on": timezone.localdate(), "resign_on": None}
    return same | terms | changed


def drafted(people: SimpleNamespace, kind: str, **changed: Any) -> NdaDraft:
    with acting_as(Origin(actor=people.olivia.pk)):
        return write(actor=people.olivia, kind=NdaKind(kind), words=words(kind, **changed))


def new_version(people: SimpleNamespace, kind: str, *, again: bool | date = False) -> NdaTemplate:
    """In force at once. `again`: older ones are signed again, from today or from that day."""
    day = timezone.localdate() if again is True else again or None
    draft = drafted(people, kind, resign_on=day)
    with acting_as(Origin(actor=people.olivia.pk)):
        asked = ask(actor=people.olivia, draft=draft, reason="as discussed")
    with acting_as(Origin(actor=people.otto.pk)):
        approve(people.otto, asked)
    made = in_force(kind)
    assert made is not None
    assert made.agreed_by == people.otto
    return made


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
