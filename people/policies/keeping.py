"""The officers' pages: every policy with who has accepted it, its versions, drafts, asking for force."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.accounts.models import User
from people.charts import Bars, drawn
from people.paging import page_of
from people.policies import services
from people.policies.access import get_version, in_force
from people.policies.forms import AskForm, DraftForm
from people.policies.models import Policy, PolicyDue, PolicyVersion
from people.policies.texts import changes, parts_of
from people.policies.views import former_of
from people.policies.words import audience_words, text_language
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@dataclass(frozen=True, slots=True)
class Line:
    """A policy in the list. Counts are of the version in force."""

    version: PolicyVersion
    audience: str
    asked: int
    accepted: int
    late: int
    draft: PolicyVersion | None

    @property
    def open(self) -> int:
        return self.asked - self.accepted


@requires(Permission.DUTY_MANAGE)
@require_GET
def policies(request: SignedIn) -> HttpResponse:
    """Every policy: in force, or only drafted; how many have accepted it. Four queries."""
    lines = _lines()
    charted = [line for line in lines if line.asked]
    context = {"lines": lines, "bars": _bars(charted) if charted else None}
    return render(request, "people/policies/policies.html", context)


def _lines() -> list[Line]:
    counts = {
        row["version_id"]: row
        for row in PolicyDue.objects.values("version_id").annotate(
            asked=Count("id"),
            accepted=Count("accepted_at"),
            late=Count("id", filter=Q(accepted_at__isnull=True, due_at__lte=timezone.now())),
        )
    }
    current = {version.policy_id: version for version in in_force()}
    drafts = {draft.policy_id: draft for draft in _not_yet()}
    found = []
    for policy in Policy.objects.order_by("created_at", "pk"):
        draft = drafts.get(policy.pk)
        version = current.get(policy.pk) or draft
        if version is not None:
            count = counts.get(version.pk, {"asked": 0, "accepted": 0, "late": 0})
            numbers = count["asked"], count["accepted"], count["late"]
            found.append(Line(version, audience_words(version), *numbers, draft))
    return found


def _not_yet() -> Iterable[PolicyVersion]:
    """Drafts, and versions that were agreed to for a later day; the newest of each policy."""
    later = PolicyVersion.objects.filter(Q(in_force_at__isnull=True) | Q(in_force_at__gt=timezone.now()))
    return later.order_by("number")


def _bars(lines: list[Line]) -> Bars:
    """One bar a policy: how many it asks, marked those who have not accepted yet."""
    values = [
        (
            _("%(title)s: %(accepted)s of %(asked)s")
            % {"title": line.version.title, "accepted": line.accepted, "asked": line.asked},
            line.asked,
            line.open,
        )
        for line in lines
    ]
    return drawn(values, first=lines[0].version.title, last=lines[-1].version.title if lines[1:] else "")


@requires(Permission.DUTY_MANAGE)
@require_GET
def kept(request: SignedIn, policy_id: UUID) -> HttpResponse:
    """One policy: who has accepted the version in force and who not, and its versions."""
    found = _get_policy(policy_id)
    record_read(Entry(action=Action.POLICY_VIEW, object_type=ObjectType.POLICY, object_id=found.pk))
    current = in_force().filter(policy=found).first()
    dues = PolicyDue.objects.filter(policy_id=found.pk)
    page = page_of(request, User.objects.filter(pk__in=dues.values("person_id")), by="display_name")
    by_person = {due.person_id: due for due in dues.filter(person__in=page.rows)}
    versions = list(found.versions.select_related("written_by", "agreed_by").order_by("-number"))
    draft = next((one for one in versions if one.is_draft), None)
    shown = current or versions[0]
    context = {
        "policy": found,
        "shown": shown,
        "audience": audience_words(shown),
        "current": current,
        "versions": versions,
        "draft": draft,
        "page": page,
        "rows": [(person, by_person[person.pk]) for person in page.rows if person.pk in by_person],
    }
    return render(request, "people/policies/kept.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
def version(request: SignedIn, version_id: UUID) -> HttpResponse:
    """Any version whole, in the reader's language, with what it changes; a draft with what can be done."""
    found = get_version(version_id)
    record_read(Entry(action=Action.POLICY_VIEW, object_type=ObjectType.POLICY_VERSION, object_id=found.pk))
    former, name = former_of(found), f"text_{text_language()}"
    context = {
        "version": found,
        "audience": audience_words(found),
        "parts": parts_of(getattr(found, name)),
        "changes": changes(getattr(former, name), getattr(found, name)) if former else [],
        "waiting": services.waiting_for(found) if found.is_draft else None,
        "fingerprint": bytes(found.text_hash).hex(),
        "form": AskForm(),
    }
    return render(request, "people/policies/version.html", context)


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """The first draft of a new policy."""
    return _write(request, None, None)


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def draft(request: SignedIn, policy_id: UUID) -> HttpResponse:
    """The policy's next version: the draft there is, or one that begins as the version in force."""
    found = _get_policy(policy_id)
    return _write(request, found, found.versions.order_by("-number").first())


def _write(request: SignedIn, policy: Policy | None, before: PolicyVersion | None) -> HttpResponse:
    form = DraftForm(request.POST or None, before=before)
    if request.method == "POST" and form.is_valid():
        try:
            written = services.write(actor=request.user, policy=policy, draft=form.draft())
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Kept as a draft. It binds nobody before it is agreed to."))
            return redirect("people:policy_version", written.pk)
    return render(request, "people/policies/draft.html", {"form": form, "policy": policy, "before": before})


@requires(Permission.DUTY_MANAGE)
@require_POST
def ask(request: SignedIn, version_id: UUID) -> HttpResponse:
    """Ask that the draft come into force."""
    found, form = get_version(version_id), AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("people:policy_version", found.pk)
    try:
        asked = services.ask(actor=request.user, version=found, reason=form.cleaned_data["reason"])
    except services.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("people:policy_version", found.pk)
    messages.success(request, _("Asked for; another officer decides."))
    return redirect("people:approval", asked.pk)


@requires(Permission.DUTY_MANAGE)
@require_POST
def discard(request: SignedIn, version_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = get_version(version_id)
    try:
        services.discard(actor=request.user, version=found)
    except services.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("people:policy_version", found.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("people:policies")


def _get_policy(policy_id: UUID) -> Policy:
    found = Policy.objects.filter(pk=policy_id, versions__isnull=False).first()
    if found is None:
        raise Refused(ObjectType.POLICY, policy_id, Action.POLICY_VIEW)
    return found
