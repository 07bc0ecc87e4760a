"""The page of one client."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import confirm_first, recently_confirmed
from vault.disclosures.stops import stops_for_officer
from vault.purposes.catalogue import Reason
from vault.purposes.lawfulness import NotLawful
from vault.records.access import get_client, may_open
from vault.records.forms import RevealForm
from vault.records.labels import Group
from vault.records.life import life_of
from vault.records.models import Client
from vault.records.panels import client_page
from vault.records.reading import ShownGroup, mask_group, reveal_group, view_client
from vault.records.reveals.refusals import Lack, RevealRefused
from vault.records.sections import REMASK_AFTER, sections


def person(request: HttpRequest) -> User:
    """The signed-in person; `requires` has seen to it that there is one."""
    assert isinstance(request.user, User)
    return request.user


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """One client, every group masked."""
    found, groups = view_client(actor=person(request), client_id=client_id)
    return render(request, "vault/records/client.html", _page(request, found, groups))


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def reveal(request: HttpRequest, client_id: UUID, group: str) -> HttpResponseBase:
    """One group in plaintext for a minute; the answer is kept by no cache and masks itself again."""
    chosen = group_of(client_id, group)
    found = get_client(person(request), client_id, Permission.CLIENT_REVEAL)
    form = RevealForm(request.POST, holding=found.book.holding, use=found.use, prefix=chosen.name)
    if not form.is_valid():
        found, masked = mask_group(actor=person(request), client_id=client_id, group=chosen)
        return _group_answer(request, found, masked, form)
    return _reveal(request, client_id, chosen, form)


def _reveal(request: HttpRequest, client_id: UUID, group: Group, form: RevealForm) -> HttpResponseBase:
    data = form.cleaned_data
    try:
        found, shown = reveal_group(
            actor=person(request),
            client_id=client_id,
            group=group,
            purpose=data["purpose"],
            reason=Reason(data["reason"]),
            words=data["words"],
            confirmed=recently_confirmed(request),
        )
    except NotLawful as unlawful:
        form.add_error("purpose", str(unlawful.message))
        found, masked = mask_group(actor=person(request), client_id=client_id, group=group)
        return _group_answer(request, found, masked, form)
    except RevealRefused as refused:
        if refused.lack is Lack.STEP_UP:
            return confirm_first(request)
        found, masked = mask_group(actor=person(request), client_id=client_id, group=group)
        return _group_answer(request, found, masked, form, lack=refused.lack)
    why = [dict(form.fields[name].choices)[data[name]] for name in ("purpose", "reason")]  # type: ignore[attr-defined]
    return _group_answer(request, found, shown, None, why=why)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def group(request: HttpRequest, client_id: UUID, group: str) -> HttpResponseBase:
    """One group, masked again: what the opened one is replaced by."""
    found, shown = mask_group(actor=person(request), client_id=client_id, group=group_of(client_id, group))
    return _group_answer(request, found, shown, None)


def _group_answer(
    request: HttpRequest,
    found: Client,
    shown: ShownGroup,
    form: RevealForm | None,
    *,
    why: Any = (),
    lack: Lack | None = None,
) -> HttpResponse:
    """The group alone for htmx, else the page with it, which goes back to masks by itself."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    section = sections(person(request), found, [shown], form=form, why=why, lack=lack)[0]
    if request.headers.get("HX-Request") == "true":
        # htmx swaps only answers of success.
        return render(request, "vault/records/_group.html", {"client": found, "section": section})
    if request.method == "GET":
        return redirect("vault:client", found.pk)
    context = {"client": found, "section": section, "seconds": REMASK_AFTER}
    answer = render(request, "vault/records/opened.html", context, status=status)
    if shown.is_open:
        answer["Refresh"] = f"{REMASK_AFTER}; url={reverse('vault:client', args=[found.pk])}"
    return answer


def _page(request: HttpRequest, found: Client, groups: list[ShownGroup]) -> dict[str, Any]:
    return {
        "client": found,
        "client_name": groups[0].values["name"] if groups else "",
        "sections": sections(person(request), found, groups),
        "first": client_page.panels(person(request), found, first=True),
        "panels": client_page.panels(person(request), found, first=False),
        "life": life_of(found.pk),
        "may": _may(person(request)),
        "is_open": may_open(found),
    }


def group_of(client_id: UUID, slug: str) -> Group:
    """The group of this name. Raises Refused when there is none."""
    try:
        return Group[slug.upper()]
    except KeyError:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL) from None


def _may(user: User) -> dict[str, bool]:
    return {
        "search": has(user, Permission.CLIENT_SEARCH),
        "add": has(user, Permission.CLIENT_CREATE),
        "edit": has(user, Permission.CLIENT_EDIT),
        "export": has(user, Permission.CLIENT_EXPORT),
        "import": has(user, Permission.CLIENT_IMPORT),
        "open_book": has(user, Permission.BOOK_CREATE),
    }
