"""Checkpoints by mail to people outside whom the house chose. What was sent cannot be taken back.

Each recipient is a sink with a place of their own, so that one whose mail does not go through holds no other
up and nobody gets a checkpoint twice. A day's newest is what is promised: who was not reached for a while
gets the newest then, and not those of the days between, which the newest covers.

Their mailboxes cannot be read, so what is compared here is a copy of what was sent; whoever received it
compares it with a later one by `tools/verify_evidence.py growth`.
"""

from datetime import timedelta
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.checkpoints.sinks.base import SinkDown, day_of, name_of
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.store import Checkpoint

PREFIX = "mail-"
_LANGUAGES = ("zh-hans", "en")  # of the words around the note, one after the other


class MailSink(FileSink):
    """One recipient, who sees no other. The copies of what they were sent are those of a file sink.

    The name goes into the log and into the names of files, so it tells an address only to who has the
    house's secret key: a bare hash of an address could be guessed. Under another secret key each recipient is
    a new one, and gets the newest at once.
    """

    every = timedelta(days=1)
    takes_all = False
    is_read_back = False

    def __init__(self, folder: Path, *, recipient: str) -> None:
        told = salted_hmac("checkpoints.mail", recipient.lower(), algorithm="sha256").hexdigest()[:12]
        super().__init__(folder / told)
        self.name = f"{PREFIX}{told}"
        self.recipient = recipient

    def put(self, checkpoint: Checkpoint) -> None:
        """Sent once: the copy beside says so, also where this was killed before its place was noted.

        Raises:
            SinkDown: the mail server takes no mail for this address, or none at all; the copy is not written.
        """
        if name_of(checkpoint.size) in self.names(day_of(checkpoint)):
            return
        message = EmailMessage(
            subject=f"{checkpoint.body.origin} {checkpoint.size}",
            body="\n\n".join(_words(language) for language in _LANGUAGES),
            to=[self.recipient],
        )
        message.attach(f"{checkpoint.size}.checkpoint", checkpoint.note, "application/octet-stream")
        try:
            message.send()
        except SMTPRecipientsRefused:
            raise SinkDown("address-refused") from None
        except (SMTPException, OSError):
            raise SinkDown("not-sent") from None
        super().put(checkpoint)


def _words(language: str) -> str:
    with override(language):
        return _(
            "The attached file is a signed checkpoint of our log: how many entries it has and a number that"
            " stands for all of them. Please keep this mail. With it anybody can show later whether an entry"
            " of before today was changed, left out or put in. You need not do anything else."
        )
