"""The changes of a client, and putting one back."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from people.paging import page_of
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.access import may_open
from vault.records.errors import NotPossible
from vault.records.versions.forms import RestoreForm
from vault.records.versions.history import differences, history, show_changes
from vault.records.versions.panels import waiting_panel
from vault.records.versions.proposing import waiting_changes
from vault.records.versions.restoring import restore_version
from vault.records.views import person

PAGE = 25


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def changes(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What was changed when, by whom and why, from what to what in masks."""
    user = person(request)
    client, versions = history(user, client_id)
    page = page_of(request, versions, by="-number", size=PAGE)
    context = {
        "client": client,
        "page": page,
        "changes": show_changes(client, page.rows),
        "waiting": waiting_panel(user, client),
        "may_restore": has(user, Permission.CLIENT_EDIT) and may_open(client),
    }
    return render(request, "vault/versions/changes.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def restore(request: HttpRequest, client_id: UUID, number: int) -> HttpResponse:
    """Put back what the client was as one version, all of it or some."""
    user = person(request)
    client, rows = differences(actor=user, client_id=client_id, number=number)
    start = {"version": client.version, "fields_chosen": [row.code for row in rows]}
    form = RestoreForm(request.POST if request.method == "POST" else None, rows=rows, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            restore_version(
                actor=user,
                client_id=client_id,
                number=number,
                version=form.cleaned_data["version"],
                fields=form.cleaned_data["fields_chosen"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, said_of_change(client_id))
            return redirect("vault:client_versions", client_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"client": client, "rows": rows, "form": form, "number": number}
    return render(request, "vault/versions/restore.html", context, status=status)


def said_of_change(client_id: UUID) -> str:
    """What a page says after a change: whether something of it waits."""
    if waiting_changes(client_id):
        return _("Recorded. Identity and bank account stay as they are until a second person agrees.")
    return _("The change is recorded.")
