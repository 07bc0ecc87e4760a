"""Checkpoints by mail to people outside whom the house chose. What was sent cannot be taken back.

Their mailboxes cannot be read, so what is compared here is a copy of what was sent; whoever received it
compares it with a later one by `tools/verify_evidence.py growth`.
"""

from datetime import timedelta
from pathlib import Path
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.checkpoints.sinks.base import SinkDown
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.store import Checkpoint

_LANGUAGES = ("zh-hans", "en")  # of the words around the note, one after the other


class MailSink(FileSink):
    """The copies are those of a file sink. Each recipient gets a message of their own and sees no other."""

    name = "mail"
    every = timedelta(days=1)
    takes_all = False
    is_read_back = False

    def __init__(self, folder: Path, *, recipients: list[str]) -> None:
        super().__init__(folder)
        self._recipients = recipients

    def put(self, checkpoint: Checkpoint) -> None:
        words = "\n\n".join(_words(language) for language in _LANGUAGES)
        try:
            for recipient in self._recipients:
                message = EmailMessage(
                    subject=f"{checkpoint.body.origin} {checkpoint.size}", body=words, to=[recipient]
                )
                message.attach(f"{checkpoint.size}.checkpoint", checkpoint.note, "application/octet-stream")
                message.send()
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
