"""The house with one page more, which takes a member off a deal: with a gate, or careless in some way."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from config import urls
from deals.models import DealMember

CARELESS = {
    "takes": "it wrote",
    "tells": "it told",
    "differs": "404 for the id of nothing became 409",
    "breaks": "500",
}


def members(request: HttpRequest, deal_id: UUID, how: str) -> HttpResponse:
    rows = DealMember.objects.filter(deal=deal_id)
    if request.method != "POST":
        offered = "".join(f'<input type="radio" name="member" value="{row.user_id}">' for row in rows)
        return HttpResponse(f'<form method="post">{offered}</form>')
    anybody = DealMember.objects.filter(user=request.POST["member"])
    found = anybody.filter(deal=deal_id)
    if not found and how in CARELESS:
        return _careless(how, anybody.select_related("deal").first())
    if not found.delete()[0]:
        raise Http404
    return HttpResponse()


def _careless(how: str, somebody: DealMember | None) -> HttpResponse:
    if how == "tells":
        return HttpResponse(somebody.deal.code_name if somebody else "", status=422)
    if somebody is None:
        raise Http404
    if how == "breaks":
        raise RuntimeError
    if how == "takes":
        somebody.delete()
    return HttpResponse(status=409 if how == "differs" else 404)


urlpatterns = [*urls.urlpatterns, path("members/<uuid:deal_id>/<slug:how>/", members, name="members")]
