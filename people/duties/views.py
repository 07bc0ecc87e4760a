from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people import turning
from people.accounts.models import Kind
from people.arrears import arrears_of
from people.duties import services
from people.duties.access import nda_valid, renewable, replaced, signatures_in_force
from people.duties.forms import SignForm
from people.duties.models import NdaKind, NdaSignature, NdaTemplate
from people.duties.templates import in_force, parts
from people.invitations.access import leads_to, open_invitations, undertaking_asked_for
from people.locks.standing import locked_deals, locks_of_rooms
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import step_up_required


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """What I have signed, and what I still have to."""
    own = NdaSignature.objects.filter(person=request.user).annotate(replaced=replaced())
    own = own.select_related("template").order_by("-signed_at")
    in_force_now = signatures_in_force().filter(person=request.user)
    shut = locks_of_rooms().values("deal_id")
    asked = open_invitations(request.user).exclude(deal_id__in=in_force_now.values("deal_id"))
    context = {
        "signatures": own[:100],
        "renewable": _one_for_each(renewable().filter(person=request.user).exclude(deal_id__in=shut)),
        "house_unsigned": request.user.kind == Kind.STAFF
        and not in_force_now.filter(kind=NdaKind.STAFF).exists(),
        "arrears": arrears_of(request.user),
        "deals_unsigned": asked.exclude(deal_id__in=shut),
    }
    return render(request, "people/duties/mine.html", context)


def _one_for_each(found: QuerySet[NdaSignature]) -> list[NdaSignature]:
    """Of each deal, and of the house, the signature that holds longest; none that was given anew already."""
    newest = {one.deal_id: one for one in found.order_by("access_expires_at")}
    lasting = signatures_in_force().exclude(pk__in=found.values("pk"))
    given = set(lasting.filter(person__in=[one.person_id for one in newest.values()]).values_list("deal_id"))
    return [one for deal_id, one in newest.items() if (deal_id,) not in given]


@login_required
def house(request: SignedIn) -> HttpResponse:
    """The undertaking that staff sign for the house, once a year."""
    template = in_force(NdaKind.STAFF)
    if request.user.kind != Kind.STAFF or template is None:
        raise Refused(ObjectType.NDA_TEMPLATE, None, Action.NDA_VIEW)
    return _sign_page(request, template, None, onward="/")


@login_required
def deal(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """The undertaking of an invited person for one deal; none while it is locked, since it would lead to a
    room that is shut."""
    kind = undertaking_asked_for(request.user, deal_id)
    template = in_force(kind) if kind and not locked_deals([deal_id]) else None
    if template is None:
        raise Refused(ObjectType.NDA_TEMPLATE, None, Action.NDA_VIEW, deal=deal_id)
    again = renewable().filter(person=request.user, deal_id=deal_id).exists()
    if nda_valid(request.user, deal_id) and not again:
        return redirect(leads_to(request.user, deal_id))
    return _sign_page(request, template, deal_id, onward=leads_to(request.user, deal_id))


def _sign_page(
    request: SignedIn, template: NdaTemplate, deal_id: UUID | None, *, onward: str
) -> HttpResponse:
    """Shows the text page by page; takes the signature only after every page of this very text was shown in
    this session."""
    fingerprint = bytes(template.text_hash).hex()
    form = SignForm(request.POST or None, initial={"text": fingerprint})
    if request.method == "POST" and _is_read(request, template, deal_id) and form.is_valid():
        if form.cleaned_data["text"] != fingerprint:
            form = SignForm(initial={"text": fingerprint})
            messages.warning(request, _("The text has changed. Read it here, then sign."))
        elif _signed(request, template, deal_id, form):
            return redirect(onward)
    pages = parts(template, _language())
    place = turning.turn_to(request, _mark(template), len(pages))
    _record_shown(request, template, deal_id, place)
    context = {
        "template": template,
        "title": template.title,
        "part": pages[place.part - 1],
        "place": place,
        "fingerprint": fingerprint,
        "form": form if place.is_last else None,
    }
    return render(request, "people/duties/sign.html", context)


def _is_read(request: SignedIn, template: NdaTemplate, deal_id: UUID | None) -> bool:
    """Whether every page was shown; else it says so, and the log has it."""
    if turning.was_shown(request, _mark(template), len(parts(template, _language()))):
        return True
    services.refuse_unread(request.user, template, deal_id)
    messages.warning(request, _("The text has changed or was not shown yet. Read it here, then sign."))
    return False


def _language() -> str:
    return "zh" if get_language() == "zh-hans" else "en"


def _mark(template: NdaTemplate) -> str:
    return turning.mark_of(bytes(template.text_hash), _language())


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


def _record_shown(
    request: SignedIn, template: NdaTemplate, deal_id: UUID | None, place: turning.Place
) -> None:
    record_read(
        Entry(
            action=Action.NDA_VIEW,
            object_type=ObjectType.NDA_TEMPLATE,
            object_id=template.pk,
            subjects=(request.user.pk,),
            deal=deal_id,
            fields=(f"part-{place.part}",),
        )
    )


@requires(Permission.DUTY_MANAGE)
@require_GET
def signatures(request: SignedIn) -> HttpResponse:
    """Everybody's. With `?left`: of those whose account is closed, while their duty goes on."""
    found = NdaSignature.objects.select_related("person", "template").annotate(replaced=replaced())
    left = "left" in request.GET
    if left:
        found = found.filter(person__is_active=False, duty_expires_at__gt=timezone.now())
    page = page_of(request, found, by="-signed_at")
    return render(request, "people/duties/signatures.html", {"page": page, "left": left})


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
