"""The officer's pages: what each grade asks for, and how much a role is shown in a day."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people.roles.access import requires
from people.roles.models import Role
from people.roles.permissions import Permission
from people.stepup import confirm_first, recently_confirmed
from vault.masking.grades import STRENGTH_OF, Grade
from vault.records.errors import NotPossible
from vault.records.grading.declared import DECLARED
from vault.records.grading.effects import clients_of, effects_of, out_of_order
from vault.records.grading.forms import LimitForm, RuleForm
from vault.records.grading.policy import set_limit, set_rule
from vault.records.grading.rules import rules
from vault.records.labels import FIELD_LABELS
from vault.records.reveals.limits import limits
from vault.records.views import person

BAD = 422


@require_GET
@requires(Permission.GRADE_MANAGE)
def grades(request: HttpRequest) -> HttpResponse:
    """What each grade asks for, the fields that have it, and the daily limits."""
    by_grade: dict[Grade, list[str]] = {grade: [] for grade in Grade}
    for field, (grade, _why) in DECLARED.items():
        by_grade[grade].append(str(FIELD_LABELS[field]))
    rows = [(grade, rule, STRENGTH_OF[grade].name, by_grade[grade]) for grade, rule in rules().items()]
    known = {role.code: role for role in Role.objects.all()}
    roles = [(known[code], limit) for code, limit in limits().items()]
    return render(request, "vault/grading/policy.html", {"rows": rows, "roles": roles})


@require_http_methods(["GET", "POST"])
@requires(Permission.GRADE_MANAGE)
def grade(request: HttpRequest, number: int) -> HttpResponseBase:
    """One grade's rule: first shown what a change would do, then set."""
    chosen = _grade(number)
    form = RuleForm(request.POST or None, grade=chosen, initial=asdict(rules()[chosen]))
    if request.method != "POST" or not form.is_valid():
        return _rule_page(request, chosen, form)
    if out_of_order(chosen, form.rule):
        form.add_error(None, _("A higher grade asks for at least as much as a lower one, in every point."))
        return _rule_page(request, chosen, form)
    if "confirm" not in request.POST:
        return _rule_page(request, chosen, form, preview=True)
    return _set_rule(request, chosen, form) if recently_confirmed(request) else confirm_first(request)


def _set_rule(request: HttpRequest, chosen: Grade, form: RuleForm) -> HttpResponse:
    set_rule(actor=person(request), grade=chosen, rule=form.rule)
    messages.success(request, _("The rule is in force from the next request on."))
    return redirect("vault:grades")


def _rule_page(request: HttpRequest, chosen: Grade, form: RuleForm, *, preview: bool = False) -> HttpResponse:
    context: dict[str, object] = {"grade": chosen, "form": form, "preview": preview}
    if preview:
        context |= {
            "rule": form.rule,
            "clients": clients_of(chosen),
            "effects": effects_of(chosen, form.rule),
        }
    bad = form.is_bound and not preview
    return render(request, "vault/grading/rule.html", context, status=BAD if bad else 200)


@require_http_methods(["GET", "POST"])
@requires(Permission.GRADE_MANAGE)
def limit(request: HttpRequest, code: str) -> HttpResponse:
    """How much one role is shown in a day."""
    role = Role.objects.filter(pk=code).first()
    now = limits().get(code)
    if role is None or now is None:
        raise Http404
    form = LimitForm(request.POST or None, initial={"per_day": now})
    if request.method == "POST" and form.is_valid():
        try:
            set_limit(actor=person(request), role=role, per_day=form.cleaned_data["per_day"])
        except NotPossible as refused:
            form.add_error("per_day", str(refused.message))
        else:
            messages.success(request, _("The limit is in force from the next request on."))
            return redirect("vault:grades")
    context = {"role": role, "form": form}
    return render(request, "vault/grading/limit.html", context, status=BAD if form.is_bound else 200)


def _grade(number: int) -> Grade:
    try:
        return Grade(number)
    except ValueError:
        raise Http404 from None
