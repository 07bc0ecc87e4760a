"""Notices as staff see them: publishing, reading a version, sending a link, recording who was told."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.purposes.catalogue import Holding
from vault.purposes.codes import Channel
from vault.purposes.notices.forms import USUAL, NoticeForm, ToldForm
from vault.purposes.notices.links import notice_link
from vault.purposes.notices.models import GIVES_FOR, Notice
from vault.purposes.notices.services import notice_in_force, publish_notice, record_delivery
from vault.records.access import get_client, which_books
from vault.records.errors import NotPossible
from vault.records.models import ClientBook
from vault.records.views import person


@require_http_methods(["GET", "POST"])
@requires(Permission.PURPOSE_MANAGE)
def publish(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Write and publish the next version of a book's notice."""
    book = ClientBook.objects.filter(pk=book_id, holding=Holding.OWN).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, Action.NOTICE_PUBLISH)
    last = notice_in_force(book_id) or Notice.objects.order_by("-id").first()
    form = NoticeForm(request.POST or None, initial=last.inputs if last else USUAL)
    if request.method == "POST" and form.is_valid():
        try:
            notice = publish_notice(actor=person(request), book_id=book_id, inputs=form.cleaned_data)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            return redirect("vault:notice_version", book_id, notice.version)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "book": book, "last": last}
    return render(request, "vault/purposes/notice_publish.html", context, status=status)


@require_GET
@requires(Permission.PURPOSE_MANAGE, Permission.CLIENT_VIEW)
def version(request: HttpRequest, book_id: UUID, number: int) -> HttpResponse:
    """One version of a notice, for officers and for those who work in the book."""
    user = person(request)
    found = Notice.objects.select_related("book", "published_by").filter(book_id=book_id, version=number)
    publishes = has(user, Permission.PURPOSE_MANAGE)
    if not publishes:
        found = found.filter(book__in=which_books(user))
    notice = found.first()
    if notice is None:
        raise Refused(ObjectType.BOOK, book_id, Action.BOOK_VIEW)
    context = {
        "notice": notice,
        "publishes": publishes,
        "sections": notice.content[get_language() or "zh-hans"],
        "text_hash": bytes(notice.text_hash).hex(),
    }
    return render(request, "vault/purposes/notice_version.html", context)


@require_POST
@requires(Permission.CLIENT_EDIT)
@never_cache
def link(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Make a link for this client and show it once."""
    user = person(request)
    client = get_client(user, client_id, Permission.CLIENT_EDIT)
    try:
        address = notice_link(user, client)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
        return redirect("vault:client", client_id)
    context = {"client": client, "address": address, "days": GIVES_FOR.days}
    return render(request, "vault/purposes/notice_link.html", context)


@require_POST
@requires(Permission.CLIENT_EDIT)
def told(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Record that the client was given the notice on paper or by word."""
    form = ToldForm(request.POST)
    if form.is_valid():
        try:
            channel = Channel(form.cleaned_data["channel"])
            record_delivery(actor=person(request), client_id=client_id, channel=channel)
        except NotPossible as refused:
            messages.error(request, str(refused.message))
    else:
        get_client(person(request), client_id, Permission.CLIENT_EDIT)
        messages.error(request, _("Choose how the notice was given."))
    return redirect("vault:client", client_id)
