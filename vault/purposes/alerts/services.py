"""What officers do with an alert."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry, SealedDetail
from audit.log import record_change
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.codes import Outcome
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.reasons import seal_reason


def handle_alert(*, actor: User, alert_id: UUID, outcome: Outcome, words: str = "") -> PurposeAlert:
    """Say what became of it. The words are sealed beside the log entry, under the key of a client concerned.

    Raises:
        Refused: no such alert, or not for this person.
        NotPossible: it is handled already, or there is nobody left under whose key words could be sealed.
    """
    if not has(actor, Permission.PURPOSE_MANAGE):
        raise Refused(ObjectType.PURPOSE, alert_id, Action.PURPOSE_HANDLE)
    alert = PurposeAlert.objects.filter(pk=alert_id).first()
    if alert is None:
        raise Refused(ObjectType.PURPOSE, alert_id, Action.PURPOSE_HANDLE)
    detail = _sealed(alert, words) if words else None
    with transaction.atomic():
        locked = PurposeAlert.objects.select_for_update(of=("self",)).get(pk=alert_id)
        if locked.outcome not in ("", Outcome.SEEN):
            raise NotPossible(_("Somebody has handled this alert meanwhile."))
        locked.outcome, locked.handled_by, locked.handled_at = outcome, actor, timezone.now()
        locked.save(update_fields=["outcome", "handled_by", "handled_at"])
        record_change(
            Entry(
                action=Action.PURPOSE_HANDLE,
                object_type=ObjectType.PURPOSE,
                object_id=alert_id,
                purpose=locked.purpose,
                reason=outcome.value,
                detail=detail,
            )
        )
    return locked


def _sealed(alert: PurposeAlert, words: str) -> SealedDetail:
    refusal = LogEntry.objects.using("audit").filter(pk=alert.pk).first()
    concerned = Client.objects.select_related("book").filter(pk__in=refusal.subjects if refusal else ())
    client = concerned.order_by("pk").first()
    if client is None:
        raise NotPossible(_("The clients concerned are destroyed: leave the words out."))
    return seal_reason(client, words)
