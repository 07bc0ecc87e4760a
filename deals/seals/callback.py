"""Where the certificate authority's answers come in. It has no session: the secret stands in for one."""

import base64
import binascii
import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit.actions import Action, ObjectType
from audit.origin import Origin, acting_as, current_origin
from audit.refusals import Refused
from deals.seals.ca import envelopes, provider
from deals.seals.ca.envelopes import Answer
from people.accounts.system import SYSTEM_ID

LONGEST = 24 * 1024**2  # bytes of a body


@csrf_exempt  # no browser's cookie lets anything in here: the signature over the whole body does
@require_POST
@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    """200 with what became of it: {"state": "bound"} or {"state": "refused", "trouble": …}; 503 where the
    revocation lists cannot be fetched, to be sent again. Whatever is not genuine is answered as an address
    that does not exist."""
    body = request.read(LONGEST + 1)
    stamp, signature = request.headers.get(provider.STAMP, ""), request.headers.get(provider.SIGNATURE, "")
    if len(body) > LONGEST or not provider.is_genuine(body, stamp, signature):
        raise _refused()
    origin = current_origin()
    with acting_as(Origin(actor=SYSTEM_ID, request=origin.request, network=origin.network)):
        try:
            envelope = envelopes.take_answer(_said(body))
        except provider.NotHanded:
            return JsonResponse({"state": "later"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if envelope.trouble:
        return JsonResponse({"state": "refused", "trouble": envelope.trouble})
    return JsonResponse({"state": "bound"})


def _said(body: bytes) -> Answer:
    """Raises Refused for what is no answer."""
    try:
        said = json.loads(body)
        texts = {name: said[name] for name in ("reference", "number", "sha256", "pdf")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError
        pdf = base64.b64decode(texts.pop("pdf"), validate=True)
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise _refused() from None
    return Answer(**texts, pdf=pdf)


def _refused() -> Refused:
    return Refused(ObjectType.COMPANY_UNDERTAKING, None, Action.SEAL_SIGN)
