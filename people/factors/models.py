"""Where the keys of second factors hang, and the resets of somebody's factors.

The factors themselves (secrets of authenticator apps, recovery codes) are allauth's
`Authenticator` rows; what is secret in them is sealed (`people.factors.sealing`).
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.accounts.models import OneTimeLink

PAUSE = timedelta(hours=24)  # how long somebody whose factors were reset is shown no plaintext


class FactorKeys(models.Model):
    """The compartment of second factors in the keyring, and the key that seals them. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()
    key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="factor_keys_is_one")]


class FactorReset(models.Model):
    """An administrator ended all factors and sessions of a person. Final: a trigger refuses every change, so
    that the pause is not shortened by anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="factor_resets"
    )
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    link = models.OneToOneField(OneTimeLink, on_delete=models.PROTECT, related_name="factor_reset")
    at = models.DateTimeField()
    paused_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("ordered_by")), name="reset_by_another"),
            models.CheckConstraint(
                condition=Q(paused_until__gte=F("at") + PAUSE), name="reset_pauses_for_a_day"
            ),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="reset_of_person")]


class FactorResetReview(models.Model):
    """An officer looked into a reset. It lifts nothing. Neither of the two whom it is about may be it: a
    trigger refuses them."""

    reset = models.OneToOneField(
        FactorReset, on_delete=models.PROTECT, primary_key=True, related_name="review"
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
