"""Exports to a partner firm that is shut: not taken, cut off on their way, ended when it is suspended."""

from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from people.partners.models import Partner
from people.partners.standing import partners_receiving, why_no_files
from vault.disclosures.ends import end_export
from vault.disclosures.holds import ExportsHeld
from vault.disclosures.models import Export, ExportState


def shut_firm(export: Export) -> Partner | None:
    """The firm that the export is for, where no file goes out to it now. One query, none for others."""
    partner = export.outsider.partner if export.outsider else None
    if partner is None or partners_receiving().filter(pk=partner.pk).exists():
        return None
    return partner


def words_if_shut(export: Export) -> str:
    """Why, for the page; empty for everybody else's exports."""
    partner = shut_firm(export)
    if partner is None:
        return ""
    why = "; ".join(str(one) for one in why_no_files(partner))
    return _("No file goes out to this firm: %(why)s") % {"why": why}


def refuse_shut_firm(export: Export) -> None:
    """Raises ExportsHeld, logged, for an export to a firm to which no file goes out now."""
    if words := words_if_shut(export):
        record_refusal(
            Entry(
                action=Action.CLIENT_EXPORT,
                object_type=ObjectType.EXPORT,
                object_id=export.pk,
                reason=Reason.FIRM_SHUT.value,
            )
        )
        raise ExportsHeld(words)


def end_exports_to(partner: Partner) -> None:
    """When the firm is suspended, in that transaction: what was ready or being made for it ends for good."""
    running = Export.objects.select_for_update(of=("self",)).filter(
        outsider__partner=partner, state__in=[ExportState.APPROVED, ExportState.READY]
    )
    for export in running:
        ready = export.state == ExportState.READY
        end_export(export, ExportState.ENDED if ready else ExportState.FAILED)
