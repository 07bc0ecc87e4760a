"""The officer's word on protecting data less."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit.actions import Action
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.posts.codes import Post
from people.roles.permissions import Permission
from vault.masking.grades import Grade
from vault.records.facets import Origin, Use, Visibility
from vault.records.grading import declared
from vault.records.grading.protecting import LOWER, Protection, set_field_grade, set_protection
from vault.records.labels import FIELD_LABELS, Field
from vault.records.models import Client, ClientBook


class LowerProtection(ApprovableAction):
    """Of one client (grade and facets at once), or of one field in one book."""

    code = LOWER
    label = gettext_lazy("Lower the protection of client data")
    permission = Permission.GRADE_LOWER
    asked_by = (Permission.CLIENT_EDIT,)
    post = Post.DPO
    grave = True

    def preview(self, params: Params) -> Preview:
        return _of_client(params) if "client" in params else _of_field(params)

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        if "client" in request.params:
            client = _client(request.params, lock=True)
            set_protection(client, _wanted(request.params), Action.GRADE_LOWER)
        else:
            book, field, grade = _field(request.params, lock=True)
            set_field_grade(book, field, grade, Action.GRADE_LOWER)


def _of_client(params: Params) -> Preview:
    client = _client(params)
    now, wanted = Protection.of(client), _wanted(params)
    if not wanted.protects_less_than(now):
        raise CannotCarryOut
    before, after = _words(now), _words(wanted)
    return Preview(
        facts={"params": dict(params), "now": [now.grade, now.visibility, now.origin, now.use]},
        lines=[
            _("One client of the book “%(book)s”, whose record ends in %(id)s.")
            % {"book": client.book.name, "id": client.pk.hex[-8:]},
        ],
        columns=[
            pgettext("change", "What"),
            pgettext("change", "Now"),
            pgettext("change", "Then"),
        ],
        rows=[[name, before[name], after[name]] for name in before if before[name] != after[name]],
    )


def _of_field(params: Params) -> Preview:
    book, field, grade = _field(params)
    now = declared.book_grade(field, book.field_grades)
    if grade >= now or grade < declared.DECLARED[field][0]:
        raise CannotCarryOut
    clients = book.clients.count()
    return Preview(
        facts={"params": dict(params), "now": now.value},
        lines=[
            _("%(field)s in the book “%(book)s”: from %(now)s to %(then)s.")
            % {"field": FIELD_LABELS[field], "book": book.name, "now": now.label, "then": grade.label}
        ],
        counts=[(_("Clients in the book"), clients)],
    )


def _words(protection: Protection) -> dict[str, str]:
    return {
        _("Grade"): str(Grade(protection.grade).label),
        pgettext("facet", "Openness"): str(Visibility(protection.visibility).label),
        pgettext("facet", "Origin"): str(Origin(protection.origin).label),
        pgettext("facet", "Use"): str(Use(protection.use).label),
    }


def _wanted(params: Params) -> Protection:
    return Protection(
        int(str(params["grade"])), str(params["visibility"]), str(params["origin"]), str(params["use"])
    )


def _client(params: Params, *, lock: bool = False) -> Client:
    found = Client.objects.select_related("book").filter(pk=str(params["client"]))
    client: Client | None = (found.select_for_update(of=("self",)) if lock else found).first()
    if client is None:
        raise CannotCarryOut
    return client


def _field(params: Params, *, lock: bool = False) -> tuple[ClientBook, Field, Grade]:
    found = ClientBook.objects.filter(pk=str(params["book"]))
    book = (found.select_for_update() if lock else found).first()
    if book is None:
        raise CannotCarryOut
    return book, Field(str(params["field"])), Grade(int(str(params["grade"])))
