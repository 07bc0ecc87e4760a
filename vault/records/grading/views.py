"""Pages of protection: of one client, of one book's fields."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.log import record_read
from people.approvals.registry import CannotCarryOut
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.access import get_book, get_client, may_open
from vault.records.errors import NotPossible
from vault.records.grading.declared import DECLARED, book_grade
from vault.records.grading.forms import FacetsForm, FieldGradeForm, ProtectionForm
from vault.records.grading.protecting import (
    Protection,
    ask_to_lower,
    ask_to_lower_field,
    raise_field,
    raise_protection,
    set_book_facets,
)
from vault.records.grading.rules import rules
from vault.records.labels import FIELD_LABELS
from vault.records.models import Client, ClientBook, Level
from vault.records.reading import look_without_keys
from vault.records.views import person

BAD = 422


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_VIEW)
def client_grade(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Grade and facets of one client: what they ask for, raising them, asking to lower them."""
    user = person(request)
    needed = Permission.CLIENT_VIEW if request.method == "GET" else Permission.CLIENT_EDIT
    client = get_client(user, client_id, needed)
    now = Protection.of(client)
    initial = {"grade": now.grade, "visibility": now.visibility, "origin": now.origin, "use": now.use}
    form = ProtectionForm(request.POST or None, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _protect(request, client, form)
    record_read(look_without_keys(client))
    writes = has(user, Permission.CLIENT_EDIT) and client.book.members.filter(
        user=user, level__gte=Level.WORK
    )
    context = {
        "client": client,
        "form": form if writes and may_open(client) else None,
        "grades": rules().items(),
    }
    return render(request, "vault/grading/client.html", context, status=BAD if form.is_bound else 200)


def _protect(request: HttpRequest, client: Client, form: ProtectionForm) -> HttpResponse:
    user, wanted = person(request), form.wanted
    if wanted.protects_less_than(form.now):
        reason = form.cleaned_data["reason"]
        asked = ask_to_lower(actor=user, client_id=client.pk, wanted=wanted, reason=reason)
        messages.success(request, _("The data protection officer is asked. Until then nothing changes."))
        return redirect("people:approval", asked.pk)
    raise_protection(actor=user, client_id=client.pk, wanted=wanted)
    messages.success(request, _("The protection is set."))
    return redirect("vault:client_grade", client.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_VIEW)
def book_grades(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """The grade of each field in a book: declared, raised, and asking to lower it again."""
    user = person(request)
    needed = Permission.CLIENT_VIEW if request.method == "GET" else Permission.CLIENT_EDIT
    book = get_book(user, book_id, needed)
    form = FieldGradeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _grade_field(request, book, form)
        except NotPossible as refused:
            form.add_error("grade", str(refused.message))
    return _book_page(request, book, form)


@require_POST
@requires(Permission.BOOK_MANAGE)
def book_facets(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """The facets that new clients of the book begin with."""
    book = get_book(person(request), book_id, Permission.BOOK_MANAGE)
    form = FacetsForm(request.POST)
    if form.is_valid():
        set_book_facets(actor=person(request), book_id=book_id, facets=form.cleaned_data)
        messages.success(request, _("New clients begin with these facets."))
        return redirect("vault:book_grades", book_id)
    return _book_page(request, book, FieldGradeForm(), facets=form)


def _grade_field(request: HttpRequest, book: ClientBook, form: FieldGradeForm) -> HttpResponse:
    user, (field, grade) = person(request), form.chosen
    if grade >= book_grade(field, book.field_grades):
        raise_field(actor=user, book_id=book.pk, field=field, grade=grade)
        messages.success(request, _("The grade of the field is set for every client of the book."))
        return redirect("vault:book_grades", book.pk)
    if grade < DECLARED[field][0]:
        raise NotPossible(_("Nobody lowers a field below its declared grade."))
    if not form.cleaned_data["reason"]:
        raise NotPossible(_("To lower it, say why: the data protection officer decides."))
    try:
        asked = ask_to_lower_field(
            actor=user, book_id=book.pk, field=field, grade=grade, reason=form.cleaned_data["reason"]
        )
    except CannotCarryOut:  # lowered by somebody else meanwhile
        return redirect("vault:book_grades", book.pk)
    messages.success(request, _("The data protection officer is asked. Until then nothing changes."))
    return redirect("people:approval", asked.pk)


def _book_page(
    request: HttpRequest, book: ClientBook, form: FieldGradeForm, facets: FacetsForm | None = None
) -> HttpResponse:
    user = person(request)
    member = book.members.filter(user=user).first()
    level = member.level if member else 0
    initial = {"visibility": book.visibility, "origin": book.origin, "use": book.use}
    manages = level >= Level.MANAGE and has(user, Permission.BOOK_MANAGE)
    context = {
        "book": book,
        "rows": [
            (FIELD_LABELS[field], declared, book_grade(field, book.field_grades), why)
            for field, (declared, why) in DECLARED.items()
        ],
        "form": form if level >= Level.WORK and has(user, Permission.CLIENT_EDIT) else None,
        "facets": facets or FacetsForm(initial=initial) if manages else None,
    }
    bad = form.is_bound or (facets is not None and facets.is_bound)
    return render(request, "vault/grading/book.html", context, status=BAD if bad else 200)
