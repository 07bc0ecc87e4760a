"""The certificate's codes in words, in the reader's language. The digest is of the codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.retention.models import Basis, RetentionRule
from people.accounts.models import User
from vault.keys import inventory
from vault.records.models import ClientBook

_PLACES: dict[str, tuple[str | Promise, str | Promise]] = {
    "keyring": (
        gettext_lazy("Wrapped keys in the keyring"),
        gettext_lazy("Deleted from the database. Without them the sealed data are noise."),
    ),
    "index": (
        gettext_lazy("Search entries (blind index)"),
        gettext_lazy("Deleted with the keys, in the same transaction."),
    ),
    "caches": (
        gettext_lazy("Open keys in the memory of running programs"),
        gettext_lazy("Dropped at the next access of each program; at the latest when its cache runs out."),
    ),
    "data_backups": (
        gettext_lazy("Backups of the data"),
        gettext_lazy("They leave the keyring out: they never held a key. What they hold stays shut."),
    ),
    "keyring_backups": (
        gettext_lazy("Backups of the keyring"),
        gettext_lazy("This installation had made none when the records were destroyed."),
    ),
    "physical": (
        gettext_lazy("Traces on the database server's disks: write-ahead log, replicas, freed blocks"),
        gettext_lazy("Wrapped under root key version %(version)s. They die when that version is destroyed."),
    ),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A place where a copy of the keys was or may be. `dies_at` is None where an event ends it."""

    place: str
    words: str
    dies_at: datetime | None


def copies(found: Sequence[Mapping[str, Any]]) -> list[Copy]:
    """The certificate's copies, the last to die last.

    Where a rotation has ended the root version that physical copies hang from, they died then: the
    certificate could not know it, the keyring does.
    """
    roots = inventory.root_versions()
    ended: dict[object, datetime | None] = {root.id: root.ended_at for root in roots}
    shown = []
    for one in found:
        place, text = _PLACES[one["place"]]
        version, known = one.get("root_version"), one["dies_at"]
        words = str(text) if version is None else str(text) % {"version": version}
        dies_at = datetime.fromisoformat(known) if known else ended.get(one.get("root_version", 0))
        shown.append(Copy(str(place), words, dies_at))
    return shown


def people(approval: Mapping[str, Any]) -> list[tuple[str, str, datetime]]:
    """Who asked and who approved: what they did, name, when."""
    ids = [approval["requested_by"], *(person for person, _at in approval["approved"])]
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "display_name")}
    asked = (
        _("Asked for"),
        names[approval["requested_by"]],
        datetime.fromisoformat(approval["requested_at"]),
    )
    given = [
        (_("Approved"), names[person], datetime.fromisoformat(at)) for person, at in approval["approved"]
    ]
    return [asked, *given]


def rules(found: Sequence[Sequence[Any]]) -> list[tuple[str, str, int]]:
    """Name, legal basis in words and count of each rule."""
    names = dict(
        RetentionRule.objects.filter(pk__in=[UUID(one[0]) for one in found]).values_list("pk", "name")
    )
    return [(names[UUID(rule)], str(Basis(basis).label), n) for rule, basis, n in found]


def books(found: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """Name and count of each book; its id once the book is gone."""
    names = dict(ClientBook.objects.filter(pk__in=[UUID(one[0]) for one in found]).values_list("pk", "name"))
    return [(names.get(UUID(book), book), n) for book, n in found]
