"""The mark over opened values: who looks, and when. It is to be seen in a photograph of the screen."""

from django.utils import timezone

from people.accounts.models import User
from vault.records.grading.rules import rules
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reveals.needs import Needs, needs_of


def mark_over(user: User, needs: Needs) -> str:
    """For `vault/reveals/_mark.html`; empty where the grade asks for none."""
    return f"{user.display_name} · {timezone.localtime():%Y-%m-%d %H:%M}" if needs.watermark else ""


def mark_of(user: User, client: Client, counts_as: Group) -> str:
    """Over values of one client that are as sensitive as this group, by the leave that opened them."""
    return mark_over(user, needs_of(client, counts_as, rules()))
