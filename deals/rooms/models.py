"""Data rooms: numbered folders, the groups of people let in, and what each group may do where.

A room is a compartment: its own key encloses the keys of its files and the one data key under which all
its names are sealed. Titles and file names tell which company is for sale as surely as the files do.
"""

import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import GroupObjectPermissionBase

from audit.ids import uuid7
from deals.pipeline.models import Deal, Stage
from deals.rooms.levels import PERMISSIONS
from vault.masking import masks
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

TITLE_LENGTH = 120


class RoomSealed(SealedModel):
    """A record whose names are sealed under its room's data key: `key_id` is the room's."""

    class Meta:
        abstract = True

    def room_uuid(self) -> uuid.UUID:
        raise TypeError("a record of a room says which room")

    def sealed_subject(self) -> uuid.UUID:
        return self.room_uuid()

    def sealed_row(self) -> bytes:
        row: uuid.UUID = self.pk
        return row.bytes

    def sealed_compartment(self) -> bytes:
        return self.room_uuid().bytes


class Room(RoomSealed):
    """The one room of a deal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="room")
    compartment_key_id = models.BigIntegerField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    about = SealedGroup("room.about")
    target_name = SealedText(about, 1, mask=masks.hide)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_id"], name="room_key_is_its_own")]

    def room_uuid(self) -> uuid.UUID:
        return self.pk

    @property
    def keys(self) -> tuple[int, int]:
        """What an entry names to open the room's names."""
        return (self.key_id, self.compartment_key_id)


class Folder(RoomSealed):
    """A numbered folder. Where it hangs never changes (trigger); its ancestors are in FolderAncestor.

    `opens_at` is the stage from which groups other than the seller's can see it, whatever their rights; a
    folder opens no earlier than those above it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="folders")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveIntegerField()
    opens_at = models.PositiveSmallIntegerField(choices=Stage, default=Stage.SUMMARY)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    label = SealedGroup("folder.label")
    title = SealedText(label, 1, mask=masks.hide)

    class Meta:
        default_permissions = ()
        permissions = PERMISSIONS
        constraints = [
            models.UniqueConstraint(
                fields=["room", "parent", "position"], nulls_distinct=False, name="folder_position_once"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="folder_position_from_one"),
            models.CheckConstraint(condition=Q(opens_at__in=Stage.values), name="folder_stage_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="folder_not_in_itself"),
            models.CheckConstraint(condition=Q(label__isnull=False), name="folder_has_a_title"),
        ]

    def room_uuid(self) -> uuid.UUID:
        return self.room_id


class FolderAncestor(models.Model):
    """The closure of the tree: each folder with itself (depth 0) and those above. Kept by a trigger."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="descendants")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "ancestor"], name="folder_ancestor_once"),
            models.CheckConstraint(
                condition=Q(depth=0, folder=F("ancestor")) | (Q(depth__gt=0) & ~Q(folder=F("ancestor"))),
                name="folder_ancestor_depth",
            ),
        ]


class GroupKind(models.TextChoices):
    SELLER = "seller", pgettext_lazy("group", "Seller")
    BUYER = "buyer", pgettext_lazy("group", "Buyer")
    ADVISER = "adviser", pgettext_lazy("group", "Adviser")


class RoomGroup(RoomSealed):
    """Outside people of one side. Its rights hang on a Django group whose name says nothing.

    What the group sees is the lower of the deal's stage and `stage`. Groups never see each other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="groups")
    auth_group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="room_group")
    kind = models.CharField(_("side"), max_length=8, choices=GroupKind)
    stage = models.PositiveSmallIntegerField(_("sees no further than"), choices=Stage)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    label = SealedGroup("group.label")
    title = SealedText(label, 1, mask=masks.hide)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=GroupKind.values), name="room_group_kind_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="room_group_stage_known"),
            models.CheckConstraint(condition=Q(label__isnull=False), name="room_group_has_a_title"),
        ]

    def room_uuid(self) -> uuid.UUID:
        return self.room_id


class FolderGrant(GroupObjectPermissionBase):
    """What a group may do in a folder and below it, until a nearer grant says otherwise.

    An expired grant counts as level none and not as absent: time may close a folder, never open one.
    """

    content_object = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="grants")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = ()
        constraints = [models.UniqueConstraint(fields=["group", "content_object"], name="folder_grant_once")]
