"""The reader's pages: what there is to read, each text page by page, what changed, accepting it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people import turning
from people.accounts.models import Kind
from people.policies import services
from people.policies.access import asked_of, due_of, get_readable, in_force
from people.policies.forms import AcceptForm
from people.policies.models import PolicyVersion
from people.policies.texts import changes, parts_of
from people.policies.words import text_language
from people.requests import SignedIn


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """What I must accept and by when, what I have, and what else there is to read."""
    if request.user.kind != Kind.STAFF:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    asked = list(asked_of(request.user))
    others = in_force().exclude(pk__in=[due.version_id for due in asked]).order_by("in_force_at", "pk")
    return render(request, "people/policies/mine.html", {"asked": asked, "others": others})


@login_required
@require_http_methods(["GET", "POST"])
def policy(request: SignedIn, policy_id: UUID) -> HttpResponse:
    """One page of the text in force. On the last, for whom it asks: accepting it."""
    version = get_readable(request.user, policy_id)
    form = AcceptForm(request.POST or None, initial={"text": bytes(version.text_hash).hex()})
    if request.method == "POST" and _accepted(request, version, form):
        return redirect("people:policies_mine")
    language = text_language()
    parts = parts_of(getattr(version, f"text_{language}"))
    place = turning.turn_to(request, turning.mark_of(bytes(version.text_hash), language), len(parts))
    _record(request, version, f"part-{place.part}")
    due = due_of(request.user, version)
    context = {
        "version": version,
        "part": parts[place.part - 1],
        "place": place,
        "due": due,
        "form": form if due and due.accepted_at is None and place.is_last else None,
        "has_former": version.number > 1,
    }
    return render(request, "people/policies/policy.html", context)


def _accepted(request: SignedIn, version: PolicyVersion, form: AcceptForm) -> bool:
    """Accepts if the form is whole and every page was shown in this session; else says what is missing."""
    language = text_language()
    parts = parts_of(getattr(version, f"text_{language}"))
    if not turning.was_shown(request, turning.mark_of(bytes(version.text_hash), language), len(parts)):
        services.refuse_unread(request.user, version)
        messages.warning(request, _("The text was not shown to its end yet. Read it here, then accept it."))
        return False
    if not form.is_valid():
        messages.warning(request, _("Tick that you have read it, then send it again."))
        return False
    try:
        services.accept(
            actor=request.user,
            version=version,
            text_hash=bytes.fromhex(form.cleaned_data["text"]),
            language=get_language() or "",
        )
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return False
    messages.success(request, _("Accepted. A record of it is kept."))
    return True


@login_required
@require_GET
def what_changed(request: SignedIn, policy_id: UUID) -> HttpResponse:
    """The version in force beside the one before it, line by line."""
    version = get_readable(request.user, policy_id)
    former = former_of(version)
    if former is None:
        raise Refused(ObjectType.POLICY, policy_id, Action.POLICY_VIEW)
    _record(request, version, "changes")
    name = f"text_{text_language()}"
    context = {
        "version": version,
        "former": former,
        "changes": changes(getattr(former, name), getattr(version, name)),
    }
    return render(request, "people/policies/changes.html", context)


def former_of(version: PolicyVersion) -> PolicyVersion | None:
    """The version that was in force before this one."""
    earlier = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number)
    return earlier.filter(agreed_at__isnull=False).order_by("-number").first()


def _record(request: SignedIn, version: PolicyVersion, what: str) -> None:
    record_read(
        Entry(
            action=Action.POLICY_VIEW,
            object_type=ObjectType.POLICY_VERSION,
            object_id=version.pk,
            subjects=(request.user.pk,),
            fields=(what,),
        )
    )
