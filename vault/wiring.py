"""What the vault brings to the registries, once all apps are loaded."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.sentences import register_codes
from people import today
from people.accounts.models import User
from people.approvals.registry import register as register_action
from people.factors.models import FactorKeys
from people.guests.models import PhoneKeys
from people.headcount import counting
from people.navigation import Area, NavItem, register
from people.notices.models import RobotKeys
from people.partners.models import PartnerKeys
from people.partners.suspending import on_suspended
from people.roles import effects, limits
from people.roles.permissions import Permission
from people.staffing.estate import register_ending, register_estate
from people.training.models import TrainingKeys
from vault import notices
from vault.custody import books, owners
from vault.custody.approval import RotateKeys
from vault.custody.due import keys_due
from vault.custody.freezing.approval import ThawCompartment
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.panels import freeze_panel, frozen_panel
from vault.disclosures import due
from vault.disclosures.approval import ExportClients, ExportPastMarks, ReviewCounts
from vault.disclosures.firms import end_exports_to
from vault.disclosures.models import ExportState, MarkKeys, Place
from vault.intake import panels as intake
from vault.intake.followers import register_follower, register_remainder
from vault.intake.handover import register_load
from vault.masking.grades import Grade
from vault.purposes import wiring as purposes
from vault.purposes.consents.models import ConsentEvent
from vault.records.access import which_books
from vault.records.grading.approval import LowerProtection
from vault.records.heads import heads
from vault.records.importing.undo_views import recent_imports
from vault.records.models import Client, ClientVersion
from vault.records.panels import Panel, Tab, book_page, client_page
from vault.records.reveals.approvals import MoreToday, RevealOnce
from vault.records.reveals.refusals import Lack
from vault.records.reveals.seen import seen_panel
from vault.records.review.panels import confirmation_panel, period_panel, stale_clients
from vault.records.verifying.registry import Compared
from vault.records.verifying.registry import register as register_compared
from vault.records.versions.approval import ChangeByTwo
from vault.records.versions.models import ChangeProposal
from vault.records.versions.panels import waiting_panel
from vault.relations import wiring as relations
from vault.relations.communications.models import Communication
from vault.relations.followups import leaving
from vault.relations.followups.models import FollowUp
from vault.relations.mandates.access import left_drafts
from vault.relations.mandates.models import Mandate
from vault.relations.people.models import PositionProposal, Relation
from vault.relations.service.models import Preference, Rating, Transaction
from vault.succession import LedBooks, OwnedClients, leave_books


def connect() -> None:
    notices.connect()
    counting.register(heads)
    limits.register(of_grades=Grade.choices)
    effects.register("books", _("Client books"), lambda user: which_books(user).values_list("pk", flat=True))
    purposes.connect()
    _connect_custody()
    _connect_disclosures()
    _connect_grades()
    register(
        NavItem(
            label=_("Clients"),
            icon="users",
            url_name="vault:clients",
            permission=Permission.CLIENT_VIEW,
            order=20,
        )
    )
    _connect_comparing()
    _connect_versions()
    _connect_review()
    intake.connect()
    _connect_leaving()


def _connect_leaving() -> None:
    """Relations and intake lie side by side: what an agent leaves of the one is handed over by the other."""
    register_estate("books", LedBooks())
    register_estate("clients", OwnedClients())  # after the books: who leads one now may own its clients
    register_ending(leave_books)
    register_follower("followups", leaving.follow_clients)
    register_remainder("followups", leaving.Unowned())
    register_load("followups", _("Open follow-ups"), leaving.left_open)
    register_load("calls", _("Calls to note"), leaving.left_unnoted)
    register_load("mandates", _("Mandates in draft"), left_drafts)


def _connect_comparing() -> None:
    """Every model whose rows are about a client: the log holds a digest of each row."""
    for compared in (
        Compared("cl", Client, ObjectType.CLIENT.label),
        Compared(
            "cv",
            ClientVersion,
            _("Earlier version of a client"),
            born="changed_at",
            by_client=(Action.CLIENT_EDIT,),
        ),
        Compared(
            "cp",
            ChangeProposal,
            _("Proposed change of a client"),
            born="proposed_at",
            transient=True,
            by_client=(Action.CLIENT_PROPOSE,),
        ),
        Compared("ce", ConsentEvent, ObjectType.CONSENT.label, born="at"),
        Compared("cm", Communication, ObjectType.COMMUNICATION.label),
        # Who is to call, and whether the number was just shown, goes with the client or changes in passing.
        Compared("fu", FollowUp, ObjectType.FOLLOW_UP.label, left_out=frozenset({"assigned_id", "shown_at"})),
        Compared("ma", Mandate, ObjectType.MANDATE.label),
        Compared("pr", Preference, ObjectType.PREFERENCE.label),
        Compared("ps", Relation, ObjectType.RELATION.label, with_other=True),
        Compared("pp", PositionProposal, _("Proposed change of a position"), transient=True),
        Compared("ra", Rating, ObjectType.RATING.label),
        Compared("tr", Transaction, ObjectType.TRANSACTION.label),
    ):
        register_compared(compared)


def _connect_versions() -> None:
    register_action(ChangeByTwo())
    client_page.add_panel(Panel(template="vault/versions/_waiting.html", context=waiting_panel, order=5))
    book_page.add_panel(Panel(template="vault/importing/recent.html", context=recent_imports, order=80))
    client_page.add_tab(
        Tab(label=_("Changes"), url_name="vault:client_versions", permission=Permission.CLIENT_VIEW, order=90)
    )


def _connect_review() -> None:
    client_page.add_panel(Panel(template="vault/review/_client.html", context=confirmation_panel, order=50))
    book_page.add_panel(Panel(template="vault/review/_book.html", context=period_panel, order=30))
    today.register(stale_clients)
    register(
        NavItem(
            label=_("Review queue"),
            icon="checklist",
            url_name="vault:review",
            permission=Permission.CLIENT_EDIT,
            order=25,
        )
    )


def _connect_disclosures() -> None:
    for action in (ExportClients(), ExportPastMarks(), ReviewCounts()):
        register_action(action)
    on_suspended(end_exports_to)
    today.register(due.sightings)
    today.register(due.ready_exports)
    register_codes({**dict(Place.choices), **dict(ExportState.choices)})
    owners.register(_whose_marks)
    register(
        NavItem(
            label=_("Disclosures"),
            icon="file-export",
            url_name="vault:disclosures",
            permission=Permission.DISCLOSURE_READ,
            area=Area.DATA,
            order=40,
        )
    )


def _whose_factors(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """For the key inventory: what seals people's second factors."""
    ours = FactorKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=_("Second factors")) for compartment in ours}


