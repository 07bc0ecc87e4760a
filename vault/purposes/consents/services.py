"""Writing the ledger. Giving and withdrawing go through the same functions, in the same number of steps."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.purposes.asks import Ask, asks_of, is_firm_enough
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Holding
from vault.purposes.codes import Channel, Form
from vault.purposes.consents.ledger import Word, words_of
from vault.purposes.consents.models import PROOF, ConsentEvent
from vault.purposes.consents.nearness import may_be_ours
from vault.purposes.notices.models import Notice, NoticeLink
from vault.purposes.notices.services import deliver, notice_in_force
from vault.purposes.uploads import Proof
from vault.records.access import get_client, may_open
from vault.records.entries import client_entry
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.verifying.codes import row_code


def ask_named(client: Client, code: str, *, given: bool) -> Ask:
    """The thing that this client is asked for. What is no longer asked can still be withdrawn.

    Raises NotPossible: this client's book asks for no such thing, or nothing is asked of them any more, since
    they are kept for storage only.
    """
    if given and not may_open(client):
        raise NotPossible(_("This client is kept for storage only: nothing is asked of them any more."))
    rows = BookBasis.objects.filter(book_id=client.book_id)
    asks = asks_of(row for row in rows if row.on)
    if not given:
        asks += [Ask.stored(key) for key in words_of([client.pk]).get(client.pk, {})]
    for ask in asks:
        if ask.code == code:
            return ask
    raise NotPossible(_("The clients of this book are not asked for this."))


def record_consent(
    *,
    actor: User,
    client_id: UUID,
    code: str,
    given: bool,
    channel: Channel,
    form: Form,
    proof: Proof,
) -> ConsentEvent:
    """What a client said to somebody of ours: consent, or its withdrawal.

    Raises:
        Refused: no such client for this person.
        NotPossible: there is no proof, no notice, no such thing asked for, or the form is too weak for it.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    ask = ask_named(client, code, given=given)
    entrusted = client.book.holding == Holding.ENTRUSTED
    if entrusted != (channel is Channel.PRINCIPAL) or channel is Channel.LINK:
        raise NotPossible(_("In an entrusted book the principal instructs; in our own, the client consents."))
    if not proof:
        raise NotPossible(_("Say how it can be proved: in words, or by a scan."))
    if given and not is_firm_enough(form, ask.form):
        raise NotPossible(_("This needs a separate or written consent."))
    notice = None if entrusted else notice_in_force(client.book_id)
    if given and not entrusted and notice is None:
        raise NotPossible(_("This book has no notice yet. A compliance officer publishes it."))
    opening = client_entry(client, Action.CLIENT_OPEN)
    with access(Mode.WRITE, opening, groups={PROOF}), transaction.atomic():
        lock_client(client)
        event = _event(client, ask, given=given, form=form, channel=channel, notice=notice)
        event.recorded_by = actor
        event.words, event.media_type, event.file = proof.words, proof.media_type, proof.file
        event.has_proof = True
        return _keep(event)


def answer_through_link(*, link: NoticeLink, code: str, given: bool) -> ConsentEvent | None:
    """What the client clicked. None when it is so already.

    Raises NotPossible: the link no longer gives, or there is no such thing asked for.
    """
    client = link.client
    ask = ask_named(client, code, given=given)
    notice = notice_in_force(client.book_id)
    if given and (link.gives_until <= timezone.now() or notice is None or not may_open(client)):
        raise NotPossible(_("This link no longer takes consent. It still takes its withdrawal."))
    with transaction.atomic():
        lock_client(client)
        known = words_of([client.pk], purpose=ask.purpose.value).get(client.pk, {})
        word = known.get((ask.purpose.value, ask.scope.value, ask.recipient.value))
        row = BookBasis.objects.get(book_id=client.book_id, purpose=ask.purpose)
        if word is None and not given:
            return None
        if word is not None and word.given == given and _is_so(word, row):
            return None
        event = _event(client, ask, given=given, form=_clicked(ask), channel=Channel.LINK, notice=notice)
        event.to_confirm = given and may_be_ours(link)
        return _keep(event)


def _is_so(word: Word, row: BookBasis) -> bool:
    """Whether saying the same once more would change nothing."""
    return not word.given or (word.stands and word.notice_version >= row.consents_since)


def acknowledge(link: NoticeLink) -> None:
    """The client says that they have read the notice in force."""
    notice = notice_in_force(link.client.book_id)
    if notice is not None:
        with transaction.atomic():
            deliver(link.client, notice, Channel.LINK, None)


def _clicked(ask: Ask) -> Form:
    """A click is a consent of its own, for one thing alone; it is never a written one."""
    return Form.GENERAL if ask.form is Form.GENERAL else Form.SEPARATE


def lock_client(client: Client) -> None:
    """Two words of one client queue, so that the newest row is the last word. Raises NotPossible."""
    if not Client.objects.select_for_update(no_key=True).filter(pk=client.pk).exists():
        raise NotPossible(_("This client is no longer here."))


def _event(
    client: Client, ask: Ask, *, given: bool, form: Form, channel: Channel, notice: Notice | None
) -> ConsentEvent:
    return ConsentEvent(
        client=client,
        key_id=client.key_id,
        purpose=ask.purpose,
        scope=ask.scope,
        recipient=ask.recipient,
        given=given,
        form=form,
        channel=channel,
        notice=notice,
        notice_version=notice.version if notice else 0,
    )


def _keep(event: ConsentEvent) -> ConsentEvent:
    event.save()
    event.refresh_from_db(fields=["at"])  # the database's own time: it says which word is the last
    if event.given and event.notice is not None:
        deliver(event.client, event.notice, Channel(event.channel), event.recorded_by)
    record_change(
        Entry(
            action=Action.CONSENT_GIVE if event.given else Action.CONSENT_WITHDRAW,
            object_type=ObjectType.CONSENT,
            object_id=event.pk,
            subjects=(event.client_id,),
            deal=event.client.book.deal_id,
            purpose=event.purpose,
            fields=(
                f"scope.{event.scope}",
                *((f"to.{event.recipient}",) if event.recipient else ()),
                f"channel.{event.channel}",
                *(("consent.to_confirm",) if event.to_confirm else ()),
                row_code(event),
            ),
        )
    )
    return event
