"""The worker at a redaction: search the text, or make the copy.

Before each piece of the work the gate is asked again, of the database: whoever lost the right meanwhile gets
no further page and no copy, and a room that is frozen meanwhile keeps the work waiting.
"""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import translation

from audit.actions import Action, ObjectType, Result
from audit.alone import alone
from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from deals.files.models import FileVersion
from deals.files.reading import content_keys, open_content
from deals.redaction.access import get_source
from deals.redaction.applying import make_copy
from deals.redaction.entries import log
from deals.redaction.models import AT_WORK, Redaction, State, Trouble
from deals.redaction.pieces import Pieces, Stopped, TooLarge
from deals.redaction.searching import search_text
from deals.rooms.naming import names_open
from deals.viewer.rendering import Unshowable, in_memory
from people.accounts.models import User
from vault.access import Mode
from vault.crypto.errors import CryptoError
from vault.keys.errors import CompartmentFrozen, KeyWithheld

_ACTIONS = {State.SEARCHING: Action.REDACTION_SEARCH, State.APPLYING: Action.REDACTION_APPLY}
_WORKS = {State.SEARCHING: search_text, State.APPLYING: make_copy}


def run_redaction(redaction_id: UUID) -> None:
    """Do, or do anew, what was asked for; returns at once when another process does it or it has ended.

    Database, log and disk errors pass through: the redaction stays as it is and is taken up again by beat.
    """
    with alone(redaction_id) as mine:
        found = Redaction.objects.select_related("version__file__room__deal", "maker")
        redaction = found.filter(pk=redaction_id, state__in=AT_WORK).first()
        if not mine or redaction is None:
            return
        with acting_as(Origin(actor=redaction.maker_id)), translation.override(redaction.maker.language):
            try:
                _work(redaction)
            except (Stopped, CompartmentFrozen):
                return  # the person called it back; or beat takes it up again until the freeze has ended
            except TooLarge:
                _give_back(redaction, Trouble.TOO_LARGE)
            except (Unshowable, CryptoError, FileNotFoundError):
                _give_back(redaction, Trouble.UNREADABLE)
            except KeyWithheld:
                _give_back(redaction, Trouble.WITHHELD)
            except Refused as refused:
                record(refused)
                _give_back(redaction, Trouble.WITHHELD)


def _work(redaction: Redaction) -> None:
    state = State(redaction.state)
    deal_id = redaction.version.file.room.deal_id
    ask = partial(_ask, deal_id, redaction.version_id, redaction.maker_id, _ACTIONS[state])
    version = redaction.version = ask()
    with (
        names_open(
            version.file.room,
            _ACTIONS[state],
            ObjectType.FILE,
            version.file_id,
            mode=Mode.WRITE,
            fields=(f"version.{version.number}",),
            keys=content_keys(version),
        ) as context,
        open_content(version, context) as content,
        in_memory(content) as file,
    ):
        _WORKS[state](redaction, Pieces(redaction, file, ask), context)


def _ask(deal_id: UUID, version_id: UUID, maker_id: UUID, action: Action) -> FileVersion:
    """The gate, asked of the person as they are now. Raises Refused."""
    return get_source(User.objects.get(pk=maker_id), deal_id, version_id, action)


def _give_back(redaction: Redaction, trouble: Trouble) -> None:
    """The work came to nothing: back to the draft, with all its marks, and with what was wrong."""
    with transaction.atomic():
        given = Redaction.objects.filter(pk=redaction.pk, state__in=AT_WORK)
        if given.update(state=State.DRAFT, problem=trouble):
            log(redaction, Action.REDACTION_STOP, result=Result.FAILED)
