"""Accounts, and the one-time links by which a credential reaches its person and nobody else."""

import uuid
from collections.abc import Iterator
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    STAFF = "staff", _("Staff")
    OUTSIDE = "outside", _("Outside person")
    SERVICE = "service", _("Service account")


_NO_PASSWORD = {"password__startswith": "!"}  # Django's mark of an unusable one


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, or a service account that never does.

    `groups` (from PermissionsMixin) is what django-guardian's folder grants hang on. What staff may do comes
    from `people.roles`; Django's own permissions and the superuser flag are not used, and the flag is refused
    by the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("sign-in name"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9._-]+\Z", _("Letters, digits, dot, dash and underscore only.")
            )
        ],
    )
    display_name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STAFF)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    is_active = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    # Raised by each lock of the person (people.locks), by the database: no session that was opened before, or
    # was being opened at that moment, is theirs again when the lock has ended.
    session_mark = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [
            # Upper, because that is what `iexact` compares: the constraint is also the sign-in index.
            models.UniqueConstraint(
                Upper("username"),
                name="user_username_unique",
                violation_error_message=_("This name is taken."),
            ),
            models.UniqueConstraint(
                Upper("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message=_("This address belongs to another account."),
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="user_kind_known"),
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_never_superuser"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.SERVICE) | Q(**_NO_PASSWORD),
                name="user_service_has_no_password",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, disabled_at__isnull=True)
                | Q(is_active=False, disabled_at__isnull=False),
                name="user_disabled_has_time",
            ),
        ]
        indexes = [models.Index(fields=["display_name", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """What a session must hold to be this person's: another one after each lock."""
        return self._marked(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the keys of before."""
        yield from map(self._marked, super().get_session_auth_fallback_hash())

    def _marked(self, found: str) -> str:
        return f"{self.session_mark}.{found}" if self.session_mark else found

    @property
    def is_service(self) -> bool:
        return self.kind == Kind.SERVICE

    @property
    def is_staff(self) -> bool:
        """Whether the person belongs to the office (not Django's "may enter the admin": there is no
        admin)."""
        return self.kind == Kind.STAFF


class LinkPurpose(models.TextChoices):
    FIRST_ADMIN = "first_admin", _("First administrator")
    FIRST_OFFICER = "first_officer", _("First compliance officer")
    SET_PASSWORD = "set_password", _("Choose a password")
    INVITATION = "invitation", _("Invitation to a room")
    FACTOR_RESET = "factor_reset", _("Set up a second factor again")


FIRST_PURPOSES = (LinkPurpose.FIRST_ADMIN, LinkPurpose.FIRST_OFFICER)


class OneTimeLink(models.Model):
    """A link that works once, until it expires. Only the SHA-256 of its 256-bit token is stored.

    A fast hash is enough here: a random token of 256 bits cannot be guessed from it, unlike a password.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=LinkPurpose.values), name="link_purpose_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="link_expires_later"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="link_used_or_cancelled",
            ),
            # A first link makes its person; every other link is for a person who is there already.
            models.CheckConstraint(
                condition=Q(purpose__in=FIRST_PURPOSES, person__isnull=True)
                | Q(purpose__in=FIRST_PURPOSES, used_at__isnull=False)
                | (~Q(purpose__in=FIRST_PURPOSES) & Q(person__isnull=False)),
                name="link_person_known",
            ),
        ]
