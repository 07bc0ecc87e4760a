"""For the company's people: what their company has to seal, where it stands, and sending it in. No script is
needed, no second window, and every page of it is a picture too: WeChat's browser shows no PDF."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.access import which_deals
from deals.seals import keeping, returning, showing
from deals.seals.access import get_undertaking, in_force, my_undertaking, waiting_return
from deals.seals.forms import PapersInMemory, ReturnForm
from deals.seals.models import CompanyUndertaking, Power, SealedReturn
from deals.seals.services import facts_of
from deals.viewer.pages import NotStamped, Unshowable
from people.duties.access import nda_valid
from people.requests import SignedIn
from people.uploads import in_memory_uploads_by


@in_memory_uploads_by(PapersInMemory)
@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def company(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """The page that waits for the company's seal; POST sends a sealed copy in."""
    if which_deals(request.user).filter(pk=deal_id).exists():
        return redirect("deals:seals", deal_id)  # a lead's notice leads here as well
    group, undertaking = my_undertaking(request.user, deal_id, Action.SEAL_VIEW)
    form = ReturnForm(request.POST or None, request.FILES or None, initial={"power": Power.LEGAL})
    if request.method == "POST":
        if undertaking is None:
            raise Refused(ObjectType.COMPANY_UNDERTAKING, None, Action.SEAL_RETURN, deal=deal_id)
        if form.is_valid() and _sent_in(request, undertaking, form):
            return redirect("deals:company", deal_id)
    context: dict[str, object] = {
        "deal": group.room.deal,
        "undertaking": undertaking,
        "bound": in_force().filter(group=group).order_by("-access_expires_at").first(),
        "signed": nda_valid(request.user, deal_id),
        "form": form,
    }
    if undertaking is not None:
        context |= _standing(undertaking)
    return render(request, "deals/seals/company.html", context)


@login_required
@require_GET
@never_cache
def paper(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """The document as a file, to be printed and sealed."""
    found = get_undertaking(request.user, undertaking_id, Action.SEAL_TAKE)
    try:
        data = showing.pdf_to_seal(found)
    except Unshowable:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_TAKE) from None
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_GET
@never_cache
def paper_page(request: SignedIn, undertaking_id: UUID, number: int) -> HttpResponse:
    """A page of the document as a picture."""
    found = get_undertaking(request.user, undertaking_id, Action.SEAL_VIEW)
    if not 1 <= number <= found.pdf_pages:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking_id, Action.SEAL_VIEW)
    try:
        return picture(showing.document_image(found, number, request.user))
    except (Unshowable, NotStamped):
        return unshowable()


def picture(data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def unshowable() -> HttpResponse:
    said = _("This page cannot be shown.")
    return HttpResponse(
        said, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8"
    )


def _sent_in(request: SignedIn, undertaking: CompanyUndertaking, form: ReturnForm) -> bool:
    data = form.cleaned_data
    try:
        returning.send_in(
            actor=request.user,
            undertaking=undertaking,
            power=Power(data["power"]),
            sealer=data["sealer"],
            copy=data["copy"],
            authority=data["authority"] or [],
        )
    except NotPossible as problem:
        form.add_error(None, str(problem))
        return False
    except ValidationError as problem:
        form.add_error("sealer", problem)
        return False
    messages.success(request, _("Sent in. An officer compares it with the document, page by page."))
    return True


def _standing(undertaking: CompanyUndertaking) -> dict[str, object]:
    """Where the document stands, with the words of whoever sent a copy back."""
    held = keeping.hold(undertaking, Action.SEAL_VIEW)
    back = (
        SealedReturn.objects.filter(undertaking=undertaking, accepted=False).order_by("-decided_at").first()
    )
    word = back.word if back is not None else None
    return {
        "facts": facts_of(undertaking, held),
        "waiting": waiting_return(undertaking),
        "sent_back": held.unseal(keeping.WORD, back.pk, word)["reason"] if back and word else "",
        "pages": range(1, undertaking.pdf_pages + 1),
        "fingerprint": bytes(undertaking.document_hash).hex(),
    }
