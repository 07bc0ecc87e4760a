"""Asking the questionnaire, answering it in the firm's place, its result; and the questions themselves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.registry import CannotCarryOut
from people.partners import assessing, questionnaires
from people.partners.access import OFFICER, SEEING, get_assessment, get_partner
from people.partners.assessing import Given
from people.partners.entries import log_read
from people.partners.errors import NotNow
from people.partners.forms import AskForm, PaperForm, QuestionsForm, ReasonForm
from people.partners.records import Assessment, PartnerLink
from people.partners.scoring import Answer
from people.requests import SignedIn
from people.roles.access import requires
from people.uploads import LIMIT, in_memory_uploads


@requires(*SEEING)
@require_POST
def partner_ask(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """A new paper: by a link to the contact, or answered here."""
    found, form = get_partner(request.user, partner_id, Action.PARTNER_ASK), AskForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say who answers."))
        return redirect("people:partner", found.pk)
    by_firm = form.cleaned_data["by_firm"] == "yes"
    try:
        made = assessing.ask(actor=request.user, partner_id=found.pk, by_firm=by_firm)
    except NotNow as problem:
        messages.warning(request, str(problem))
        return redirect("people:partner", found.pk)
    if by_firm:
        messages.success(request, _("The link is on its way to the firm's contact. It works for 14 days."))
        return redirect("people:partner", found.pk)
    return redirect("people:partner_assessment", made.pk)


@in_memory_uploads
@requires(*SEEING)
@require_http_methods(["GET", "POST"])
@never_cache
def partner_assessment(request: SignedIn, assessment_id: UUID) -> HttpResponse:
    """A paper: open and ours to answer, open and the firm's, or handed in with its result."""
    found = get_assessment(request.user, assessment_id)
    if found.is_open and not found.by_firm:
        form = PaperForm(request.POST or None, request.FILES or None, assessment=found)
        if request.method == "POST" and answered(request.POST.get("act", ""), form, found, by=request.user):
            return redirect("people:partner_assessment", found.pk)
        return render(request, "people/partners/paper.html", {"assessment": found, "form": form})
    if request.method == "POST":
        raise Refused(ObjectType.PARTNER, found.partner_id, Action.PARTNER_HAND_IN)
    log_read(Action.PARTNER_VIEW, found.partner_id)
    answers = {one.question_id: one for one in found.answers.all()}
    evidence: dict[UUID, list[UUID]] = {}
    for one in found.evidence.all():
        evidence.setdefault(one.question_id, []).append(one.file_id)
    context = {
        "assessment": found,
        "may_take": found.passed and not found.taken_at and found.handed_in_by_id != request.user.pk,
        "rows": [
            (question, answers.get(question.pk), evidence.get(question.pk, []))
            for question in found.questionnaire.questions.order_by("position")
        ],
    }
    return render(request, "people/partners/assessment.html", context)


@requires(*SEEING)
@require_POST
def partner_take(request: SignedIn, assessment_id: UUID) -> HttpResponse:
    """Takes the result of a paper that passed."""
    found = get_assessment(request.user, assessment_id, Action.PARTNER_TAKE)
    try:
        assessing.take(actor=request.user, assessment=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Taken: the firm has passed."))
    return redirect("people:partner_assessment", found.pk)


def answered(
    act: str, form: PaperForm, found: Assessment, *, by: User | None, link: PartnerLink | None = None
) -> bool:
    """Keeps what was answered, and hands it in where `act` says so; False where the form says why not."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    given = [
        Given(one.pk, Answer(data[f"a-{one.position}"]), data[f"n-{one.position}"])
        for one in form.questions
        if data[f"a-{one.position}"]
    ]
    try:
        assessing.keep_answers(assessment=found, given=given)
        place = form.place()
        if data["evidence"] and place is not None:
            assessing.add_evidence(
                assessment=found, question=place.pk, data=data["evidence"].read(LIMIT), by=by
            )
        if act == "hand_in":
            assessing.hand_in(assessment=found, by=by, link=link)
    except NotNow as problem:
        form.add_error(None, str(problem))
        return False
    return True


@requires(OFFICER)
@require_http_methods(["GET", "POST"])
def partner_questions(request: SignedIn) -> HttpResponse:
    """The questions in force, or a draft of the next version; POST writes the draft."""
    draft = questionnaires.draft()
    source = draft or questionnaires.questionnaire_in_force()
    form = QuestionsForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            questionnaires.write_draft(
                actor=request.user,
                threshold=form.cleaned_data["threshold"],
                weighing=form.weighing(),
                added=form.added(),
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The draft is kept. It asks nobody before another officer agrees."))
            return redirect("people:partner_questions")
    context = {
        "source": source,
        "draft": draft,
        "waiting": questionnaires.waiting_for(draft) if draft else None,
        "form": form,
        "reason_form": ReasonForm(),
    }
    return render(request, "people/partners/questions.html", context)


@requires(OFFICER)
@require_POST
def partner_questions_ask(request: SignedIn) -> HttpResponse:
    """Asks another officer to bring the draft into force."""
    try:
        questionnaires.ask_force(actor=request.user, reason=request.POST.get("reason", ""))
    except (NotNow, CannotCarryOut) as problem:
        messages.warning(request, str(problem) or _("That is no longer possible."))
    except ValidationError as problem:
        messages.warning(request, problem.messages[0])
    else:
        messages.success(request, _("Asked. Another officer decides."))
    return redirect("people:partner_questions")
