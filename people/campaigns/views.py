from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.campaigns import services
from people.campaigns.forms import CampaignForm, JoinForm
from people.campaigns.models import Act, Campaign, CampaignReach
from people.charts import Bars, drawn
from people.posts.access import require_staff
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign with how far it reached: of its audience, as roles are now."""

    campaign: Campaign
    audience: int
    seen: int
    joined: int


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """Campaigns that are for this person, the newest first."""
    require_staff(request.user)
    found = list(services.meant_for(request.user)[:MOST])
    seen = set(CampaignReach.objects.filter(person=request.user).values_list("campaign_id", flat=True))
    context = {"rows": [(one, one.pk in seen) for one in found]}
    return render(request, "people/campaigns/mine.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def campaign(request: SignedIn, campaign_id: UUID) -> HttpResponse:
    """Reading it, which counts; and taking part."""
    found = services.meant_for(request.user).filter(pk=campaign_id).first()
    if found is None:
        raise Refused(ObjectType.CAMPAIGN, campaign_id, Action.CAMPAIGN_VIEW)
    services.see(actor=request.user, campaign=found)
    took_part = CampaignReach.objects.filter(campaign=found, person=request.user, act=Act.JOINED).exists()
    form = JoinForm(request.POST or None) if found.is_joined and found.is_running and not took_part else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.join(actor=request.user, campaign=found, word=form.cleaned_data["word"])
        except services.NotPossible as problem:
            form.add_error("word", str(problem))
        else:
            messages.success(request, _("Noted: you took part."))
            return redirect("people:campaign", found.pk)
    context = {"campaign": found, "form": form, "took_part": took_part}
    return render(request, "people/campaigns/campaign.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
def campaigns(request: SignedIn) -> HttpResponse:
    """All of them, and whom they reached."""
    rows = Campaign.objects.annotate(
        seen=Count("reach", filter=Q(reach__act=Act.SEEN)),
        joined=Count("reach", filter=Q(reach__act=Act.JOINED)),
    )
    lines = [
        Line(one, services.audience(one).count(), one.seen, one.joined)
        for one in rows.order_by("-starts_on", "pk")[:MOST]
    ]
    context = {"lines": lines, "bars": _bars(lines) if lines else None}
    return render(request, "people/campaigns/campaigns.html", context)


def _bars(lines: list[Line]) -> Bars:
    values = [
        (
            _("%(title)s: read by %(seen)s of %(audience)s")
            % {"title": line.campaign.title, "seen": line.seen, "audience": line.audience},
            line.audience,
            max(0, line.audience - line.seen),
        )
        for line in reversed(lines)
    ]
    ends = [line.campaign.starts_on.isoformat() for line in (lines[-1], lines[0])]
    return drawn(values, first=ends[0], last=ends[1])


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.make(actor=request.user, wanted=form.wanted())
        messages.success(request, _("Made. It is shown from its first day on."))
        return redirect("people:campaigns")
    return render(request, "people/campaigns/new.html", {"form": form})
