"""The list of firms, a firm's page, and what is recorded of it. Leads and officers."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.approvals.registry import CannotCarryOut
from people.partners import agreements, contacts, firms, reviewing, subprocessing, suspending
from people.partners.access import OFFICER, SEEING, get_file, get_partner
from people.partners.codes import FirmKind, SuspendedFor
from people.partners.entries import log_read
from people.partners.errors import NotNow
from people.partners.files import open_file
from people.partners.forms import (
    AgreementForm,
    AskForm,
    ContactForm,
    PartnerForm,
    ReasonForm,
    ReviewForm,
    SubprocessorForm,
    SuspendForm,
)
from people.partners.showing import lines, page_of_firm
from people.partners.standing import belonging_of, lacks
from people.requests import SignedIn
from people.roles.access import requires
from people.uploads import EXTENSIONS, LIMIT, in_memory_uploads


@requires(*SEEING)
@require_GET
@never_cache
def partners(request: SignedIn) -> HttpResponse:
    """Every firm with its state and score."""
    record_read(Entry(action=Action.PARTNER_LIST, object_type=ObjectType.PARTNER, object_id=None))
    return render(request, "people/partners/partners.html", {"lines": lines()})


@requires(*SEEING)
@require_http_methods(["GET", "POST"])
def partner_new(request: SignedIn) -> HttpResponse:
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = firms.record_partner(actor=request.user, name=data["name"], kind=FirmKind(data["kind"]))
        messages.success(
            request, _("Recorded. Nothing opens to its people yet: the page says what is missing.")
        )
        return redirect("people:partner", made.pk)
    return render(request, "people/partners/partner_new.html", {"form": form})


@requires(*SEEING)
@require_GET
@never_cache
def partner(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """All that is known of a firm, and what can be done."""
    found = get_partner(request.user, partner_id)
    log_read(Action.PARTNER_VIEW, found.pk)
    context = page_of_firm(request.user, found)
    forms = {
        "ask_form": AskForm(auto_id="ask_%s"),
        "sub_form": SubprocessorForm(auto_id="sub_%s"),
        "reason_form": ReasonForm(auto_id="back_%s"),
    }
    return render(request, "people/partners/partner.html", context | forms)


@in_memory_uploads
@requires(*SEEING)
@require_http_methods(["GET", "POST"])
def partner_agreement(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """Records an agreement with its paper."""
    found = get_partner(request.user, partner_id, Action.PARTNER_AGREE)
    form = AgreementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["paper"].read(LIMIT)
        try:
            agreements.record_agreement(
                actor=request.user, partner_id=found.pk, signed=form.signed(), data=data
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Recorded. It counts once somebody else has checked it."))
            return redirect("people:partner", found.pk)
    return render(request, "people/partners/agreement.html", {"partner": found, "form": form})


@requires(*SEEING)
@require_POST
def partner_agreement_check(request: SignedIn, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    def act() -> str:
        agreements.check_agreement(actor=request.user, partner_id=partner_id, agreement_id=agreement_id)
        return _("Checked. The agreement counts from now on.")

    return _done(request, partner_id, act)


@requires(*SEEING)
@require_GET
@never_cache
def partner_file(request: SignedIn, file_id: UUID) -> HttpResponse:
    """An agreement or a piece of evidence."""
    found = get_file(request.user, file_id)
    answer = HttpResponse(open_file(found), content_type=found.media_type)
    name = f"{found.pk.hex[-8:]}.{EXTENSIONS[found.media_type]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(*SEEING)
@require_http_methods(["GET", "POST"])
@never_cache
def partner_contact(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """Whom to reach when something happens: GET opens it, which is recorded; POST records another."""
    found = get_partner(request.user, partner_id, Action.PARTNER_CONTACT)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contacts.record_contact(actor=request.user, partner_id=found.pk, reached=form.reached())
        messages.success(request, _("Recorded. Send a test next: a contact counts once it has answered."))
        return redirect("people:partner", found.pk)
    known = contacts.contact_of(found.pk)
    context = {
        "partner": found,
        "form": form,
        "contact": known,
        "reached": contacts.open_contact(known) if known else None,
    }
    return render(request, "people/partners/contact.html", context)


@requires(*SEEING)
@require_POST
def partner_contact_test(request: SignedIn, partner_id: UUID) -> HttpResponse:
    found = get_partner(request.user, partner_id, Action.PARTNER_CONTACT_TEST)

    def act() -> str:
        contact = contacts.contact_of(found.pk)
        if contact is None:
            raise NotNow(_("There is no contact to test."))
        contacts.test_contact(contact)
        return _("Sent. They have a day to answer.")

    return _done(request, partner_id, act)


@requires(*SEEING)
@require_POST
def partner_subprocessor(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """Names a sub-processor."""
    found = get_partner(request.user, partner_id, Action.PARTNER_SUBPROCESSOR)
    form = SubprocessorForm(request.POST)

    def act() -> str:
        if not form.is_valid():
            raise NotNow(_("Give its name and what it does."))
        subprocessing.name_one(partner=found, named=form.named(), by=request.user)
        return _("Named. No file goes out to the firm until the house has decided on it.")

    return _done(request, partner_id, act)


@requires(*SEEING)
@require_POST
def partner_subprocessor_ask(request: SignedIn, subprocessor_id: UUID) -> HttpResponse:
    """Puts a named one before the second person."""
    one = subprocessing.get_subprocessor(request.user, subprocessor_id, Action.PARTNER_SUBPROCESSOR)

    def act() -> str:
        subprocessing.put_forward(
            actor=request.user, subprocessor_id=one.pk, reason=request.POST.get("reason", "")
        )
        return _("Asked. An officer decides.")

    return _done(request, one.partner_id, act)


@requires(*SEEING)
@require_POST
def partner_subprocessor_end(request: SignedIn, subprocessor_id: UUID) -> HttpResponse:
    one = subprocessing.get_subprocessor(request.user, subprocessor_id, Action.PARTNER_SUBPROCESSOR_END)

    def act() -> str:
        subprocessing.end_one(actor=request.user, subprocessor_id=one.pk)
        return _("Noted that the firm no longer uses it.")

    return _done(request, one.partner_id, act)


@requires(*SEEING)
@require_http_methods(["GET", "POST"])
def partner_review(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """The yearly review."""
    found = get_partner(request.user, partner_id, Action.PARTNER_REVIEW)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.record_review(actor=request.user, partner_id=found.pk, found=form.found())
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Reviewed. The next one is due in a year."))
            return redirect("people:partner", found.pk)
    return render(request, "people/partners/review.html", {"partner": found, "form": form})


@requires(*SEEING)
@require_http_methods(["GET", "POST"])
@never_cache
def partner_suspend(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """GET says what would stop, POST stops it."""
    found = get_partner(request.user, partner_id, Action.PARTNER_SUSPEND)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suspending.suspend(
                actor=request.user,
                partner_id=found.pk,
                reason=SuspendedFor(form.cleaned_data["why"]),
                words=form.cleaned_data["reason"],
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Suspended. Nothing opens to anybody of the firm any more."))
            return redirect("people:partner", found.pk)
    context = {"partner": found, "form": form, "stops": suspending.what_stops(found)}
    return render(request, "people/partners/suspend.html", context)


@requires(*SEEING)
@require_POST
def partner_reinstate(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """Asks for the end of the suspension."""

    def act() -> str:
        suspending.ask_reinstate(
            actor=request.user, partner_id=partner_id, reason=request.POST.get("reason", "")
        )
        return _("Asked. Somebody else decides.")

    return _done(request, partner_id, act)


@requires(OFFICER)
@require_POST
def partner_leave(request: SignedIn, partner_id: UUID, person_id: UUID) -> HttpResponse:
    """Somebody no longer comes for the firm."""

    def act() -> str:
        firms.leave(actor=request.user, partner_id=partner_id, person_id=person_id)
        return _("Noted. Every data room is closed to this person until they are invited anew.")

    return _done(request, partner_id, act)


@login_required
@require_GET
def my_firm(request: SignedIn) -> HttpResponse:
    """For somebody from outside: for which firm they come, and whether it is in force."""
    found = belonging_of(request.user.pk)
    if found is None:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    context = {"belonging": found, "partner": found.partner, "shut": bool(lacks(found.partner))}
    return render(request, "people/partners/my_firm.html", context)


def _done(request: SignedIn, partner_id: UUID, act: Callable[[], str]) -> HttpResponse:
    """Does it and says so, or says why not; back to the firm's page."""
    try:
        messages.success(request, act())
    except NotNow as problem:
        messages.warning(request, str(problem))
    except ValidationError as problem:
        messages.warning(request, problem.messages[0])
    except CannotCarryOut:
        messages.warning(request, _("That is no longer possible."))
    return redirect("people:partner", partner_id)
