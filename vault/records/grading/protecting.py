"""Grade and facets of a client, grades of a book's fields: staff raise, the protection officer lowers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import Params
from people.approvals.services import request_approval
from people.roles.permissions import Permission
from vault.masking.grades import Grade
from vault.records.access import get_book, get_client, may_open
from vault.records.errors import NotPossible
from vault.records.facets import Origin, Visibility
from vault.records.grading.declared import book_grade
from vault.records.labels import Field
from vault.records.models import Client, ClientBook

LOWER = "grade.lower"
_OPENNESS = [Visibility.PRIVATE, Visibility.SEMI_PUBLIC, Visibility.PUBLIC]
_ONLY_OFFICER = _("Only the data protection officer lowers a grade.")


@dataclass(frozen=True, slots=True)
class Protection:
    """What decides how a client is masked and shown."""

    grade: int
    visibility: str
    origin: str
    use: str

    @classmethod
    def of(cls, client: Client) -> "Protection":
        return cls(client.grade, client.visibility, client.origin, client.use)

    def protects_less_than(self, now: "Protection") -> bool:
        """Whether going from `now` to this needs the officer; the trigger `client_lowering` asks the same.

        Another use is another purpose, which staff do not choose for a client afterwards (PIPL 14).
        """
        return (
            self.grade < now.grade
            or _OPENNESS.index(Visibility(self.visibility)) > _OPENNESS.index(Visibility(now.visibility))
            or (now.origin == Origin.EXTERNAL and self.origin != Origin.EXTERNAL)
            or self.use != now.use
        )


def raise_protection(*, actor: User, client_id: UUID, wanted: Protection) -> None:
    """Protect a client more. Nothing is opened. Raises Refused; NotPossible when something is lowered."""
    _open_client(actor, client_id)
    with transaction.atomic():
        client = Client.objects.select_for_update(of=("self",)).select_related("book").get(pk=client_id)
        now = Protection.of(client)
        if wanted.protects_less_than(now):
            raise NotPossible(_ONLY_OFFICER)
        if wanted != now:
            set_protection(client, wanted, Action.GRADE_RAISE)


def ask_to_lower(*, actor: User, client_id: UUID, wanted: Protection, reason: str) -> ApprovalRequest:
    """Ask the officer to protect a client less. Raises Refused, ValidationError for the reason."""
    _open_client(actor, client_id)
    params: Params = {"client": str(client_id), **asdict(wanted)}
    return request_approval(actor=actor, action=LOWER, params=params, reason=reason)


def set_protection(client: Client, wanted: Protection, action: Action) -> None:
    """Write it, with its entry; in a transaction. The database refuses a lowering without its approval."""
    changed = [name for name, value in asdict(wanted).items() if getattr(client, name) != value]
    Client.objects.filter(pk=client.pk).update(**asdict(wanted))
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.CLIENT,
            object_id=client.pk,
            subjects=(client.pk,),
            deal=client.book.deal_id,
            fields=(*changed, f"l{wanted.grade}"),
        )
    )


@transaction.atomic
def raise_field(*, actor: User, book_id: UUID, field: Field, grade: Grade) -> None:
    """Raise the grade of a field for all clients of a book. Raises Refused, NotPossible."""
    get_book(actor, book_id, Permission.CLIENT_EDIT)
    book = ClientBook.objects.select_for_update().get(pk=book_id)
    now = book_grade(field, book.field_grades)
    if grade < now:
        raise NotPossible(_ONLY_OFFICER)
    if grade > now:
        set_field_grade(book, field, grade, Action.GRADE_RAISE)


def ask_to_lower_field(
    *, actor: User, book_id: UUID, field: Field, grade: Grade, reason: str
) -> ApprovalRequest:
    """Ask the officer to lower what a book raised. Raises Refused, CannotCarryOut, ValidationError."""
    get_book(actor, book_id, Permission.CLIENT_EDIT)
    params: Params = {"book": str(book_id), "field": field.value, "grade": grade.value}
    return request_approval(actor=actor, action=LOWER, params=params, reason=reason)


def set_field_grade(book: ClientBook, field: Field, grade: Grade, action: Action) -> None:
    """Write it, with its entry; in a transaction. The database refuses a lowering without its approval."""
    book.field_grades = {**book.field_grades, field.value: grade.value}
    book.save(update_fields=["field_grades"])
    _log_book(book, action, (field.value, f"l{grade.value}"))


@transaction.atomic
def set_book_facets(*, actor: User, book_id: UUID, facets: Mapping[str, str]) -> None:
    """The facets of clients that are added to the book without any. Raises Refused."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    changed = tuple(sorted(name for name, value in facets.items() if getattr(book, name) != value))
    if not changed:
        return
    for name in changed:
        setattr(book, name, facets[name])
    book.save(update_fields=changed)
    _log_book(book, Action.BOOK_FACETS, changed)


def _open_client(actor: User, client_id: UUID) -> Client:
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
    return client


def _log_book(book: ClientBook, action: Action, fields: tuple[str, ...]) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            deal=book.deal_id,
            fields=fields,
        )
    )
