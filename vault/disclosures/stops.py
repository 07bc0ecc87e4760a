"""Where a reveal stops for an officer: the page that says how far the counts are and whom to ask."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from vault.disclosures.categories import adding_code
from vault.disclosures.counting import OfficerNeeded

View = Callable[..., HttpResponseBase]


def stops_for_officer(view: View) -> View:
    """Decorates the view that reveals: past the marks it leads to the page that asks for an officer."""

    @wraps(view)
    def stopped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except OfficerNeeded as needed:
            asked = {"purpose": needed.purpose, "adding": adding_code(needed.adding)}
            record_refusal(
                Entry(
                    action=Action.CLIENT_REVEAL,
                    object_type=ObjectType.CLIENT,
                    object_id=needed.client_id,
                    purpose=needed.purpose,
                    reason=Reason.OFFICER_NEEDED.value,
                )
            )
        address = f"{reverse('vault:count_review')}?{urlencode(asked)}"
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponse(status=303, headers={"Location": address})

    return stopped
