"""A notice or a digest as a mail: plain text and simple HTML, nothing fetched from anywhere.

The subject is a fixed sentence, so that no name, and no line break in one, gets into a header. Each sending
has an id of its own (RFC 5322, 3.6.4), the same one when a worker died before it could note that the mail was
taken: a mailbox shows it once. `Auto-Submitted` (RFC 3834) keeps absence notes from answering.
"""

from collections import Counter
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.accounts.models import User
from people.notices.kinds import kind_of
from people.notices.models import Message, Notice
from people.notices.wording import lines, words_of


def mail_of(message: Message, person: User) -> EmailMultiAlternatives:
    """In the person's language; asked again what they may see now."""
    with override(person.language):
        if message.digest_id is not None:
            subject, context = _digest(message)
        else:
            assert message.notice is not None
            subject, context = _single(message.notice, person)
        context |= {"settings_page": _absolute(reverse("people:notice_settings"))}
        text = render_to_string("people/mail/notice.txt", context)
        page = render_to_string("people/mail/notice.html", context)
    headers = {
        "Message-ID": f"<{message.pk}.{message.turn}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{context['settings_page']}>",
    }
    mail = EmailMultiAlternatives(subject, text.strip() + "\n", None, [person.email], headers=headers)
    mail.attach_alternative(page, "text/html")
    return mail


def _single(notice: Notice, person: User) -> tuple[str, dict[str, object]]:
    [line] = lines(person, [notice])
    context: dict[str, object] = {
        "rows": [(line.words, line.code_name)],
        "advice": line.kind.advice,
        "address": _absolute(line.path) if line.kind.linked else "",
        "forced": line.kind.is_urgent,
    }
    return _("Sealroom: %(what)s") % {"what": line.kind.title}, context


def _digest(message: Message) -> tuple[str, dict[str, object]]:
    """How many of what; no project is named, since the page says which."""
    told = Notice.objects.filter(messages__told_in=message.digest_id).order_by("kind")
    counts: Counter[str] = Counter()
    for code, count in told.values_list("kind", "count"):
        counts[code] += count
    rows = [(words_of(kind_of(code), count), "") for code, count in sorted(counts.items())]
    context: dict[str, object] = {
        "rows": rows,
        "address": _absolute(reverse("people:notices")),
        "digest": True,
    }
    return _("Sealroom: your digest"), context


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_ADDRESS}{path}"
