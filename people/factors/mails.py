"""Telling a person that something about how they sign in has changed: by mail, without a link.

Whoever took over a session must not be able to change that unseen.
"""

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from people.accounts.models import User


def tell(person: User, template: str, **words: object) -> None:
    """Sends people/mail/<template>.txt once the transaction is committed, in the person's language."""
    if not person.email:
        return
    with override(person.language):
        body = render_to_string(f"people/mail/{template}.txt", {"person": person, **words})
    subject, _, text = body.strip().partition("\n")
    transaction.on_commit(
        lambda: send_mail(subject.strip(), text.strip() + "\n", None, [person.email]), robust=False
    )
