"""What the commands of proofs share: who acts, where the result goes, what a refusal reads like."""

import os
import secrets
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from audit.checkpoints.keys import NoKeys
from audit.dropped import bundle_name
from audit.files import owner_only
from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from compliance.proofs.access import HasLeft, NotYet
from people.accounts.models import User


def add_common(parser: ArgumentParser) -> None:
    parser.add_argument("--as", dest="person", required=True, help="the person's sign-in name")
    parser.add_argument("--out", type=Path, required=True, help="the file to write; it must not be there yet")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


@contextmanager
def acting(username: str) -> Iterator[User]:
    """The person whom --as names, as the origin of what is recorded. Raises CommandError in plain words."""
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise CommandError(_("There is no open account of this name."))
    with acting_as(Origin(actor=person.pk)):
        try:
            yield person
        except Refused as refused:
            record(refused)
            raise CommandError(_("There is no such entry, or this person may not take it out.")) from None
        except NotYet:
            raise CommandError(_("No signed checkpoint holds it yet. Try again in a few seconds.")) from None
        except HasLeft as left:
            told = {"month": left.month.code, "name": bundle_name(left.month.code)}
            raise CommandError(
                _("%(month)s has left the log. Its entries are in the bundle %(name)s; take that one.") % told
            ) from None
        except NoKeys as missing:
            raise CommandError(str(missing)) from None


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone that appears under its name once it is whole. Raises CommandError."""
    if path.exists():
        raise CommandError(_("The file is there already; name another one."))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb", opener=owner_only) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except OSError:
        raise CommandError(_("The file cannot be written.")) from None
    finally:
        temporary.unlink(missing_ok=True)
