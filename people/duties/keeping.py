"""The officers' pages of the undertakings' texts: every kind with its versions, drafts, asking for force."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.duties import drafts
from people.duties.approval import again_words
from people.duties.forms import AskForm, NdaDraftForm
from people.duties.models import NdaDraft, NdaKind, NdaTemplate, NdaText
from people.duties.templates import in_force, parts, text_hash
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@requires(Permission.DUTY_MANAGE)
@require_GET
def texts(request: SignedIn) -> HttpResponse:
    """Each kind: the version in force, older ones, the draft."""
    versions = list(NdaTemplate.objects.select_related("agreed_by").order_by("kind", "-version"))
    written = {draft.kind: draft for draft in NdaDraft.objects.select_related("written_by")}
    kinds = [
        {
            "kind": kind,
            "current": in_force(kind),
            "versions": [one for one in versions if one.kind == kind],
            "draft": written.get(kind),
        }
        for kind in NdaKind
    ]
    return render(request, "people/duties/texts.html", {"kinds": kinds, "now": timezone.now()})


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def draft(request: SignedIn, kind: str) -> HttpResponse:
    """Write the next version of a kind: the draft there is, or one that begins as the version in force."""
    if kind not in NdaKind.values:
        raise Refused(ObjectType.NDA_TEMPLATE, None, Action.NDA_DRAFT)
    before: NdaText | None = NdaDraft.objects.filter(kind=kind).first() or in_force(kind)
    form = NdaDraftForm(request.POST or None, before=before)
    if request.method == "POST" and form.is_valid():
        try:
            written = drafts.write(actor=request.user, kind=NdaKind(kind), words=form.cleaned_data)
        except drafts.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Kept as a draft. It binds nobody before it is agreed to."))
            return redirect("people:nda_draft", written.pk)
    return render(request, "people/duties/write.html", {"form": form, "kind": NdaKind(kind)})


@requires(Permission.DUTY_MANAGE)
@require_GET
def shown_draft(request: SignedIn, draft_id: UUID) -> HttpResponse:
    """The draft as whoever signs it would see it, in both languages, and what can be done with it."""
    found = _get_draft(draft_id)
    context = _text(found) | {
        "draft": found,
        "again": again_words(found),
        "waiting": drafts.waiting_for(found),
        "form": AskForm(),
    }
    return render(request, "people/duties/text.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
def shown_version(request: SignedIn, template_id: UUID) -> HttpResponse:
    """A version whole, in both languages."""
    found = NdaTemplate.objects.select_related("written_by", "agreed_by").filter(pk=template_id).first()
    if found is None:
        raise Refused(ObjectType.NDA_TEMPLATE, template_id, Action.NDA_VIEW)
    record_read(Entry(action=Action.NDA_VIEW, object_type=ObjectType.NDA_TEMPLATE, object_id=found.pk))
    return render(request, "people/duties/text.html", _text(found) | {"template": found})


@requires(Permission.DUTY_MANAGE)
@require_POST
def ask(request: SignedIn, draft_id: UUID) -> HttpResponse:
    """Ask that the draft come into force."""
    found, form = _get_draft(draft_id), AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("people:nda_draft", found.pk)
    try:
        asked = drafts.ask(actor=request.user, draft=found, reason=form.cleaned_data["reason"])
    except drafts.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("people:nda_draft", found.pk)
    messages.success(request, _("Asked for; another officer decides."))
    return redirect("people:approval", asked.pk)


@requires(Permission.DUTY_MANAGE)
@require_POST
def discard(request: SignedIn, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = _get_draft(draft_id)
    try:
        drafts.discard(actor=request.user, draft=found)
    except drafts.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("people:nda_draft", found.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("people:nda_texts")


def _get_draft(draft_id: UUID) -> NdaDraft:
    found = NdaDraft.objects.select_related("written_by").filter(pk=draft_id).first()
    if found is None:
        raise Refused(ObjectType.NDA_TEMPLATE, draft_id, Action.NDA_VIEW)
    return found


def _text(text: NdaText) -> dict[str, object]:
    return {
        "text": text,
        "kind": NdaKind(text.kind),
        "languages": [
            ("zh-Hans", parts(text, "zh"), text.title_zh),
            ("en", parts(text, "en"), text.title_en),
        ],
        "fingerprint": text_hash(text).hex(),
    }
