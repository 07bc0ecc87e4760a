"""Recovery codes: ten at a time, each in the place of a second factor, once.

A code is twelve digits, so that it can be read from paper and typed on a number pad: the first says which
of the ten it is, eleven are random (36 bits). So few are to be hashed like a password (OWASP ASVS 5.0,
6.5.2): what is kept is Argon2id over the random part, and that sealed for its person
(people.factors.sealing). Whoever has the database reads nothing; whoever has the root key as well has
hashes to guess at; whoever writes to the table puts no code of their own there. By its first digit one hash
is compared, not ten, so a guess costs no more than a password's.
"""

import re
import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.factors.sealing import sealed, unsealed
from people.today import DueItem, Urgency

CODES = Authenticator.Type.RECOVERY_CODES
COUNT = 10
RANDOM = 11  # digits
_KEPT = "codes"  # by number: the sealed hash; none where it was used
_BETWEEN = re.compile(r"[\s\-]")
_CODE = re.compile(rf"([0-9])([0-9]{{{RANDOM}}})", re.ASCII)


def drawn() -> tuple[list[str], list[str]]:
    """New codes as their person reads them, and what is kept of each. Takes a second: hashing is slow by
    design."""
    random = [f"{secrets.randbelow(10**RANDOM):0{RANDOM}}" for _ in range(COUNT)]
    codes = [f"{number}{part}" for number, part in enumerate(random)]
    return ["-".join(re.findall("....", code)) for code in codes], [make_password(part) for part in random]


def keep(actor: User, hashes: list[str]) -> None:
    """In the place of those from before. Inside `secrets_of` and a transaction."""
    Authenticator.objects.filter(user_id=actor.pk, type=CODES).delete()
    Authenticator.objects.create(user=actor, type=CODES, data={_KEPT: [sealed(one) for one in hashes]})


def take(row: Authenticator, typed: str) -> bool:
    """Whether it is a code that was not used; it is thereby used up, and gone. Inside `secrets_of`, with
    the row locked: of two requests at the same moment one finds it gone."""
    found, kept = _CODE.fullmatch(_BETWEEN.sub("", typed)), row.data[_KEPT]
    number = int(found[1]) if found else len(kept)
    if found is None or number >= len(kept) or kept[number] is None:
        return False
    if not check_password(found[2], unsealed(kept[number])):
        return False
    kept[number] = None
    row.save(update_fields=["data"])
    return True


def left(row: Authenticator | None) -> int:
    """How many were not used: counted without opening them."""
    return sum(one is not None for one in row.data[_KEPT]) if row else 0


def due(user: User) -> list[DueItem]:
    """For everybody's day: their last code is used."""
    row = Authenticator.objects.filter(user_id=user.pk, type=CODES).first()
    return [
        DueItem(
            label=_("You have no recovery codes left: make new ones before you need them"),
            count=int(row is not None and not left(row)),
            url=reverse("people:factors"),
            urgency=Urgency.SOON,
        )
    ]
