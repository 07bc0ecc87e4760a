"""One redaction of one version: how far it is, and which copy came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from deals.files.models import FileVersion
from deals.rooms.models import Room, RoomSealed
from vault.masking import masks
from vault.sealed.fields import SealedGroup, SealedText


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("redaction", "Draft")
    SEARCHING = "searching", pgettext_lazy("redaction", "Searching the text")
    APPLYING = "applying", pgettext_lazy("redaction", "Making the copy")
    DONE = "done", pgettext_lazy("redaction", "Copy made")
    DROPPED = "dropped", pgettext_lazy("redaction", "Dropped")


AT_WORK = (State.SEARCHING, State.APPLYING)
ENDED = (State.DONE, State.DROPPED)


class Why(models.TextChoices):
    """Why something is kept from those who get the copy."""

    PERSONAL = "redact.personal", pgettext_lazy("redaction", "Personal information")
    OTHERS = "redact.others", pgettext_lazy("redaction", "About somebody outside the deal")
    SECRET = "redact.secret", pgettext_lazy("redaction", "Trade secret")
    PRIVILEGED = "redact.privileged", pgettext_lazy("redaction", "Lawyers' correspondence")
    NOT_NEEDED = "redact.not_needed", pgettext_lazy("redaction", "Not needed for this deal")


class Trouble(models.TextChoices):
    """Why the last work of the worker came to nothing. The marks are kept."""

    UNREADABLE = "unreadable", pgettext_lazy("redaction", "A page cannot be read.")
    TOO_LARGE = "too_large", pgettext_lazy("redaction", "The copy would become too large to be shown.")
    WITHHELD = "withheld", pgettext_lazy("redaction", "The file can no longer be opened.")


class Redaction(RoomSealed):
    """Somebody's work on a version. Until its end the marks lie sealed in it; then the copy alone is left.

    Who may open it is asked of the version's file each time; of a draft, and of the copy's publication, see
    access.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FileVersion, on_delete=models.PROTECT, related_name="redactions")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=20, choices=Why, blank=True)
    problem = models.CharField(max_length=12, choices=Trouble, blank=True)
    pages = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    copy = models.OneToOneField(FileVersion, null=True, on_delete=models.PROTECT, related_name="made_by")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    work = SealedGroup("redaction.work")
    marked = SealedText(work, 1, mask=masks.hide)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="redaction_state_known"),
            models.CheckConstraint(condition=Q(reason__in=["", *Why.values]), name="redaction_reason_known"),
            models.CheckConstraint(
                condition=Q(problem__in=["", *Trouble.values]), name="redaction_problem_known"
            ),
            models.CheckConstraint(
                condition=Q(pages__gte=1, done__lte=F("pages")), name="redaction_within_its_pages"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False, work__isnull=True)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True, work__isnull=False)),
                name="redaction_marks_until_its_end",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.DONE, copy__isnull=False) & ~Q(reason=""))
                | (~Q(state=State.DONE) & Q(copy__isnull=True)),
                name="redaction_done_has_a_copy",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPLYING) | ~Q(reason=""), name="redaction_applied_for_a_reason"
            ),
            models.CheckConstraint(condition=~Q(copy=F("version")), name="redaction_copy_is_another_version"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, state=State.DONE),
                name="redaction_published_when_done",
            ),
            models.UniqueConstraint(
                fields=["version", "maker"], condition=~Q(state__in=ENDED), name="redaction_one_open_each"
            ),
        ]

    def room_uuid(self) -> uuid.UUID:
        return self.room_id

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED
