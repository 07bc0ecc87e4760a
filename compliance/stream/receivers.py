"""Where the log is sent: named by the environment, so that no account of the house, an officer's neither,
can lead it elsewhere, and no secret lies in the database."""

import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from compliance.stream import syslog, webhook
from compliance.stream.batches import Batch
from compliance.stream.failing import NotTaken
from compliance.stream.models import Kind, StreamPlace, Trouble


@dataclass(frozen=True, slots=True)
class Receiver:
    """`host` is what a page may show of it: the rest of an address can hold a token."""

    kind: Kind
    host: str
    address: str
    send: Callable[[Batch], None]

    def place(self) -> StreamPlace:
        """Its place in the log; the beginning, not kept yet, for a new one."""
        known = StreamPlace.objects.filter(kind=self.kind, address=self.address).first()
        return known or StreamPlace(kind=self.kind, address=self.address)


def receivers() -> list[Receiver]:
    """Those that the environment names."""
    found = []
    if settings.SIEM_WEBHOOK_URL:
        found.append(_receiver(Kind.WEBHOOK, settings.SIEM_WEBHOOK_URL, _by_webhook))
    if settings.SIEM_SYSLOG:
        found.append(_receiver(Kind.SYSLOG, settings.SIEM_SYSLOG, _by_syslog))
    return found


def _receiver(kind: Kind, where: str, send: Callable[[Batch], None]) -> Receiver:
    address = hashlib.sha256(where.encode()).hexdigest()
    return Receiver(kind, _host(where), address, send)


def _host(where: str) -> str:
    try:
        return urlsplit(where if "//" in where else f"//{where}").hostname or ""
    except ValueError:
        return ""


def _by_webhook(batch: Batch) -> None:
    webhook.send(batch, url=settings.SIEM_WEBHOOK_URL, secret=settings.SIEM_WEBHOOK_SECRET, trust=_trust())


def _by_syslog(batch: Batch) -> None:
    syslog.send(batch, address=settings.SIEM_SYSLOG, host=_host(settings.PUBLIC_ADDRESS), trust=_trust())


def _trust() -> ssl.SSLContext:
    """Certificates and names are checked, against the system's authorities or the one that is named alone."""
    try:
        context = ssl.create_default_context(cadata=settings.SIEM_CA or None)
    except ssl.SSLError as error:
        raise NotTaken(Trouble.SETTING) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
