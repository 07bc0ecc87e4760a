"""For a firm's contact, who has no account: the link, and the one page that it opens.

The token leaves the address at once. What the page is about comes from the link in the session alone, so that
a contact can answer for no other firm; a form that is sent uses the link up where it ends the matter.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from people.partners import contacts, recalling, subprocessing
from people.partners.codes import How, LinkFor
from people.partners.errors import NotNow
from people.partners.forms import CertifyForm, PaperForm, SubprocessorForm
from people.partners.links import IN_SESSION, find_link, link_of
from people.partners.paper_views import answered
from people.partners.records import Assessment, PartnerLink, PartnerRecall
from people.uploads import LIMIT, in_memory_uploads


@never_cache
@require_GET
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Opening uses nothing up: a mail scanner that follows links does no harm."""
    link = find_link(token)
    if link is None:
        return _gone(request)
    request.session[IN_SESSION] = str(link.pk)
    return redirect("people:partner_link")


@in_memory_uploads
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What the link is for."""
    link = link_of(request.session.get(IN_SESSION))
    if link is None:
        return _gone(request)
    if link.purpose == LinkFor.CONTACT:
        return _contact(request, link)
    if link.purpose == LinkFor.RECALL:
        return _recall(request, link)
    return _paper(request, link)


def _paper(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    rows = Assessment.objects.select_related("questionnaire", "partner")
    found = rows.filter(pk=link.object_id, partner=link.partner).first()
    if found is None or not found.is_open:
        return _gone(request)
    if request.method == "POST" and request.POST.get("act") == "subprocessor":
        return _subprocessor(request, link)
    form = PaperForm(request.POST or None, request.FILES or None, assessment=found)
    act = request.POST.get("act", "")
    if request.method == "POST" and answered(act, form, found, by=None, link=link):
        if act == "hand_in":
            return _thanks(request)
        messages.success(request, _("Kept. You may go on later with the same link."))
        return redirect("people:partner_link")
    context = {
        "partner": link.partner,
        "form": form,
        "until": link.expires_at,
        "evidence": found.evidence.count(),
        "sub_form": SubprocessorForm(auto_id="sub_%s"),
        "subprocessors": link.partner.subprocessors.order_by("named_at"),
    }
    return render(request, "people/partners/public_paper.html", context)


def _subprocessor(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    form = SubprocessorForm(request.POST)
    try:
        if not form.is_valid():
            raise NotNow(_("Give its name and what it does."))
        subprocessing.name_one(partner=link.partner, named=form.named(), by=None)
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Named. Pass nothing on to it before you hear that the house agrees."))
    return redirect("people:partner_link")


def _contact(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    if request.method == "POST":
        try:
            contacts.answer_test(link)
        except NotNow:
            return _gone(request)
        return _thanks(request)
    return render(request, "people/partners/public_contact.html", {"partner": link.partner})


def _recall(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    recall = PartnerRecall.objects.filter(pk=link.object_id, partner=link.partner).first()
    if recall is None or recall.certified_at is not None:
        return _gone(request)
    form = CertifyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["evidence"]
        try:
            recalling.certify(
                link=link,
                how=How(form.cleaned_data["how"]),
                signed_as=form.cleaned_data["signed_as"],
                evidence=upload.read(LIMIT) if upload else None,
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            return _thanks(request)
    context = {"partner": link.partner, "recall": recall, "form": form}
    return render(request, "people/partners/public_recall.html", context)


def _thanks(request: HttpRequest) -> HttpResponse:
    request.session.pop(IN_SESSION, None)
    return render(request, "people/partners/public_thanks.html")


def _gone(request: HttpRequest) -> HttpResponse:
    """One answer for unknown, used, cancelled and expired links."""
    request.session.pop(IN_SESSION, None)
    return render(request, "people/partners/public_gone.html", status=410)
