"""Where a provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0, 2.5 to
2.8)."""

from http import HTTPStatus

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit.actions import Reason
from audit.middleware import network_prefix
from audit.origin import Origin, acting_as, current_origin
from people.accounts.system import SYSTEM_ID
from people.oidc import linking
from people.oidc.backchannel import NotALogout, end_told
from people.oidc.providers import providers
from people.oidc.published import Unusable

FORM = "application/x-www-form-urlencoded"
MOST_A_MINUTE = 30  # tokens of one network that do not hold: each costs a signature to check, and an entry


@csrf_exempt  # no cookie counts here: see backchannel.py
@require_POST
def logout(request: HttpRequest, provider_code: str) -> HttpResponse:
    """200 once the sessions are gone, also where there were none; 400 for what is no logout token; 429 and
    503 when it is to be sent again."""
    provider = providers().get(provider_code)
    if provider is None:
        raise Http404
    missed = f"oidc-logout-missed:{network_prefix(request)}"
    cache.add(missed, 0, timeout=60)
    if cache.get(missed, 0) >= MOST_A_MINUTE:
        return _answer(HTTPStatus.TOO_MANY_REQUESTS)
    token = request.POST.get("logout_token", "") if request.content_type == FORM else ""
    origin = current_origin()
    try:
        with acting_as(Origin(actor=SYSTEM_ID, request=origin.request, network=origin.network)):
            end_told(provider, token)
    except NotALogout:
        _miss(missed)
        return _answer(HTTPStatus.BAD_REQUEST)
    except Unusable:
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer(HTTPStatus.OK)


def _miss(key: str) -> None:
    """By network, so that whoever floods stops no logout but what comes from beside them; honest ones are not
    counted, however many people go home at six."""
    try:
        times = cache.incr(key)
    except ValueError:  # the minute went by in between
        times = 1
    linking.refuse(None, Reason.FLOODED if times >= MOST_A_MINUTE else Reason.BAD_IDENTITY)


def _answer(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain; charset=utf-8")
