"""The gates: an export is its requester's alone; the register and the marks are the officers'."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.disclosures.models import MAX_DOWNLOADS, Export, ExportState


def which_exports(user: User) -> QuerySet[Export]:
    """The person's own, while they may ask for exports."""
    if not has(user, Permission.CLIENT_EXPORT):
        return Export.objects.none()
    return Export.objects.filter(requester=user).select_related("colleague", "outsider__partner")


def get_export(user: User, export_id: UUID, action: Action = Action.EXPORT_ASK) -> Export:
    """Raises Refused when there is none, or it is somebody else's."""
    export = which_exports(user).filter(pk=export_id).first()
    if export is None:
        raise refused_export(export_id, action)
    return export


def is_downloadable(export: Export) -> bool:
    """Ready, within its time, and not taken as often as it may be."""
    return (
        export.state == ExportState.READY
        and export.expires_at is not None
        and timezone.now() < export.expires_at
        and export.downloads < MAX_DOWNLOADS
    )


def refused_export(export_id: UUID, action: Action) -> Refused:
    return Refused(ObjectType.EXPORT, export_id, action)