def _whose_phones(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """Likewise: what seals the mobile numbers of guests."""
    ours = PhoneKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=_("Mobile numbers of guests")) for compartment in ours}


def _whose_certificates(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """Likewise: what seals files of training, and the certificates of other issuers."""
    ours = TrainingKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=ObjectType.TRAINING.label) for compartment in ours}


def _whose_robots(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """Likewise: what seals the addresses of robots of chats."""
    ours = RobotKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=_("Addresses of robots")) for compartment in ours}


def _whose_firms(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """Likewise: what seals agreements, evidence and contacts of partner firms."""
    ours = PartnerKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=_("Files of partner firms")) for compartment in ours}


def _whose_marks(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, owners.Owner]:
    """The compartment of exports and recipients, in the inventory of keys."""
    ours = MarkKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: owners.Owner(kind=ObjectType.MARKS.label) for compartment in ours}


def _connect_custody() -> None:
    register_action(RotateKeys())
    register_action(ThawCompartment())
    register_codes(dict(FreezeReason.choices))
    book_page.add_panel(Panel(template="vault/freezing/_frozen.html", context=frozen_panel, order=1))
    book_page.add_panel(Panel(template="vault/freezing/_book.html", context=freeze_panel, order=90))
    owners.register(books.tell)
    owners.register(_whose_factors)
    owners.register(_whose_phones)
    owners.register(_whose_certificates)
    owners.register(_whose_robots)
    owners.register(_whose_firms)
    today.register(keys_due)
    register(
        NavItem(
            label=_("Keys"),
            icon="key",
            url_name="vault:keys",
            permission=(Permission.KEY_ROTATE, Permission.KEY_VIEW),
            area=Area.DATA,
            order=60,
        )
    )


def _connect_grades() -> None:
    for action in (LowerProtection(), RevealOnce(), MoreToday()):
        register_action(action)
    register_codes({f"l{grade.value}": grade.label for grade in Grade})
    register_codes(dict(Lack.choices))
    register(
        NavItem(
            label=_("Grades"),
            icon="stack-2",
            url_name="vault:grades",
            permission=Permission.GRADE_MANAGE,
            area=Area.DATA,
            order=35,
        )
    )
    client_page.add_panel(Panel(template="vault/reveals/_seen.html", context=seen_panel, order=80))
    client_page.add_tab(
        Tab(
            label=_("Protection"),
            url_name="vault:client_grade",
            permission=Permission.CLIENT_VIEW,
            order=80,
        )
    )
    book_page.add_tab(
        Tab(label=_("Grades"), url_name="vault:book_grades", permission=Permission.CLIENT_VIEW, order=50)
    )
    relations.connect()
