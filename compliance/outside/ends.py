"""The end of seats: by the clock, or by the house. One act closes all of an audit."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from compliance.outside.codes import BundleState, State, Why
from compliance.outside.evidence import EvidenceBundle
from compliance.outside.models import OutsideAudit
from people.accounts.models import User
from people.invitations.models import Invitation
from people.invitations.services import revoke
from people.notices.services import notify
from vault.files.store import file_path, remove_sealed_file
from vault.keys import store


def close_seats(audit: OutsideAudit, why: Why, *, by: User | None) -> None:
    """In a transaction, of an audit that is locked and agreed. The gate has asked the clock on each request
    before; now the ways in and the files that were made go too."""
    audit.state, audit.ended_at, audit.ended_by, audit.ended_why = State.ENDED, timezone.now(), by, why
    audit.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    for invitation in Invitation.objects.filter(deal_id=audit.pk, revoked_at__isnull=True):
        revoke(actor=by or audit.made_by, invitation=invitation)
    for bundle in EvidenceBundle.objects.filter(seat__audit=audit).exclude(state=BundleState.OVER):
        end_bundle(bundle)
    record_change(
        Entry(
            action=Action.OUTSIDE_END,
            object_type=ObjectType.OUTSIDE_AUDIT,
            object_id=audit.pk,
            reason=why.value,
        )
    )
    notify("outside.ended", [audit.made_by], object_id=audit.pk, key=str(audit.pk))


@transaction.atomic
def end_due() -> int:
    """Close the seats whose hour has come; how many audits. By the worker, any number of times."""
    due = OutsideAudit.objects.select_for_update(of=("self",), skip_locked=True).select_related("made_by")
    count = 0
    for audit in due.filter(state=State.AGREED, ends_at__lte=timezone.now()):
        close_seats(audit, Why.TIME, by=None)
        count += 1
    return count


@transaction.atomic
def end_bundles() -> int:
    """Delete the files of evidence ZIPs that have expired; how many."""
    due = EvidenceBundle.objects.select_for_update(of=("self",), skip_locked=True)
    over = list(due.filter(expires_at__lte=timezone.now()).exclude(state=BundleState.OVER))
    for bundle in over:
        end_bundle(bundle)
    return len(over)


def end_bundle(bundle: EvidenceBundle) -> None:
    """Nobody gets it any more; the worker deletes its file (`discard_over`). The row keeps its digests."""
    bundle.state = BundleState.OVER
    bundle.save(update_fields=["state"])
    record_change(
        Entry(
            action=Action.OUTSIDE_BUNDLE_END,
            object_type=ObjectType.OUTSIDE_BUNDLE,
            object_id=bundle.pk,
            subjects=(bundle.seat.person_id,),
        )
    )


def discard_over() -> int:
    """Destroy the keys of expired evidence ZIPs, then the files; how many. The worker's alone. Safe to do
    twice."""
    over = EvidenceBundle.objects.filter(state=BundleState.OVER, file_id__isnull=False)
    count = 0
    for bundle_id, file_id in over.values_list("pk", "file_id"):
        if file_id is None:
            continue
        order = record_read(
            Entry(
                action=Action.DESTRUCTION_ORDER,
                object_type=ObjectType.OUTSIDE_BUNDLE,
                object_id=bundle_id,
                subjects=(file_id,),
            )
        )
        with transaction.atomic():
            store.destroy(order, [file_id])
            EvidenceBundle.objects.filter(pk=bundle_id).update(file_id=None, file_key=None)
        remove_sealed_file(file_path(file_id))
        count += 1
    return count
