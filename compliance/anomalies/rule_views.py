"""The rules of the watch: how they do, their numbers, trying them on the past; mutes, and who leaves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.anomalies import access, changing, services
from compliance.anomalies.codes import Change
from compliance.anomalies.figures import records, trial_bars, trial_people
from compliance.anomalies.forms import LeavingForm, RuleForm, TryForm
from compliance.anomalies.models import Leaving, Mute, RuleVersion, Trial, WatchPlace
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from compliance.anomalies.settings import setting_of, settings_in_force
from compliance.review.names import names_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def watch(request: SignedIn) -> HttpResponse:
    """Every rule with its numbers and its false alarms; what is muted; who leaves."""
    _read("rules")
    counted = records()
    mutes = Mute.objects.filter(ended_at__isnull=True, until__gte=day_of(timezone.now()))
    shown = list(mutes.select_related("made_by").order_by("until", "pk"))
    names = names_of({one.person_id for one in shown})
    context = {
        "rows": [(one, counted.get(code)) for code, one in settings_in_force().items()],
        "mutes": [(one, RULES[one.rule], names.get(one.person_id, "")) for one in shown if one.rule in RULES],
        "leaving": Leaving.objects.filter(ended_at__isnull=True).select_related("person", "noted_by"),
        "leaving_form": LeavingForm(),
        "manages": has(request.user, Permission.WATCH_MANAGE),
        "place": WatchPlace.objects.first(),
    }
    return render(request, "compliance/anomalies/watch.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.LOG_READ)
@never_cache
def rule(request: SignedIn, code: str) -> HttpResponse:
    """One rule: its numbers, how they were, and the form that changes them."""
    found = access.get_rule(request.user, code, Action.WATCH_RULE)
    setting = setting_of(code)
    form = RuleForm(
        found, request.POST or None, now=setting.params, initial={"active": setting.active}, auto_id="rule-%s"
    )
    if request.method == "POST":
        answer = _change(request, code, form)
        if answer is not None:
            return answer
    else:
        _read(code)
    context = {
        "rule": found,
        "setting": setting,
        "form": form,
        "trying": TryForm(found, now=setting.params, auto_id="try-%s"),
        "record": records().get(code),
        "waiting": changing.waiting_change(code),
        "versions": _versions(code),
        "trials": Trial.objects.filter(rule=code).select_related("asked_by").order_by("-asked_at")[:5],
        "manages": has(request.user, Permission.WATCH_MANAGE),
    }
    return render(request, "compliance/anomalies/rule.html", context)


def _change(request: SignedIn, code: str, form: RuleForm) -> HttpResponse | None:
    """None where the form has to be shown again."""
    if not has(request.user, Permission.WATCH_MANAGE):
        access.refuse(Action.WATCH_RULE)
    if not form.is_valid():
        return None
    active, params = form.cleaned_data["active"], form.params()
    words = ""
    if changing.loosens(setting_of(code), active=active, params=params):
        try:
            words = form.words_of_request()
        except ValidationError as problem:
            form.add_error("words", problem)
            return None
    asked = changing.change_rule(
        actor=request.user,
        code=code,
        active=active,
        params=params,
        why=Change(form.cleaned_data["why"]),
        words=words,
    )
    if asked is None:
        messages.success(request, _("In force from now on."))
    else:
        messages.success(request, _("Asked for. The rule stays as it is until another officer has approved."))
    return redirect("compliance:watch_rule", code)


def _versions(code: str) -> list[tuple[RuleVersion, list[tuple[str, int]]]]:
    labels = {one.name: str(one.label) for one in RULES[code].parameters}
    found = RuleVersion.objects.filter(rule=code).select_related("made_by", "decided_by").order_by("-number")
    return [
        (one, [(labels[name], value) for name, value in one.params.items() if name in labels])
        for one in found[:20]
    ]


@require_POST
@requires(Permission.WATCH_MANAGE)
def try_rule(request: SignedIn, code: str) -> HttpResponse:
    """Orders a trial with these numbers; nothing is found and nothing changed by it."""
    found = access.get_rule(request.user, code, Action.WATCH_TRY)
    form = TryForm(found, request.POST, now=found.defaults)
    if not form.is_valid():
        messages.error(request, _("A number lies outside its bounds. Nothing was tried."))
        return redirect("compliance:watch_rule", code)
    trial = changing.try_rule(
        actor=request.user, code=code, params=form.params(), days=form.cleaned_data["days"]
    )
    return redirect("compliance:watch_trial", trial.pk)


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def trial(request: SignedIn, trial_id: UUID) -> HttpResponse:
    """What the rule would have found: by day and by person, without making a finding."""
    found = access.get_trial(request.user, trial_id)
    _read("trial")
    people = {UUID(hit[0]) for hit in found.hits if len(hit[0]) == 36}
    names = {str(pk): name for pk, name in names_of(people).items()}
    rule = RULES[found.rule]
    context = {
        "trial": found,
        "rule": rule,
        "numbers": [(one.label, found.params[one.name]) for one in rule.parameters],
        "bars": trial_bars(found),
        "people": [(_of(about, names), about, count) for about, count in trial_people(found)],
        "hits": [(_of(hit[0], names), *hit[1:]) for hit in reversed(found.hits)][:200],
    }
    return render(request, "compliance/anomalies/trial.html", context)


def _of(about: str, names: dict[str, str]) -> str:
    return _("The log") if about == "house" else names.get(about, about)


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def trial_progress(request: SignedIn, trial_id: UUID) -> HttpResponse:
    """The bar alone; at the end the page is loaded anew."""
    found = access.get_trial(request.user, trial_id)
    answer = render(request, "compliance/anomalies/_progress.html", {"trial": found})
    if not found.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@requires(Permission.WATCH_MANAGE)
def leaving(request: SignedIn) -> HttpResponse:
    """Note that somebody leaves."""
    form = LeavingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose who leaves. Nothing was recorded."))
        return redirect("compliance:watch")
    try:
        services.note_leaving(actor=request.user, person=form.cleaned_data["person"])
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:watch")


@require_POST
@requires(Permission.WATCH_MANAGE)
def staying(request: SignedIn, person_id: UUID) -> HttpResponse:
    """End the note."""
    services.end_leaving(actor=request.user, person_id=person_id)
    return redirect("compliance:watch")


def _read(what: str) -> None:
    record_read(
        Entry(
            action=Action.FINDING_LIST,
            object_type=ObjectType.WATCH_RULE,
            object_id=None,
            fields=(f"rule.{what}",),
        )
    )
