"""The board of deals, and a deal's own page."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from deals.errors import NotPossible
from deals.life import life_of
from deals.pipeline import services
from deals.pipeline.access import get_deal, get_led_deal, leads, which_deals
from deals.pipeline.forms import FilterForm, MemberForm, OpenDealForm, StageForm, TargetForm
from deals.pipeline.models import Deal, DealType, Stage
from deals.pipeline.stages import pending_move, request_stage
from deals.rooms.naming import names_open
from deals.rooms.services import set_target_name
from people.locks.models import Lock
from people.locks.standing import lock_of_deal, locked_deals
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@require_GET
@requires(Permission.ROOM_MANAGE)
def deals(request: SignedIn) -> HttpResponse:
    """The board: how many deals stand at each stage; and the deals, newest first."""
    found = which_deals(request.user)
    counts = dict(found.values_list("stage").annotate(count=Count("id")).order_by())
    form = FilterForm(request.GET)
    stage = form.cleaned_data["stage"] if form.is_valid() else None
    shown = found.filter(stage=stage) if stage else found
    page = page_of(request, shown, by="-created_at")
    context = {
        "board": [(stage_, counts.get(stage_, 0)) for stage_ in Stage],
        "stage": stage,
        "page": page,
        "locked": locked_deals([row.pk for row in page.rows]),
        "may_open": has(request.user, Permission.DEAL_CREATE),
    }
    return render(request, "deals/pipeline/deals.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.DEAL_CREATE)
def deal_new(request: SignedIn) -> HttpResponse:
    form = OpenDealForm(request.POST or None, initial={"lead": request.user})
    if request.method == "POST" and form.is_valid():
        try:
            deal = services.open_deal(
                actor=request.user,
                code_name=form.cleaned_data["code_name"],
                deal_type=DealType(form.cleaned_data["deal_type"]),
                lead=form.cleaned_data["lead"],
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The deal and its room are open."))
            return redirect("deals:deal", deal.pk)
    return render(request, "deals/pipeline/deal_new.html", {"form": form})


@require_GET
@requires(Permission.ROOM_MANAGE)
@never_cache
def deal(request: SignedIn, deal_id: UUID) -> HttpResponse:
    found = get_deal(request.user, deal_id)
    lock = lock_of_deal(deal_id)
    if lock is not None:
        return _locked(request, found, lock)
    with names_open(found.room, Action.DEAL_VIEW, ObjectType.DEAL, deal_id):
        target = found.room.target_name
    leading = leads(request.user, found)
    context = {
        "deal": found,
        "target": target,
        "leading": leading,
        "members": found.members.select_related("user").order_by("added_at", "pk"),
        "pending": pending_move(found),
        "steps": [_step(found.stage, stage) for stage in Stage],
        "stage_form": StageForm(initial={"stage": min(found.stage + 1, Stage.RETENTION)}),
        "member_form": MemberForm(deal=found),
        "target_form": TargetForm(initial={"name": target}),
        "life": life_of(deal=deal_id, called={found.pk: found.code_name, found.room.pk: found.code_name}),
    }
    return render(request, "deals/pipeline/deal.html", context)


def _locked(request: SignedIn, found: Deal, lock: Lock) -> HttpResponse:
    """That it is locked and since when: nothing of the room is opened."""
    record_read(
        Entry(action=Action.DEAL_VIEW, object_type=ObjectType.DEAL, object_id=found.pk, deal=found.pk)
    )
    context = {"deal": found, "lock": lock, "leading": leads(request.user, found)}
    return render(request, "deals/pipeline/locked.html", context)


@require_POST
@requires(Permission.DEAL_LEAD)
def stage(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """Ask for a move; a second person decides."""
    get_led_deal(request.user, deal_id, Action.DEAL_STAGE)
    form = StageForm(request.POST)
    if not form.is_valid():
        return _back(request, deal_id, problem=_problems(form))
    try:
        request_stage(actor=request.user, deal_id=deal_id, **form.cleaned_data)
    except (NotPossible, ValidationError) as problem:
        return _back(request, deal_id, problem=" ".join(getattr(problem, "messages", [str(problem)])))
    return _back(request, deal_id, done=_("Asked for; a second person decides."))


@require_POST
@requires(Permission.DEAL_LEAD)
def members(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """Put somebody on the deal, or take them off."""
    found = get_led_deal(request.user, deal_id, Action.DEAL_MEMBER_ADD)
    try:
        if "remove" in request.POST:
            services.remove_member(actor=request.user, deal_id=deal_id, user_id=_uuid(request.POST["remove"]))
            return _back(request, deal_id, done=_("Taken off the deal."))
        form = MemberForm(request.POST, deal=found)
        if not form.is_valid():
            return _back(request, deal_id, problem=_problems(form))
        services.add_member(actor=request.user, deal_id=deal_id, user=form.cleaned_data["user"])
    except NotPossible as problem:
        return _back(request, deal_id, problem=str(problem))
    return _back(request, deal_id, done=_("Put on the deal."))


@require_POST
@requires(Permission.ROOM_MANAGE)
def target(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """What the company is called; sealed in the room."""
    get_deal(request.user, deal_id, Action.ROOM_CHANGE)
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _back(request, deal_id, problem=_problems(form))
    try:
        set_target_name(actor=request.user, deal_id=deal_id, name=form.cleaned_data["name"])
    except NotPossible as problem:
        return _back(request, deal_id, problem=str(problem))
    return _back(request, deal_id, done=_("Sealed in the room."))


def _step(current: int, stage_: Stage) -> dict[str, object]:
    state = "current" if stage_ == current else "done" if stage_ < current else "todo"
    return {"label": stage_.label, "state": state}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotPossible(_("Choose a person.")) from None


def _problems(form: FilterForm | MemberForm | StageForm | TargetForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _back(request: SignedIn, deal_id: UUID, *, done: str = "", problem: str = "") -> HttpResponse:
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, done)
    return redirect("deals:deal", deal_id)
