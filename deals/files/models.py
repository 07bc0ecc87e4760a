"""Files of a room and their versions: names sealed under the room's data key, content under a key each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from guardian.models import GroupObjectPermissionBase

from audit.ids import uuid7
from deals.details.choice import Details
from deals.files.sniffing import MediaType
from deals.rooms.levels import PERMISSIONS
from deals.rooms.models import Folder, Room, RoomSealed
from vault.masking import masks
from vault.masking.grades import Grade
from vault.sealed.fields import SealedGroup, SealedText

NAME_LENGTH = 200


class File(RoomSealed):
    """A file in a folder. It is invisible to every group until a grant on it or above it says otherwise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="files")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveIntegerField()
    grade = models.PositiveSmallIntegerField(choices=Grade, default=Grade.L3, db_default=Grade.L3)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    label = SealedGroup("file.label")
    name = SealedText(label, 1, mask=masks.hide)

    class Meta:
        default_permissions = ()
        permissions = PERMISSIONS
        constraints = [
            models.UniqueConstraint(fields=["folder", "position"], name="file_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="file_position_from_one"),
            models.CheckConstraint(condition=Q(label__isnull=False), name="file_has_a_name"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="file_grade_known"),
        ]

    def room_uuid(self) -> uuid.UUID:
        return self.room_id


class FileVersion(RoomSealed):
    """One upload. Its id is also the file's name on disk, so that neither tells anything.

    The digest of a guessable text would confirm a guess, so it is sealed. `page_count` is known once somebody
    has looked: null means not counted yet, 0 that it cannot be shown as pages. `details`: what `uploaded_by`
    chose for what the file said about its making.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="versions")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=40, choices=MediaType)
    page_count = models.PositiveIntegerField(null=True)
    details = models.CharField(max_length=8, choices=Details, blank=True, default="", db_default="")
    file_key_id = models.BigIntegerField(unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    proof = SealedGroup("version.proof")
    sha256 = SealedText(proof, 1, mask=masks.hide)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="file_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="file_version_from_one"),
            models.CheckConstraint(condition=Q(size__gte=0), name="file_version_size_positive"),
            models.CheckConstraint(
                condition=Q(media_type__in=MediaType.values), name="file_version_type_known"
            ),
            models.CheckConstraint(
                condition=Q(details__in=["", *Details.values]), name="file_version_details_known"
            ),
            models.CheckConstraint(condition=Q(proof__isnull=False), name="file_version_has_a_digest"),
        ]

    def room_uuid(self) -> uuid.UUID:
        return self.room_id

    @property
    def viewable(self) -> bool:
        return MediaType(self.media_type).viewable


class EndedAs(models.TextChoices):
    """How a version came to its end."""

    REPLACED = "replaced", pgettext_lazy("end of a version", "Replaced, and destroyed then")
    ASKED = "asked", pgettext_lazy("end of a version", "Destroyed by whoever runs the room")
    OVERDUE = "overdue", pgettext_lazy("end of a version", "Destroyed when its time was over")


class VersionEnd(models.Model):
    """That a version holds somebody who was destroyed, and is itself destroyed by `due_at` (ends.py).

    The row and the version's own stay: they hold ids, a size and dates. Nobody puts the day off or takes an
    end back (triggers of migration 0003).
    """

    version = models.OneToOneField(
        FileVersion, primary_key=True, on_delete=models.PROTECT, related_name="end"
    )
    found_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=8, choices=EndedAs, blank=True)
    entry = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("found_at")), name="version_end_gives_time"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_as="", entry__isnull=True)
                | Q(ended_at__isnull=False, ended_as__in=EndedAs.values, entry__isnull=False),
                name="version_end_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(ended_as=EndedAs.ASKED) | Q(asked_by__isnull=False),
                name="version_end_asked_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="version_end_open", condition=Q(ended_at__isnull=True))
        ]


class FileGrant(GroupObjectPermissionBase):
    """Where a file differs from its folder. As FolderGrant."""

    content_object = models.ForeignKey(File, on_delete=models.CASCADE, related_name="grants")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = ()
        constraints = [models.UniqueConstraint(fields=["group", "content_object"], name="file_grant_once")]


class Upload(models.Model):
    """A version that is being written. The row is there before the first byte and goes with the commit, so
    that whatever a killed process left on the disk is found by its id and nothing else is touched."""

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
