"""Campaigns: who they are for, making one, reading it, taking part."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.campaigns.models import Act, Campaign, CampaignReach
from people.roles.access import grants_in_force


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an officer writes down. `roles` empty: for all staff."""

    kind: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    roles: list[str]
    starts_on: date
    ends_on: date
    word: str


def audience(campaign: Campaign) -> QuerySet[User]:
    """Whom it is for, as roles are now."""
    staff = User.objects.filter(kind=Kind.STAFF, is_active=True)
    if not campaign.roles:
        return staff
    return staff.filter(Exists(grants_in_force().filter(user=OuterRef("pk"), role_id__in=campaign.roles)))


def meant_for(user: User) -> QuerySet[Campaign]:
    """Those that run or ran, and are for this person."""
    if not user.is_staff:
        return Campaign.objects.none()
    roles = list(grants_in_force().filter(user=user).values_list("role_id", flat=True))
    mine = Q(roles=[]) | Q(roles__overlap=roles)
    return Campaign.objects.filter(mine, starts_on__lte=timezone.localdate()).order_by("-starts_on", "pk")


def unseen(user: User) -> QuerySet[Campaign]:
    """Those that run now, are for this person and were not opened by them."""
    seen = CampaignReach.objects.filter(campaign=OuterRef("pk"), person_id=user.pk)
    return meant_for(user).filter(~Exists(seen), ends_on__gte=timezone.localdate())


@transaction.atomic
def make(*, actor: User, wanted: Wanted) -> Campaign:
    """It is shown from its first day on, and does not change. The caller has checked that the actor may."""
    made = Campaign.objects.create(made_by=actor, **vars(wanted))
    _log(made, Action.CAMPAIGN_MAKE)
    return made


@transaction.atomic
def see(*, actor: User, campaign: Campaign) -> None:
    """The actor opened it; counted once, while it runs."""
    if campaign.is_running:
        _reached(actor, campaign, Act.SEEN, Action.CAMPAIGN_VIEW)


@transaction.atomic
def join(*, actor: User, campaign: Campaign, word: str) -> None:
    """The actor took part, and proves it by the word. Raises NotPossible."""
    if not campaign.is_joined or not campaign.is_running:
        raise NotPossible(_("One cannot take part in it now."))
    if _plain(word) != _plain(campaign.word):
        raise NotPossible(_("That is not the word."))
    _reached(actor, campaign, Act.JOINED, Action.CAMPAIGN_JOIN)


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _reached(actor: User, campaign: Campaign, act: Act, action: Action) -> None:
    _row, new = CampaignReach.objects.get_or_create(campaign=campaign, person=actor, act=act)
    if new:
        _log(campaign, action)


def _log(campaign: Campaign, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.CAMPAIGN, object_id=campaign.pk))
