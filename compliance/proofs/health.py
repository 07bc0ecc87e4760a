"""How the sinks are: what each holds, how old that is, what the last comparison found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.checkpoints import alarms, places, store
from audit.checkpoints.judging import Found
from audit.checkpoints.places import Place
from audit.checkpoints.sinks import Sink, configured

LABELS: dict[str, Promise] = {
    "file": _("Files in a folder of the house"),
    "bucket": _("Storage whose objects are locked"),
    "timestamp": _("Time-stamp authority"),
    "mail": _("Mail to chosen outsiders"),
    "signer": _("Signing"),
    "database": _("Database"),
}
ERRORS: dict[str, Promise] = {
    "not-written": pgettext_lazy("sink", "could not be written"),
    "not-read": pgettext_lazy("sink", "could not be read"),
    "not-sent": pgettext_lazy("sink", "could not be sent"),
    "unreachable": pgettext_lazy("sink", "does not answer"),
    "refused": pgettext_lazy("sink", "refuses access"),
    "bad-token": pgettext_lazy("sink", "gave a time-stamp that does not hold"),
    "no-certificate": pgettext_lazy("sink", "its root certificate cannot be read"),
}
_ALLOWED = timedelta(minutes=10)  # beyond its own pace


@dataclass(frozen=True, slots=True)
class SinkState:
    """One sink. `found` is empty before the first comparison."""

    name: str
    place: Place
    every: timedelta
    is_read_back: bool
    is_late: bool

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def error(self) -> str:
        return str(ERRORS.get(self.place.error, self.place.error))

    @property
    def found(self) -> str:
        return str(Found(self.place.found).label) if self.place.found else ""

    @property
    def is_wrong(self) -> bool:
        return self.place.found not in {"", Found.SAME.value}


def states() -> list[SinkState]:
    """Every sink that the house has set up."""
    newest, now = store.latest(), timezone.now()
    found = [(sink, places.read(sink.name)) for sink in configured()]
    return [
        SinkState(sink.name, place, sink.every, sink.is_read_back, _is_late(sink, place, newest, now))
        for sink, place in found
    ]


def late() -> list[SinkState]:
    return [one for one in states() if one.is_late]


def standing() -> list[tuple[str, str, alarms.Alarm]]:
    """The alarms that are not over, in words: where, what."""
    return [(str(LABELS.get(one.sink, one.sink)), str(one.found.label), one) for one in alarms.standing()]


def _is_late(sink: Sink, place: Place, newest: store.Checkpoint | None, now: datetime) -> bool:
    """Something waits for it, and has for longer than its pace and a while."""
    if newest is None or newest.size <= place.size:
        return False
    waiting = store.after(place.size, most=1)
    since = max(waiting[0].at, place.put_at) if place.put_at else waiting[0].at
    return now - since > sink.every + _ALLOWED
