"""How the sinks are: what each holds, how old that is, what the last comparison found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.checkpoints import alarms, keys, places, store
from audit.checkpoints.judging import Found
from audit.checkpoints.places import Place
from audit.checkpoints.sinks import Sink, configured, former
from audit.checkpoints.sinks.mail import PREFIX, MailSink
from compliance.proofs.losing import Why
from vault.masking import masks

LABELS: dict[str, Promise] = {
    "file": gettext_lazy("Files in a folder of the house"),
    "bucket": gettext_lazy("Storage whose objects are locked"),
    "timestamp": gettext_lazy("Time-stamp authority"),
    "signer": gettext_lazy("Signing"),
    "database": gettext_lazy("Database"),
}
ERRORS: dict[str, Promise] = {
    "not-written": pgettext_lazy("sink", "could not be written"),
    "not-read": pgettext_lazy("sink", "could not be read"),
    "not-sent": pgettext_lazy("sink", "could not be sent"),
    "address-refused": pgettext_lazy("sink", "the mail server refuses the address"),
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
    label: str
    place: Place
    every: timedelta
    is_read_back: bool
    is_late: bool

    @property
    def error(self) -> str:
        return str(ERRORS.get(self.place.error, self.place.error))

    @property
    def found(self) -> str:
        return str(Found(self.place.found).label) if self.place.found else ""

    @property
    def is_wrong(self) -> bool:
        return self.place.found not in {"", Found.SAME.value}


@dataclass(frozen=True, slots=True)
class FormerLog:
    """A former generation of the log, as the page shows it."""

    origin: str
    size: int
    agreed: int
    lost: int
    note: str
    reason: str
    request: str
    went_on: datetime


def former_logs() -> list[FormerLog]:
    """The newest first."""
    return [
        FormerLog(
            origin=one.origin,
            size=one.size,
            agreed=one.agreed,
            lost=one.lost,
            note=one.note,
            reason=str(Why(one.why).label),
            request=one.request,
            went_on=datetime.fromisoformat(one.at),
        )
        for one in reversed(keys.formers())
    ]


def states() -> list[SinkState]:
    """Every sink that the house has set up."""
    newest, now, names = store.latest(), timezone.now(), labels()
    found = [(sink, places.read(sink.key)) for sink in configured()]
    return [
        SinkState(
            sink.key,
            names[sink.key],
            place,
            sink.every,
            sink.is_read_back,
            _is_late(sink, place, newest, now),
        )
        for sink, place in found
    ]


def late() -> list[SinkState]:
    return [one for one in states() if one.is_late]


def labels() -> dict[str, str]:
    """What each place is called. Of a recipient the mask, and which of the house's addresses it is, for masks
    may be alike."""
    names = {name: str(label) for name, label in LABELS.items()}
    for sink in (*configured(), *former()):
        name = _recipient(sink) if isinstance(sink, MailSink) else str(LABELS[sink.name])
        names[sink.key] = _("%(place)s (the former log)") % {"place": name} if sink.is_former else name
    return names


def _recipient(sink: MailSink) -> str:
    address, number = masks.email(sink.recipient), settings.CHECKPOINTS_MAIL_TO.index(sink.recipient) + 1
    told = {"address": address, "number": number, "count": len(settings.CHECKPOINTS_MAIL_TO)}
    return _("Mail to %(address)s, address %(number)d of %(count)d") % told


def _name(sink: str, names: dict[str, str]) -> str:
    """Of a place that the house has given up, what it was."""
    return names.get(sink) or (_("Mail to chosen outsiders") if sink.startswith(PREFIX) else sink)


def standing() -> list[tuple[str, str, alarms.Alarm]]:
    """The alarms that are not over, in words: where, what."""
    names = labels()
    return [(_name(one.sink, names), str(one.found.label), one) for one in alarms.standing()]


def _is_late(sink: Sink, place: Place, newest: store.Checkpoint | None, now: datetime) -> bool:
    """Something waits for it, and has for longer than its pace and a while."""
    if newest is None or newest.size <= max(place.size, sink.since):
        return False
    waiting = store.after(max(place.size, sink.since), most=1)
    since = max(waiting[0].at, place.put_at) if place.put_at else waiting[0].at
    return now - since > sink.every + _ALLOWED
