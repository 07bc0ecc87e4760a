"""What the views share that open something of one client: the reveal form and its answer, and the codes of
answers."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people.factors.pausing import pause_words
from people.roles.access import has
from people.roles.permissions import Permission
from people.stepup import confirm_first, recently_confirmed
from vault.purposes.catalogue import Reason
from vault.purposes.lawfulness import NotLawful
from vault.records.access import may_reveal
from vault.records.forms import RevealForm
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reveals.marks import mark_of
from vault.records.reveals.refusals import Lack, RevealRefused
from vault.records.sections import REMASK_AFTER
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def status_of(*forms_: forms.Form) -> int:
    return BAD if any(form.is_bound for form in forms_) else HTTPStatus.OK


def reveal_form(request: HttpRequest, client: Client, *, prefix: str, counts_as: Group) -> RevealForm | None:
    """The form that a reveal begins with; None for who may not reveal."""
    if not has(person(request), Permission.CLIENT_REVEAL) or not may_reveal(client, counts_as):
        return None
    return RevealForm(holding=client.book.holding, use=client.use, prefix=prefix)


def sent_form(request: HttpRequest, client: Client, *, prefix: str) -> RevealForm:
    return RevealForm(request.POST, holding=client.book.holding, use=client.use, prefix=prefix)


def told(request: HttpRequest, form: RevealForm) -> dict[str, Any]:
    """What a valid reveal form says, as the services want it."""
    data = form.cleaned_data
    return {
        "purpose": data["purpose"],
        "reason": Reason(data["reason"]),
        "words": data["words"],
        "confirmed": recently_confirmed(request),
    }


def lack_words(refused: RevealRefused) -> str:
    """What is missing for a reveal, and where it is to be had."""
    if refused.until is not None:
        return pause_words(refused.until)
    words = {
        Lack.PERMIT: _("A second person must agree first. Ask for it on the record of the client."),
        Lack.OWING: _(
            "Nothing was opened: you are late with what you owe the house. “My duties” leads to it."
        ),
        Lack.GRADE: above_grade(),
        Lack.LIMIT: _("Your limit for today is reached. Nothing was opened; an officer can add to it."),
    }
    return str(words[refused.lack])


def above_grade() -> str:
    """For whoever's roles end below the level of what they asked for."""
    return _("Nothing was opened: your role ends below this level. An administrator can ask for another one.")


def without_leave(
    request: HttpRequest, refused: RevealRefused | NotLawful, *, back: str, client_id: UUID
) -> HttpResponseBase:
    """The answer to a refused reveal: confirm who you are, or the masked page with what is missing."""
    if isinstance(refused, RevealRefused) and refused.lack is Lack.STEP_UP:
        return confirm_first(request)
    words = refused.message if isinstance(refused, NotLawful) else lack_words(refused)
    messages.error(request, str(words))
    return redirect(back, client_id)


def why(form: RevealForm) -> str:
    """Purpose and reason in words, to stand where data are open."""
    chosen = [dict(form.fields[name].choices)[form.cleaned_data[name]] for name in ("purpose", "reason")]  # type: ignore[attr-defined]
    return " · ".join(map(str, chosen))


def opened_answer(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    back: str,
    client: Client,
    counts_as: Group,
) -> HttpResponse:
    """A page with something open on it, which goes back to the masked one by itself; `counts_as`: the group
    whose grade says what opening it needs."""
    address = reverse(back, args=[client.pk])
    mark = mark_of(person(request), client, counts_as)
    context |= {"client": client, "seconds": REMASK_AFTER, "back_url": address, "mark": mark}
    answer = render(request, template, context)
    answer["Refresh"] = f"{REMASK_AFTER}; url={address}"
    return answer
