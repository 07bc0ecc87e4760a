"""Reviews of access: the quarters, one quarter's accesses, one access."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.accessreviews import access
from compliance.accessreviews.codes import State
from compliance.accessreviews.deciding import NotPossible, keep, revoke
from compliance.accessreviews.forms import DecideForm
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.accessreviews.opening import open_review, quarter_of
from compliance.accessreviews.showing import lines, shares, with_counts
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.effects import effects_of_taking
from people.roles.models import RoleGrant
from people.roles.permissions import Permission
from people.stepup import step_up_required

DECISIONS = {"keep": keep, "revoke": revoke}
SHOWN = {
    "all": (),
    "unused": (State.WAITING,),
    "waiting": (State.WAITING,),
    "kept": (State.KEPT,),
    "ended": (State.REVOKED, State.EXPIRED, State.GONE),
    "held": (State.HELD,),
}


@login_required
@require_GET
def reviews(request: SignedIn) -> HttpResponse:
    found = access.which_reviews(request.user)
    if not access.reads_all(request.user) and not found.exists():
        raise Refused(ObjectType.ACCESS_REVIEW, None, Action.PAGE_VIEW)
    page = page_of(request, with_counts(found), by="-opened_at")
    context = {
        "page": page,
        "rows": [(review, shares(review)) for review in page.rows],
        "may_open": _may_open(request),
    }
    return render(request, "compliance/accessreviews/list.html", context)


def _may_open(request: SignedIn) -> bool:
    this_quarter = AccessReview.objects.filter(quarter=quarter_of(timezone.localdate()))
    return has(request.user, Permission.APPROVAL_DECIDE) and not this_quarter.exists()


@requires(Permission.APPROVAL_DECIDE)
@require_POST
def open_now(request: SignedIn) -> HttpResponse:
    """Before the clock does."""
    review = open_review(actor=request.user)
    if review is None:
        messages.info(request, _("This quarter's review was opened already."))
        return redirect("compliance:access_reviews")
    return redirect("compliance:access_review", review.pk)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: SignedIn, review_id: UUID) -> HttpResponseBase:
    """GET: the accesses, and a form for several at once. POST: decide about those that are ticked."""
    shown = access.get_review(request.user, review_id)
    if request.method == "POST":
        return _decide_about_several(request, review_id=shown.pk)
    counted = with_counts(AccessReview.objects.filter(pk=shown.pk)).get()
    show = request.GET.get("show", "")
    show = show if show in SHOWN or show == "mine" else "all"
    page = page_of(request, _shown(request, shown, show), by="id")
    mine = set(
        access.decidable(request.user)
        .filter(pk__in=[row.pk for row in page.rows])
        .values_list("pk", flat=True)
    )
    context = {
        "review": counted,
        "shares": shares(counted),
        "page": page,
        "lines": lines(page.rows, mine),
        "decides": bool(mine),
        "show": show,
        "form": DecideForm(),
    }
    return render(request, "compliance/accessreviews/review.html", context)


def _shown(request: SignedIn, review: AccessReview, show: str) -> QuerySet[ReviewedAccess]:
    found = access.which_items(request.user).filter(review=review)
    if show == "mine":
        return found.filter(pk__in=access.decidable(request.user).filter(review=review).values("pk"))
    if SHOWN[show]:
        found = found.filter(state__in=SHOWN[show])
    return found.filter(last_used__isnull=True) if show == "unused" else found


@step_up_required
def _decide_about_several(request: SignedIn, *, review_id: UUID) -> HttpResponse:
    """Each in a transaction of its own: one that cannot be decided like that holds up no other."""
    decide = DECISIONS.get(request.POST.get("decision", ""))
    done, problems = 0, set()
    for item in _ticked(request, review_id) if decide is not None else []:
        assert decide is not None
        try:
            decide(actor=request.user, item_id=item, reason=request.POST.get("reason", ""))
            done += 1
        except (NotPossible, ValidationError) as problem:
            problems.add(_words(problem))
    if done:
        messages.success(
            request, ngettext("%(n)s access decided.", "%(n)s accesses decided.", done) % {"n": done}
        )
    elif not problems:
        messages.warning(request, _("Nothing was decided: tick the accesses that you mean."))
    for words in sorted(problems):
        messages.error(request, words)
    return redirect("compliance:access_review", review_id)


def _ticked(request: SignedIn, review_id: UUID) -> list[UUID]:
    """Those of this review that the viewer may decide about: a made-up id is passed over, like one that
    somebody else decided meanwhile."""
    wanted = []
    for typed in request.POST.getlist("item"):
        try:
            wanted.append(UUID(typed))
        except ValueError:
            continue
    found = access.decidable(request.user).filter(review=review_id, pk__in=wanted)
    return list(found.order_by("pk").values_list("pk", flat=True))


@login_required
@require_http_methods(["GET", "POST"])
def item(request: SignedIn, item_id: UUID) -> HttpResponseBase:
    """GET: one access, what ends with it, how it was decided before. POST: decide."""
    found = access.get_item(request.user, item_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        return _decide_about_one(request, found, form)
    return _item_page(request, found, form)


@step_up_required
def _decide_about_one(request: SignedIn, found: ReviewedAccess, form: DecideForm) -> HttpResponse:
    decide = DECISIONS.get(request.POST.get("decision", ""))
    if decide is None or not form.is_valid():
        return _item_page(request, found, form)
    try:
        decided = decide(actor=request.user, item_id=found.pk, reason=form.cleaned_data["reason"])
    except NotPossible as problem:
        form.add_error("reason", str(problem))
        return _item_page(request, found, form)
    except ValidationError as problem:
        form.add_error("reason", problem)
        return _item_page(request, found, form)
    messages.success(request, str(State(decided.state).label))
    return redirect("compliance:access_review", found.review_id)


def _item_page(request: SignedIn, found: ReviewedAccess, form: DecideForm) -> HttpResponse:
    decides = access.decidable(request.user).filter(pk=found.pk).exists()
    earlier = access.which_items(request.user).filter(
        kind=found.kind, thing=found.thing, person=found.person, review__opened_at__lt=found.review.opened_at
    )
    context: dict[str, Any] = {
        "line": lines([found], {found.pk} if decides else set())[0],
        "form": form,
        "earlier": earlier.order_by("-review__opened_at")[:8],
    }
    if found.kind == "role" and found.waits:
        context["effects"] = effects_of_taking(RoleGrant.objects.get(pk=found.thing))
    return render(request, "compliance/accessreviews/item.html", context)


def _words(problem: NotPossible | ValidationError) -> str:
    return " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
