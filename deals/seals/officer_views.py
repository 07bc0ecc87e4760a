"""For compliance officers: what companies have sealed, comparing a copy page by page, ending it; and the
rule of the house for a side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.rooms.models import GroupKind
from deals.seals import keeping, returning, services, showing
from deals.seals.access import get_for_officer, has_a_part_in, waiting_return
from deals.seals.forms import SendBackForm, SideForm
from deals.seals.models import CompanyUndertaking, SealDemand, SealedReturn
from deals.seals.views import picture, unshowable
from deals.viewer.pages import NotStamped, Unshowable
from people import turning
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import step_up_required


@requires(Permission.DUTY_MANAGE)
@require_GET
def everything(request: SignedIn) -> HttpResponse:
    """All undertakings of companies; those that wait for a decision first."""
    found = CompanyUndertaking.objects.filter(withdrawn_at__isnull=True)
    found = found.select_related("template", "group__room__deal", "accepted_by")
    waiting = SealedReturn.objects.filter(decided_at__isnull=True)
    context = {
        "page": page_of(request, found, by="-issued_at"),
        "waiting": waiting.select_related("undertaking__group__room__deal").order_by("uploaded_at"),
        "demands": SealDemand.objects.filter(ended_at__isnull=True).select_related(
            "made_by", "group__room__deal"
        ),
        "form": SideForm(),
    }
    return render(request, "deals/seals/everything.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
@never_cache
def compare(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """A page of what came back beside the document's; on the last one it can be decided."""
    found = get_for_officer(request.user, undertaking_id, Action.SEAL_COMPARE)
    returned = waiting_return(found)
    if returned is None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_COMPARE)
    leaves = showing.leaves_of(returned)
    shown = turning.reached(request, _mark(returned), len(leaves))
    place = turning.asked_for(request, shown, len(leaves))
    held = keeping.hold(found, Action.SEAL_VIEW)
    context = {
        "undertaking": found,
        "returned": returned,
        "facts": services.facts_of(found, held),
        "sealer": held.unseal(keeping.SEALER, returned.pk, returned.facts)["sealer"],
        "place": place,
        "leaf": leaves[place.part - 1],
        "beside": min(place.part, found.pdf_pages),
        "fingerprint": bytes(found.document_hash).hex(),
        "involved": has_a_part_in(request.user, found),
        "form": SendBackForm(),
    }
    return render(request, "deals/seals/compare.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
@never_cache
def copy_page(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """A page of what came back, as a picture: with this it counts as shown, and only after the one before."""
    found = get_for_officer(request.user, undertaking_id, Action.SEAL_COMPARE)
    returned = waiting_return(found)
    if returned is None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_COMPARE)
    leaves = showing.leaves_of(returned)
    shown = turning.reached(request, _mark(returned), len(leaves))
    place = turning.asked_for(request, shown, len(leaves))
    try:
        data = showing.leaf_image(found, leaves[place.part - 1], place.part, request.user)
    except (Unshowable, NotStamped):
        return unshowable()
    turning.turn_to(request, _mark(returned), len(leaves))
    return picture(data)


@requires(Permission.DUTY_MANAGE)
@require_POST
def accept(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """Only after every page was shown."""
    found, returned = _to_decide(request, undertaking_id, Action.SEAL_ACCEPT)
    if not turning.was_shown(request, _mark(returned), len(showing.leaves_of(returned))):
        _refuse_unseen(found)
        messages.warning(request, _("Not every page of the copy was shown to you yet. Look at it here."))
        return redirect("deals:seal_compare", found.pk)
    try:
        returning.accept(actor=request.user, returned=returned)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("deals:seal_compare", found.pk)
    messages.success(request, _("Accepted: the company is bound from now on."))
    return redirect("deals:seals_all")


@requires(Permission.DUTY_MANAGE)
@require_POST
def send_back(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """With a reason that the company reads."""
    found, returned = _to_decide(request, undertaking_id, Action.SEAL_SEND_BACK)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what is wrong with it."))
        return redirect("deals:seal_compare", found.pk)
    try:
        returning.send_back(actor=request.user, returned=returned, reason=form.cleaned_data["reason"])
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("deals:seal_compare", found.pk)
    messages.success(request, _("Sent back; the company reads your reason."))
    return redirect("deals:seals_all")


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
@step_up_required
def revoke(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """GET: what it means. POST: revoke."""
    found = get_for_officer(request.user, undertaking_id, Action.SEAL_REVOKE)
    if found.accepted_at is None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_REVOKE)
    if request.method == "POST":
        services.revoke(actor=request.user, undertaking=found)
        messages.success(request, _("Revoked. The company's people are out from the next request on."))
        return redirect("deals:seals_all")
    facts = services.facts_of(found, keeping.hold(found, Action.SEAL_VIEW))
    return render(request, "deals/seals/revoke.html", {"undertaking": found, "company": facts["company"]})


@requires(Permission.DUTY_MANAGE)
@require_POST
@step_up_required
def side(request: SignedIn) -> HttpResponse:
    """The rule of the house: companies of a side are bound in every room."""
    form = SideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a side."))
        return redirect("deals:seals_all")
    services.demand_of_side(actor=request.user, kind=GroupKind(form.cleaned_data["kind"]))
    messages.success(request, _("Demanded in every room, from the next request on."))
    return redirect("deals:seals_all")


@requires(Permission.DUTY_MANAGE)
@require_POST
@step_up_required
def end_demand(request: SignedIn, demand_id: UUID) -> HttpResponse:
    services.lift_by_officer(actor=request.user, demand_id=demand_id)
    messages.success(request, _("No longer demanded."))
    return redirect("deals:seals_all")


def _to_decide(
    request: SignedIn, undertaking_id: UUID, action: Action
) -> tuple[CompanyUndertaking, SealedReturn]:
    found = get_for_officer(request.user, undertaking_id, action)
    returned = waiting_return(found)
    if returned is None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, action)
    return found, returned


def _refuse_unseen(found: CompanyUndertaking) -> None:
    record_refusal(
        Entry(
            action=Action.SEAL_ACCEPT,
            object_type=ObjectType.COMPANY_UNDERTAKING,
            object_id=found.pk,
            deal=found.group.room.deal_id,
            reason=Reason.NOT_SHOWN.value,
        )
    )


def _mark(returned: SealedReturn) -> str:
    """Pages that were seen are remembered of this very return: another copy is looked at anew."""
    return f"seal.{returned.pk.hex}"
