"""The two charts of the day's page: numbers that matter to the viewer's role, without anybody's name."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.models import LogEntry
from audit.query import LogFilter, entries
from compliance.review.days import day_bars, days_of
from people.accounts.models import User
from people.charts import Bars
from people.roles.access import has
from people.roles.permissions import Permission
from people.shielding import hidden_from

_SIGN_INS = (Action.SESSION_SIGN_IN, Action.SESSION_SIGN_IN_FAIL)
_OPENED = (Action.CLIENT_REVEAL,)
_WORK = (Action.CLIENT_CREATE, Action.CLIENT_EDIT, Action.CLIENT_IMPORT)


@dataclass(frozen=True, slots=True)
class Chart:
    """Thirty days as bars; `total` is their sum."""

    title: str | Promise
    bars: Bars
    total: int


def charts_for(user: User) -> list[Chart]:
    """Two at most, one query each."""
    mine, house = LogFilter(person=user.pk), LogFilter(without=hidden_from(user))
    choices: list[tuple[Permission, list[tuple[str | Promise, LogFilter]]]] = [
        (
            Permission.LOG_READ,
            [
                (_("Entries a day, refusals marked"), house),
                (_("Plaintext shown a day"), LogFilter(actions=_OPENED)),
            ],
        ),
        (Permission.PEOPLE_MANAGE, [(_("Sign-ins a day"), LogFilter(actions=_SIGN_INS))]),
        (
            Permission.CLIENT_REVEAL,
            [
                (_("What you opened in plaintext"), LogFilter(person=mine.person, actions=_OPENED)),
                (_("Your changes to clients"), LogFilter(person=mine.person, actions=_WORK)),
            ],
        ),
    ]
    for permission, wanted in choices:
        if has(user, permission):
            return [_chart(title, entries(filters)) for title, filters in wanted]
    return []


def _chart(title: str | Promise, found: QuerySet[LogEntry]) -> Chart:
    days = days_of(found)
    return Chart(title, day_bars(days), sum(day.count for day in days))
