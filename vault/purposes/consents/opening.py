"""The proof of a client's word: in plaintext for a minute; and its scan, to be saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.log import record_read
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import recently_confirmed
from vault.disclosures.stops import stops_for_officer
from vault.purposes.catalogue import Reason
from vault.purposes.consents.forms import ProofForm
from vault.purposes.consents.proofs import COUNTS_AS, OpenProof, get_proved, open_proof, proves
from vault.purposes.lawfulness import NotLawful
from vault.purposes.uploads import attachment
from vault.records.access import may_reveal
from vault.records.answers import opened_answer, status_of, without_leave
from vault.records.reading import look_without_keys
from vault.records.reveals.refusals import RevealRefused
from vault.records.views import person

BACK = "vault:client"
Answer = Callable[[OpenProof, str], HttpResponse]


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def proof(request: HttpRequest, event_id: UUID) -> HttpResponseBase:
    """What shows one word of a client, after a reason was named."""

    def shown(found: OpenProof, why: str) -> HttpResponse:
        return opened_answer(
            request,
            "vault/purposes/proof.html",
            {"found": found, "event": found.event, "why": why},
            back=BACK,
            client=found.event.client,
            counts_as=COUNTS_AS,
        )

    return _opening(request, event_id, shown, saves=False)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def proof_file(request: HttpRequest, event_id: UUID) -> HttpResponseBase:
    """The scan, as it was uploaded."""

    def saved(found: OpenProof, why: str) -> HttpResponse:
        if not found.data:
            raise Refused(ObjectType.CONSENT, event_id, Action.CONSENT_PROOF)
        return attachment(found.data, found.media_type, event_id)

    return _opening(request, event_id, saved, saves=True)


def _opening(request: HttpRequest, event_id: UUID, answer: Answer, *, saves: bool) -> HttpResponseBase:
    user = person(request)
    event = get_proved(user, event_id)
    client = event.client
    if not may_reveal(client, COUNTS_AS):
        raise Refused(ObjectType.CONSENT, event_id, Action.CONSENT_PROOF)
    form: Any = ProofForm(request.POST if request.method == "POST" else None, holding=client.book.holding)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            found = open_proof(
                actor=user,
                event_id=event_id,
                reason=Reason(data["reason"]),
                words=data["words"],
                confirmed=recently_confirmed(request),
            )
        except (NotLawful, RevealRefused) as refused:
            return without_leave(request, refused, back=BACK, client_id=client.pk)
        return answer(found, f"{proves(event).label} · {Reason(data['reason']).label}")
    record_read(look_without_keys(client))
    context = {"event": event, "purpose": proves(event).label, "form": form, "saves": saves}
    return render(request, "vault/purposes/proof_open.html", context, status=status_of(form))
