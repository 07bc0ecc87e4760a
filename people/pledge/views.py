from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.pledge import services
from people.pledge.forms import OpenForm, SignForm
from people.pledge.models import PledgeDue, PledgeRound
from people.pledge.texts import FIRST_EN, FIRST_ZH
from people.posts.access import require_staff
from people.posts.holding import NotTheirs
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@login_required
@require_http_methods(["GET", "POST"])
def pledge(request: SignedIn) -> HttpResponse:
    """This year's pledge: its words, and signing it."""
    require_staff(request.user)
    current = services.newest()
    due = PledgeDue.objects.filter(person_id=request.user.pk).first()
    form = None
    if current is not None and due is not None and due.signed_at is None:
        form = SignForm(request.POST or None, initial={"text": bytes(current.text_hash).hex()})
        if request.method == "POST" and form.is_valid() and _signed(request, current, form):
            return redirect("people:pledge")
    context = {"pledge": current, "due": due, "form": form}
    return render(request, "people/pledge/pledge.html", context)


def _signed(request: SignedIn, current: PledgeRound, form: SignForm) -> bool:
    try:
        services.sign(
            actor=request.user,
            pledge=current,
            text_hash=bytes.fromhex(form.cleaned_data["text"]),
            typed_name=form.cleaned_data["typed_name"],
            language=get_language() or "",
        )
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    messages.success(request, _("Signed. A record of it is kept."))
    return True


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def pledges(request: SignedIn) -> HttpResponse:
    """Who has signed this year's, those of the years before, and opening the next."""
    current = services.newest()
    first = {
        "text_zh": current.text_zh if current else FIRST_ZH,
        "text_en": current.text_en if current else FIRST_EN,
    }
    form = OpenForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_round(actor=request.user, **form.cleaned_data)
        except (services.NotPossible, NotTheirs) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Open. Everybody of the house is asked to sign it."))
            return redirect("people:pledges")
    dues = PledgeDue.objects.select_related("person").order_by(
        F("signed_at").asc(nulls_first=True), "person__display_name"
    )
    context = {
        "form": form,
        "dues": dues[:500],
        "rounds": PledgeRound.objects.annotate(signed=Count("signatures")).order_by("-year"),
    }
    return render(request, "people/pledge/pledges.html", context)
