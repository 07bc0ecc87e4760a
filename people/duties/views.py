from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.accounts.models import Kind
from people.duties import services
from people.duties.access import nda_valid, signatures_in_force
from people.duties.forms import SignForm
from people.duties.models import NdaKind, NdaSignature, NdaTemplate
from people.duties.templates import in_force, parts
from people.invitations.access import open_invitations, undertaking_asked_for
from people.invitations.registry import landing
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import step_up_required

_SHOWN = "nda_shown"


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """What I have signed, and what I still have to."""
    own = NdaSignature.objects.filter(person=request.user).select_related("template").order_by("-signed_at")
    in_force_now = signatures_in_force().filter(person=request.user)
    context = {
        "signatures": own[:100],
        "house_unsigned": request.user.kind == Kind.STAFF
        and not in_force_now.filter(kind=NdaKind.STAFF).exists(),
        "deals_unsigned": open_invitations(request.user).exclude(deal_id__in=in_force_now.values("deal_id")),
    }
    return render(request, "people/duties/mine.html", context)


@login_required
def house(request: SignedIn) -> HttpResponse:
    """The undertaking that staff sign for the house, once a year."""
    template = in_force(NdaKind.STAFF)
    if request.user.kind != Kind.STAFF or template is None:
        raise Refused(ObjectType.NDA_TEMPLATE, None, Action.NDA_VIEW)
    return _sign_page(request, template, None, onward="/")


@login_required
def deal(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """The undertaking of an invited person for one deal."""
    kind = undertaking_asked_for(request.user, deal_id)
    template = in_force(kind) if kind else None
    if template is None:
        raise Refused(ObjectType.NDA_TEMPLATE, None, Action.NDA_VIEW, deal=deal_id)
    if nda_valid(request.user, deal_id):
        return redirect(landing(deal_id))
    return _sign_page(request, template, deal_id, onward=landing(deal_id))


def _sign_page(
    request: SignedIn, template: NdaTemplate, deal_id: UUID | None, *, onward: str
) -> HttpResponse:
    """Shows the whole text on one page; takes the signature only after this very text was shown in this
    session."""
    fingerprint = bytes(template.text_hash).hex()
    form = SignForm(request.POST or None, initial={"text": fingerprint})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["text"] == fingerprint == request.session.get(_SHOWN):
            if _signed(request, template, deal_id, form):
                return redirect(onward)
        else:
            form = SignForm(initial={"text": fingerprint})
            messages.warning(
                request, _("The text has changed or was not shown yet. Read it here, then sign.")
            )
    _record_shown(request, template, deal_id, fingerprint)
    language = "zh" if get_language() == "zh-hans" else "en"
    context = {
        "template": template,
        "title": template.title,
        "parts": parts(template, language),
        "fingerprint": fingerprint,
        "form": form,
    }
    return render(request, "people/duties/sign.html", context)


def _signed(request: SignedIn, template: NdaTemplate, deal_id: UUID | None, form: SignForm) -> bool:
    try:
        services.sign_nda(
            actor=request.user,
            template=template,
            deal_id=deal_id,
            typed_name=form.cleaned_data["typed_name"],
            language=get_language(),
        )
    except ValidationError as problem:
        form.add_error("typed_name" if problem.code == "name" else None, problem)
        return False
    messages.success(request, _("Signed. A record of it is kept under your duties."))
    return True


def _record_shown(request: SignedIn, template: NdaTemplate, deal_id: UUID | None, fingerprint: str) -> None:
    record_read(
        Entry(
            action=Action.NDA_VIEW,
            object_type=ObjectType.NDA_TEMPLATE,
            object_id=template.pk,
            subjects=(request.user.pk,),
            deal=deal_id,
        )
    )
    request.session[_SHOWN] = fingerprint


@requires(Permission.DUTY_MANAGE)
@require_GET
def signatures(request: SignedIn) -> HttpResponse:
    page = page_of(request, NdaSignature.objects.select_related("person", "template"), by="-signed_at")
    return render(request, "people/duties/signatures.html", {"page": page})


@requires(Permission.DUTY_MANAGE)
@step_up_required
def revoke(request: SignedIn, signature_id: UUID) -> HttpResponse:
    """GET: what it means. POST: revoke."""
    found = NdaSignature.objects.select_related("person", "template").filter(pk=signature_id).first()
    if found is None:
        raise Refused(ObjectType.NDA_SIGNATURE, signature_id, Action.NDA_REVOKE)
    if request.method == "POST":
        services.revoke_nda(actor=request.user, signature=found)
        messages.success(request, _("Revoked. The rooms it opened are closed from the next request on."))
        return redirect("people:signatures")
    return render(request, "people/duties/revoke.html", {"signature": found})
