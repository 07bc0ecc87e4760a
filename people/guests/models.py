"""The mobile numbers of guests, sealed, and where their keys hang."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# A number that nobody proved for so long may be somebody else's by now: operators on the mainland give a
# number that was given up to the next person after 90 days.
DORMANT_AFTER = timedelta(days=60)


class PhoneKeys(models.Model):
    """The compartment of numbers in the keyring, and the key of their index. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()
    index_key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="phone_keys_is_one")]


class GuestPhone(models.Model):
    """The number that a guest comes in with. It never changes: another number is another account.

    A number is a credential, and an account is who proved it. Could a lead give an account another number,
    they could come in as its person, into rooms of other deals too.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="phone"
    )
    number = models.BinaryField()  # E.164, sealed under `key_id` for its person
    lookup = models.BinaryField(max_length=16, unique=True)  # blind index: one account a number
    key_id = models.BigIntegerField(unique=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(set_by=F("person")), name="phone_set_by_another"),
            models.CheckConstraint(
                condition=Q(proved_at__isnull=True, used_at__isnull=True)
                | Q(proved_at__isnull=False, used_at__isnull=False, used_at__gte=F("proved_at")),
                name="phone_proved_before_used",
            ),
        ]
