from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.charts import Bars, drawn
from people.headcount import services
from people.headcount.models import REACHED_AT, Crossing, HeadCount, Mark
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission

SHOWN = 60  # days of the chart


class FilingForm(forms.Form):
    """What the authority's receipt says."""

    done_on = forms.DateField(
        label=gettext_lazy("Filed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    number = forms.RegexField(
        r"^[0-9A-Za-z\u4e00-\u9fff()（）〔〕\[\]/_.-]{3,60}\Z", label=pgettext_lazy("filing", "Number")
    )


@dataclass(frozen=True, slots=True)
class Meter:
    """How far the house is from one number of the law."""

    label: str
    count: int
    mark: int
    crossing: Crossing | None

    @property
    def percent(self) -> int:
        return min(100, self.count * 100 // self.mark)


@requires(Permission.DUTY_MANAGE)
@require_GET
def headcount(request: SignedIn) -> HttpResponse:
    """The newest count, the marks, and how it went. Two queries: nothing is counted here."""
    since = timezone.localdate() - timedelta(days=SHOWN)
    days = list(HeadCount.objects.filter(day__gte=since).order_by("day"))
    newest = days[-1] if days else None
    crossings = {one.mark: one for one in Crossing.objects.select_related("recorded_by")}
    counts = {
        Mark.FILING: newest.people if newest else 0,
        Mark.SENSITIVE: newest.sensitive if newest else 0,
    }
    meters = [
        Meter(str(mark.label), counts[mark], REACHED_AT[mark], crossings.get(mark.value)) for mark in Mark
    ]
    context = {"newest": newest, "meters": meters, "bars": _bars(days) if len(days) > 1 else None}
    return render(request, "people/headcount/headcount.html", context)


def _bars(days: list[HeadCount]) -> Bars:
    values = [
        (
            _("%(day)s: %(people)s people, %(sensitive)s with sensitive data")
            % {"day": one.day.isoformat(), "people": one.people, "sensitive": one.sensitive},
            one.people,
            0,
        )
        for one in days
    ]
    return drawn(values, first=days[0].day.isoformat(), last=days[-1].day.isoformat())


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def filing(request: SignedIn, crossing_id: UUID) -> HttpResponse:
    """Recording the day and the number of what was done."""
    found = Crossing.objects.filter(pk=crossing_id, done_on__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.HEADCOUNT, crossing_id, Action.HEADCOUNT_FILED)
    form = FilingForm(request.POST or None, initial={"done_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_filing(actor=request.user, crossing_id=found.pk, **form.cleaned_data)
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Recorded."))
            return redirect("people:headcount")
    return render(request, "people/headcount/filing.html", {"form": form, "crossing": found})
