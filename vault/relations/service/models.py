"""How satisfied a client was, what was paid, and what they prefer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.masking import masks
from vault.relations.communications.models import Channel
from vault.relations.rows import ClientRow
from vault.sealed.fields import SealedGroup, SealedText

RATING = "rating.words"
AMOUNT = "transaction.amount"
WISHES = "preference.wishes"


class Aspect(models.TextChoices):
    """What a score is about."""

    ATTITUDE = "attitude", _("Attitude")
    EXPERTISE = "expertise", _("Expertise")
    SPEED = "speed", _("Speed")
    OPENNESS = "openness", _("Openness on progress and fees")
    SECRECY = "secrecy", _("Care with what is confidential")


class Rating(ClientRow):
    """What the client said of our service: one to five, about what, and in words."""

    score = models.PositiveSmallIntegerField()
    aspects = ArrayField(models.CharField(max_length=12, choices=Aspect), default=list)

    comment = SealedGroup(RATING)
    words = SealedText(comment, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_of_one_to_five"),
            models.CheckConstraint(
                condition=Q(aspects__contained_by=Aspect.values), name="rating_aspects_known"
            ),
        ]
        indexes = [models.Index(F("client"), F("id").desc(), name="rating_by_client")]

    @property
    def aspects_in_words(self) -> list[str]:
        return [str(Aspect(code).label) for code in self.aspects]


class TransactionKind(models.TextChoices):
    DEPOSIT = "deposit", _("Earnest money")
    FINAL = "final", _("Final payment")
    FEE = "fee", _("Service fee")
    REFUND = "refund", _("Refund")
    OTHER = "other", pgettext_lazy("transaction", "Other")


class Currency(models.TextChoices):
    CNY = "CNY", _("Yuan")
    HKD = "HKD", _("Hong Kong dollar")
    USD = "USD", _("US dollar")


class Transaction(ClientRow):
    """Money that changed hands with the client. A wrong one is struck out, never changed.

    `deal_id` refers upward to a deal and is no foreign key.
    """

    kind = models.CharField(max_length=8, choices=TransactionKind)
    on = models.DateField()
    deal_id = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)

    money = SealedGroup(AMOUNT)
    amount = SealedText(money, 1, mask=masks.hide)
    currency = SealedText(money, 2, mask=masks.show)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TransactionKind.values), name="transaction_kind_known"
            ),
            models.CheckConstraint(condition=Q(money__isnull=False), name="transaction_has_an_amount"),
        ]
        indexes = [models.Index(F("client"), F("on").desc(), F("id").desc(), name="transaction_by_client")]


class Hours(models.TextChoices):
    ANY = "any", pgettext_lazy("hours", "Any time")
    MORNING = "morning", _("Mornings")
    AFTERNOON = "afternoon", _("Afternoons")
    EVENING = "evening", _("Evenings")
    WEEKEND = "weekend", _("Weekends")


class Industry(models.TextChoices):
    ANY = "any", pgettext_lazy("industry", "Any")
    TECHNOLOGY = "technology", _("Technology")
    TRADE = "trade", _("Trade")
    CATERING = "catering", _("Catering")
    LOGISTICS = "logistics", _("Logistics")
    BUILDING = "building", _("Building")
    MEDICAL = "medical", _("Medical")
    EDUCATION = "education", _("Education")
    FINANCE = "finance", pgettext_lazy("industry", "Finance")


class PriceBand(models.TextChoices):
    """In thousands of yuan."""

    TO_50 = "to_50", _("Up to 50,000 yuan")
    TO_200 = "to_200", _("50,000 to 200,000 yuan")
    TO_1000 = "to_1000", _("200,000 to 1 million yuan")
    OVER_1000 = "over_1000", _("Over 1 million yuan")


class Preference(ClientRow):
    """What the client prefers; the newest row counts.

    How and when to be reached stands open, for whoever calls. What they look for and what they would pay is
    sealed: no query can sort, filter or price people by it (measure M33: no profile pricing).
    """

    channel = models.CharField(max_length=10, choices=Channel)
    hours = models.CharField(max_length=10, choices=Hours)

    wishes = SealedGroup(WISHES)
    industry = SealedText(wishes, 1, mask=masks.notes)
    price_band = SealedText(wishes, 2, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="preference_channel_known"),
            models.CheckConstraint(condition=Q(hours__in=Hours.values), name="preference_hours_known"),
        ]
        indexes = [models.Index(F("client"), F("id").desc(), name="preference_by_client")]
