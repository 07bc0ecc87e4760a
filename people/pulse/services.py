"""Opening a round, answering it."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.pulse.models import APART, LONGEST, SHORTEST, VALUES, PulseRound, PulseVoice, Question
from people.roles.access import grants_in_force

# One statement: two answers at the same moment are two.
_COUNT = """
insert into people_pulsecount as c (id, round_id, "group", question, value, count)
values (gen_random_uuid(), %s, %s, %s, %s, 1)
on conflict (round_id, "group", question, value) do update set count = c.count + 1
"""


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


def newest() -> PulseRound | None:
    return PulseRound.objects.order_by("-opens_at").first()


@transaction.atomic
def open_round(*, actor: User, days: int) -> PulseRound:
    """The caller has checked that the actor may. Raises NotPossible."""
    now = timezone.now()
    if not SHORTEST <= timedelta(days=days) <= LONGEST:
        raise NotPossible(_("A round is open for 3 to 31 days."))
    former = newest()
    if former is not None and former.opens_at > now - APART:
        raise NotPossible(_("Two rounds begin at least 60 days apart."))
    made = PulseRound.objects.create(opens_at=now, closes_at=now + timedelta(days=days), opened_by=actor)
    _log(made, Action.PULSE_OPEN)
    return made


def answer(*, actor: User, pulse: PulseRound, values: Mapping[int, int]) -> None:
    """The actor's voice, once: it is added to the counts of their group and kept nowhere else.

    Raises NotPossible: it is not open, not all is answered, or they have answered.
    """
    if set(values) != set(Question.values) or not set(values.values()) <= set(VALUES):
        raise NotPossible(_("Answer every sentence."))
    if not pulse.is_open:
        raise NotPossible(_("This round is closed."))
    group = _group_of(actor)
    try:
        with transaction.atomic():
            PulseVoice.objects.create(round=pulse, person=actor)
            with connection.cursor() as cursor:
                for question, value in sorted(values.items()):
                    cursor.execute(_COUNT, [pulse.pk, group, question, value])
            _log(pulse, Action.PULSE_ANSWER)
    except IntegrityError as refused:
        if "pulse_one_voice" not in str(refused):
            raise
        raise NotPossible(_("You have answered already.")) from None


def _group_of(actor: User) -> str:
    """By whose duty it is that they do: few groups, so that few are small."""
    duties = grants_in_force().filter(user=actor).values_list("role__duty", flat=True)
    return min(duties, default="")


def _log(pulse: PulseRound, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.PULSE, object_id=pulse.pk))
