"""For a day after somebody's factors were reset they are shown no plaintext and take no list.

A reset is how an attacker who talked an administrator round would come in. A day is what the person, told by
mail, and an officer, told by their day's page, have to notice it. Asked anew by each reveal and each export:
`vault.records.reading`, `vault.disclosures.holds`.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.factors.models import FactorReset


def paused_until(user: User) -> datetime | None:
    """When the person's pause ends; None when there is none."""
    rows = FactorReset.objects.filter(person_id=user.pk, paused_until__gt=timezone.now())
    return rows.order_by("-paused_until").values_list("paused_until", flat=True).first()


def pause_words(until: datetime) -> str:
    """The sentence that stands wherever something is refused for it, in the person's own time zone."""
    return _(
        "Nothing was opened. Your second factors were reset, so plaintext and lists are paused for you until "
        "%(until)s. An officer was told; nobody can shorten it."
    ) % {"until": date_format(timezone.localtime(until), "Y-m-d H:i")}


def words_if_paused(user: User) -> str:
    """As `pause_words`; empty when there is no pause."""
    until = paused_until(user)
    return pause_words(until) if until else ""
