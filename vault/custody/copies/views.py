"""Where copies of keys lie: a page to look at, a form to declare a backup, a question before "destroyed"."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.custody import access
from vault.custody.copies import services
from vault.custody.copies.forms import BackupForm
from vault.custody.copies.reach import held_by
from vault.custody.models import BackupContent, BackupPlace, KeyringBackup, RecoveryCopy, RecoveryShare
from vault.keys import inventory
from vault.keys.providers import gives_out

SHOWN = 100  # copies of each kind; a house has a few


@requires(*access.SEES)
@require_http_methods(["GET", "POST"])
def copies(request: SignedIn) -> HttpResponse:
    may_declare = has(request.user, Permission.KEY_ROTATE)
    form = BackupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.declare_backup(
            actor=request.user,
            taken_at=data["taken_at"],
            holds=BackupContent(data["holds"]),
            place=BackupPlace(data["place"]),
        )
        messages.success(request, _("The backup is declared. Destruction certificates count it from now on."))
        return redirect("vault:keys_copies")
    record_read(Entry(action=Action.KEYS_VIEW, object_type=ObjectType.KEYRING, object_id=None))
    roots = inventory.root_versions()
    shares = RecoveryCopy.objects.select_related("made_by").prefetch_related(
        "shares__holder", "shares__destroyed_by"
    )
    context = {
        "root": roots[0] if roots else None,
        "exportable": bool(roots) and gives_out(roots[0].provider),
        "copies": [(one, sorted(held_by(one, roots))) for one in shares.order_by("-made_at")[:SHOWN]],
        "backups": KeyringBackup.objects.select_related("declared_by", "destroyed_by").order_by("-taken_at")[
            :SHOWN
        ],
        "form": form if may_declare else None,
        "may_declare": may_declare,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/custody/copies.html", context, status=status)


@requires(Permission.KEY_ROTATE)
@require_http_methods(["GET", "POST"])
def backup_gone(request: SignedIn, backup_id: UUID) -> HttpResponse:
    if request.method == "POST":
        services.backup_gone(actor=request.user, backup_id=backup_id)
        return _recorded(request)
    found = KeyringBackup.objects.filter(pk=backup_id).first()
    if found is None:
        raise Refused(ObjectType.KEYRING_BACKUP, backup_id, Action.KEYS_COPY_GONE)
    facts = [
        (_("Taken at"), found.taken_at),
        (_("What it holds"), found.get_holds_display()),
        (_("Where it lies"), found.get_place_display()),
    ]
    return _ask(request, _("This backup was destroyed"), facts)


@requires(Permission.KEY_ROTATE)
@require_http_methods(["GET", "POST"])
def share_gone(request: SignedIn, copy_id: UUID, number: int) -> HttpResponse:
    if request.method == "POST":
        services.share_gone(actor=request.user, copy_id=copy_id, number=number)
        return _recorded(request)
    shares = RecoveryShare.objects.select_related("holder", "copy")
    found = shares.filter(copy_id=copy_id, number=number).first()
    if found is None:
        raise Refused(ObjectType.RECOVERY_COPY, copy_id, Action.KEYS_COPY_GONE)
    facts = [(_("Held by"), found.holder), (_("Recovery copy of"), found.copy.made_at)]
    return _ask(request, _("This recovery share was destroyed"), facts)


def _ask(request: SignedIn, title: str, facts: list[tuple[str, object]]) -> HttpResponse:
    context = {"title": title, "facts": facts, "back": reverse("vault:keys_copies")}
    return render(request, "vault/custody/copy_gone.html", context)


def _recorded(request: SignedIn) -> HttpResponse:
    messages.success(request, _("Recorded. Certificates of destruction say so from now on."))
    return redirect("vault:keys_copies")
