"""The certificate's codes in words, in the reader's language. The digest is of the codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.destruction.models import CertificateSupplement, DestructionRun
from compliance.destruction.supplement import says_past_undoing
from compliance.retention.models import Basis, RetentionRule
from people.accounts.models import User
from vault.custody.copies.reach import Reach, reach_back
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
        gettext_lazy("None was declared that is older than the destruction; Sealroom itself makes none."),
    ),
    "root_copies": (
        gettext_lazy("Copies of root keys"),
        gettext_lazy("None was declared that holds a root key from before the destruction."),
    ),
    "recovery_shares": (
        gettext_lazy("Recovery shares of the root keys"),
        gettext_lazy("None reaches back before the destruction."),
    ),
    "physical": (
        gettext_lazy("Traces on the database server's disks: write-ahead log, replicas, freed blocks"),
        gettext_lazy(
            "Wrapped under root key version %(version)s or an older one. Without these they open nothing."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A place where a copy of the keys was or may be. `dies_at` is None where an event ends it."""

    place: str
    words: str
    dies_at: datetime | None


def copies(found: Sequence[Mapping[str, Any]], *, later: Iterable[datetime] = ()) -> list[Copy]:
    """The certificate's copies, as they stand today; `later`: when files in rooms were destroyed.

    What the certificate could not know, since it came later, is put in: a root version that ended, a recovery
    copy that was made or lost its quorum, a backup that was declared or destroyed. So are copies of root keys
    on certificates from before these were counted (version 3).
    """
    own = [datetime.fromisoformat(one["dies_at"]) for one in found if one["place"] in {"keyring", "index"}]
    destroyed = max([*own, *later])
    reach = reach_back(destroyed)
    shown = []
    if not any(one["place"] == "root_copies" for one in found):
        found = [*found[:-1], {"place": "root_copies", "dies_at": None}, found[-1]]
    for one in found:
        place, text = _PLACES[one["place"]]
        words, dies_at = str(text), datetime.fromisoformat(one["dies_at"]) if one["dies_at"] else None
        if one["place"] == "keyring_backups":
            words, dies_at = _backups(reach, words, destroyed)
        elif one["place"] == "root_copies":
            words, dies_at = _root_copies(reach, words, destroyed)
        elif one["place"] == "recovery_shares":
            words, dies_at = _shares(reach, words, destroyed)
        elif one["place"] == "physical":
            words, dies_at = words % {"version": one["root_version"]}, reach.over_at
        shown.append(Copy(str(place), words, dies_at))
    return shown


def _backups(reach: Reach, none: str, destroyed: datetime) -> tuple[str, datetime | None]:
    if reach.backups:
        count = len(reach.backups)
        words = ngettext(
            "%(count)d declared backup still holds the wrapped keys. Together with the root key of its time"
            " it opens what was destroyed: have it destroyed.",
            "%(count)d declared backups still hold the wrapped keys. Together with the root key of their time"
            " they open what was destroyed: have them destroyed.",
            count,
        )
        return words % {"count": count}, None
    if reach.backups_over_at is None:
        return none, destroyed
    words = _(
        "Those that were declared are destroyed, as officers recorded, or every known copy of their root key"
        " is gone."
    )
    return words, reach.backups_over_at


def _root_copies(reach: Reach, none: str, destroyed: datetime) -> tuple[str, datetime | None]:
    if reach.root_copies:
        count = len(reach.root_copies)
        words = ngettext(
            "%(count)d declared copy still holds a root key from before the destruction. With a copy of the"
            " keyring of that time it opens what was destroyed, and no rotation ends it: have it destroyed.",
            "%(count)d declared copies still hold a root key from before the destruction. With a copy of the"
            " keyring of that time they open what was destroyed, and no rotation ends them: have them"
            " destroyed.",
            count,
        )
        return words % {"count": count}, None
    if reach.root_copies_over_at is None:
        return none, destroyed
    return _("Those that were declared are destroyed, as officers recorded."), reach.root_copies_over_at


def _shares(reach: Reach, none: str, destroyed: datetime) -> tuple[str, datetime | None]:
    if reach.shares:
        names = ", ".join(
            _("%(needed)d of %(left)d (version %(version)d)")
            % {"needed": one.threshold, "left": one.left, "version": one.root_version}
            for one in reach.shares
        )
        words = _(
            "They reach back before the destruction: %(shares)s. They hold root keys and no key of a record:"
            " alone they bring nothing back, with an old copy of the keyring they would. Have them destroyed"
            " after the next rotation."
        )
        return words % {"shares": names}, None
    if reach.shares_over_at is None:
        return none, destroyed
    return _("Too few are left to give a root key back, as officers recorded."), reach.shares_over_at


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


def supplements(run: DestructionRun) -> list[tuple[CertificateSupplement, str, bool]]:
    """What completed the certificate, each with its digest in hexadecimal, and whether it says that no copy
    of a key opens anything any more."""
    found = run.supplements.order_by("number")
    return [(one, bytes(one.digest).hex(), says_past_undoing(one)) for one in found]
