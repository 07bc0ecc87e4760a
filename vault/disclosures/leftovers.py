"""What time does to exports: they end, their files are destroyed, and nobody destroyed stays in one."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vault.disclosures.building import exportable, holds_just, make_again
from vault.disclosures.ends import discard_file, end_export
from vault.disclosures.models import MAX_DOWNLOADS, OVER, Export, ExportState


def end_expired() -> None:
    """Ready exports whose time is over, or that were taken as often as they may be."""
    used = Q(expires_at__lte=timezone.now()) | Q(downloads__gte=MAX_DOWNLOADS)
    for export_id in Export.objects.filter(used, state=ExportState.READY).values_list("pk", flat=True):
        with transaction.atomic():
            export = Export.objects.select_for_update().get(pk=export_id)
            if export.state == ExportState.READY:
                end_export(export, ExportState.ENDED)


def discard_over() -> None:
    """Destroy the files of exports that are over."""
    for export in Export.objects.filter(state__in=OVER, file_id__isnull=False):
        discard_file(export)


def send_stale_back() -> None:
    """Have ready exports made again that hold others than they may now: somebody went, or is back."""
    for export_id in Export.objects.filter(state=ExportState.READY).values_list("pk", flat=True):
        with transaction.atomic():
            export = (
                Export.objects.select_for_update(of=("self",)).select_related("requester").get(pk=export_id)
            )
            if export.state == ExportState.READY and not holds_just(export, exportable(export)):
                make_again(export)
