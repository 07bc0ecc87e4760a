"""Forms of outside audits. A field that is not named here is not taken in, whatever is sent."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.audits.codes import Basis
from compliance.audits.followup import SEVERITIES
from compliance.audits.forms import CHOOSE
from compliance.outside.codes import Area, Method, actions_of, part_of
from compliance.outside.models import MAX_FIRM, OutsideAudit
from compliance.outside.planning import Auditor, Engagement
from compliance.review.forms import AREAS
from compliance.words import LIMIT
from deals.pipeline.models import Deal
from people.accounts.models import Kind, User
from people.approvals.forms import ReasonField
from people.uploads import ScannedField

_LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **more)


def _words(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 4}), **more)


class AuditorForm(forms.Form):
    """Who sits."""

    name = forms.CharField(label=pgettext_lazy("auditor", "Name"), max_length=80)
    email = forms.EmailField(label=pgettext_lazy("auditor", "E-mail at their firm"))
    language = forms.ChoiceField(label=_("Language"), choices=_LANGUAGES)

    def auditor(self) -> Auditor:
        return Auditor(**{name: self.cleaned_data[name] for name in ("name", "email", "language")})


class PlanForm(AuditorForm):
    field_order = ["firm", "firm_code", "basis", "method", "areas", "deals"]

    name = forms.CharField(label=_("Auditor in charge: name"), max_length=80)
    email = forms.EmailField(label=_("Auditor in charge: e-mail at their firm"))
    firm = forms.CharField(label=_("Audit firm"), max_length=MAX_FIRM)
    firm_code = forms.CharField(
        label=_("Its unified social credit code"),
        max_length=18,
        help_text=_("By it the turns of a firm are counted: at most two audits running."),
    )
    basis = forms.ChoiceField(label=pgettext_lazy("audit", "On what ground"), choices=Basis.choices)
    method = forms.ChoiceField(label=pgettext_lazy("outside audit", "How"), choices=Method.choices)
    areas = forms.MultipleChoiceField(
        label=pgettext_lazy("outside audit", "What they may look at"),
        choices=Area.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    deals = forms.ModelMultipleChoiceField(
        label=_("Only these deals"),
        queryset=Deal.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the whole house."),
    )
    period_from = _day(_("Period looked at, from"))
    period_to = _day(_("Period looked at, to"))
    opens_at = _moment(_("Seats open"))
    ends_at = _moment(_("Seats close by themselves"), help_text=_("Within three months."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelMultipleChoiceField[Any]", self.fields["deals"])
        choice.queryset = Deal.objects.order_by("code_name")
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["period_from"].initial = now.date() - timedelta(days=365)
        self.fields["period_to"].initial = now.date()
        self.fields["opens_at"].initial = now
        self.fields["ends_at"].initial = now + timedelta(days=14)

    def engagement(self) -> Engagement:
        asked = self.cleaned_data
        own = ("firm", "firm_code", "period_from", "period_to", "opens_at", "ends_at")
        return Engagement(
            basis=Basis(asked["basis"]),
            method=Method(asked["method"]),
            areas=tuple(asked["areas"]),
            deals=tuple(asked["deals"]),
            lead=self.auditor(),
            **{name: asked[name] for name in own},
        )


class AskForm(forms.Form):
    reason = ReasonField()


class RequestForm(forms.Form):
    words = _words(pgettext_lazy("outside audit", "What you need to see"))
    due = _day(pgettext_lazy("outside audit", "By"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].initial = timezone.localdate() + timedelta(days=5)


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("outside audit", "Who answers it"),
        queryset=User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("display_name", "pk"),
        empty_label=CHOOSE,
    )


class AnswerForm(forms.Form):
    words = _words(
        pgettext_lazy("outside audit", "Answer"),
        required=False,
        help_text=_("Auditors see masks only: name no client, leave numbers and addresses out."),
    )
    file = ScannedField(
        label=pgettext_lazy("outside audit", "File"),
        required=False,
        help_text=_("PDF or picture, masked. A PDF with a number of somebody in its text is not taken."),
    )
    extracts = forms.MultipleChoiceField(
        label=_("Extracts that the product makes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, audit: OutsideAudit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.MultipleChoiceField", self.fields["extracts"])
        choice.choices = [(area, Area(area).label) for area in audit.areas]


class ReturnForm(forms.Form):
    why = _words(pgettext_lazy("outside audit", "What is still missing"))


class ReportForm(forms.Form):
    file = ScannedField(label=pgettext_lazy("outside audit", "Report (PDF)"))


class RecommendForm(forms.Form):
    severity = forms.ChoiceField(
        label=pgettext_lazy("outside audit", "How grave"),
        choices=[(one.value, one.label) for one in SEVERITIES],
    )
    words = _words(pgettext_lazy("outside audit", "Recommendation"))


class LogForm(forms.Form):
    """What of the scope to show; nothing that is typed here widens it."""

    part = forms.ChoiceField(label=pgettext_lazy("outside audit", "About"), required=False)
    deal = forms.UUIDField(label=_("Deal"), required=False)
    since = _day(_("From"), required=False)
    until = _day(_("To"), required=False)

    def __init__(self, *args: Any, audit: OutsideAudit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = sorted({part_of(action) for action in actions_of(audit.areas)})
        choice = cast("forms.ChoiceField", self.fields["part"])
        choice.choices = [("", _("Everything")), *((part, AREAS[part]) for part in parts)]
        deals = Deal.objects.order_by("code_name")
        deals = deals.filter(pk__in=audit.deals) if audit.deals else deals
        self.fields["deal"].widget = forms.Select(
            choices=[("", _("Every deal")), *deals.values_list("pk", "code_name")]
        )
