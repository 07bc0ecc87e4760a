"""What makes an export's rows tell whose they are: invented people among them, and the forms of addresses.

Invented people ("canary rows") are drawn from the key of the marks, so that the same export made again has
the same ones and no two exports share one. They take their shape (which cells are filled, which region, which
street) from rows of the list itself, and stand anywhere in it, since the whole list is shuffled by key.

They cannot be anybody: 140 to 143 begin machine numbers of thirteen digits and 154 begins nothing in the
numbering plan, so that no eleven digits of these reach a telephone; the mailbox is that number's at 139.com,
which gives boxes to its own subscribers only; sequence codes from 996 on are kept for people past a hundred,
and nobody invented here is; a card's holder is compared with its number before money moves. Whoever knows
this page can look for such rows: some real lists hold machine numbers and mistyped ones as well, and the
addresses' forms remain. A range that cannot be told from real people's would be real people's.

How many: a fifth of the list, at least 3 and at most 20. A half of the rows, taken without knowing which are
invented, misses all of k with a chance below 2^-k: 1 in a million for k = 20. Nothing real is left out.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vault.crypto.blind import IndexKey
from vault.demo.people import make_company, make_person
from vault.disclosures import forms_of_address
from vault.disclosures.marks import drawn
from vault.formats import email, names
from vault.formats.bank_account import search_key as account_key
from vault.formats.identity import check_character
from vault.records.labels import Field

FEWEST, MOST, ONE_IN = 3, 20, 5
_REACH_NOBODY = ("140", "141", "142", "143", "154")
_CENTENARIANS = ("996", "997", "998", "999")

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """The rows in the order in which they are written, and by which tokens the invented ones are known."""

    rows: list[Values]
    tokens: list[tuple[int, bytes]]  # number of the invented person, token


def mark(key: IndexKey, export: UUID, people: Sequence[tuple[UUID, Mapping[str, str]]]) -> Marked:
    """Mark the rows of an export: (client, values by field), plaintext, in a fixed order."""
    donors = _Donors([values for _, values in people])
    rows = [(drawn(key, "row", export, client), _formed(key, export, client, row)) for client, row in people]
    tokens: list[tuple[int, bytes]] = []
    for number in range(canary_count(len(people))):
        seed = int.from_bytes(drawn(key, "canary", export, number))
        invented = _canary(random.Random(seed), donors)  # noqa: S311 (the seed is the secret)
        tokens += [(number, canary_token(key, name)) for name in identifying(invented)]
        rows.append((drawn(key, "row", export, number), invented))
    return Marked([row for _, row in sorted(rows, key=lambda pair: pair[0])], tokens)


def canary_count(size: int) -> int:
    """How many invented people a list of `size` gets."""
    return max(FEWEST, min(MOST, -(-size // ONE_IN)))


def canary_token(key: IndexKey, name: str) -> bytes:
    return drawn(key, "known", name)


def form_bits(key: IndexKey, export: UUID, client: UUID) -> tuple[int, int]:
    """The forms of province and room in which this export writes this client's address."""
    bits = drawn(key, "form", export, client)[0]
    return bits & 1, bits >> 1 & 1


def may_be_invented(values: Mapping[str, str]) -> bool:
    """Whether a row can be one of ours: told without a key, so that imports of real people pay nothing."""
    phone, number = values.get(Field.PHONE, ""), values.get(Field.ID_NUMBER, "")
    mail = values.get(Field.EMAIL, "")
    if not (phone or number or mail):
        return True
    return (
        phone.removeprefix("+86").startswith(_REACH_NOBODY)
        or number[14:17] in _CENTENARIANS
        or mail.startswith(_REACH_NOBODY)
    )


def identifying(values: Mapping[str, str]) -> Iterable[str]:
    """What alone, or two together, tells a person: as normalised by the formats, whatever the headings."""
    if phone := values.get(Field.PHONE):
        yield f"phone {phone}"
    if number := values.get(Field.ID_NUMBER):
        yield f"id {number}"
    if code := values.get(Field.CREDIT_CODE):
        yield f"code {code}"
    if address := values.get(Field.EMAIL):
        yield f"mail {email.search_key(address)}"
    if account := values.get(Field.BANK_ACCOUNT):
        yield f"bank {account_key(account)}"
    if name := values.get(Field.NAME):
        key = names.search_key(name)
        if address := values.get(Field.ADDRESS):
            yield f"lives {key} {forms_of_address.plain(address)}"
        if born := values.get(Field.BIRTH_DATE):
            yield f"born {key} {born}"


def _formed(key: IndexKey, export: UUID, client: UUID, values: Mapping[str, str]) -> Values:
    row = dict(values)
    if address := row.get(Field.ADDRESS):
        row[Field.ADDRESS] = forms_of_address.written(address, *form_bits(key, export, client))
    return row


class _Donors:
    """What invented rows take their looks from."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.rows = rows
        self.names = [name for row in rows if _is_short_chinese(name := row.get(Field.NAME, ""))]
        self.regions = [row[Field.ID_NUMBER][:6] for row in rows if len(row.get(Field.ID_NUMBER, "")) == 18]
        self.addresses = [row[Field.ADDRESS] for row in rows if row.get(Field.ADDRESS)]
        notes = Counter(row[Field.NOTES] for row in rows if row.get(Field.NOTES))
        # What several rows share tells of none of them.
        self.notes = [note for note, count in notes.items() if count > 2]


def _is_short_chinese(name: str) -> bool:
    return 2 <= len(name) <= 4 and all(map(names.is_ideograph, name))


def _canary(rng: random.Random, donors: _Donors) -> Values:
    """An invented person or company with the cells that a row of the list has."""
    shape = rng.choice(donors.rows)
    is_company = bool(shape.get(Field.CREDIT_CODE)) or names.is_company(shape.get(Field.NAME, ""))
    made = make_company(rng) if is_company else _person(rng, donors)
    phone = rng.choice(_REACH_NOBODY) + f"{rng.randrange(10**8):08}"
    made |= {Field.PHONE: f"+86{phone}", Field.EMAIL: f"{phone}@139.com"}
    made[Field.NOTES] = rng.choice(donors.notes) if donors.notes else ""
    if donors.addresses:
        made[Field.ADDRESS] = _moved(rng, rng.choice(donors.addresses))
    filled = [field.value for field in Field if shape.get(field)]
    return {name: made[name] for name in filled if made.get(name)}


def _person(rng: random.Random, donors: _Donors) -> Values:
    """Name and region as they are common in this list, and nobody's together."""
    made = make_person(rng)
    if len(donors.names) >= MOST:
        given = rng.choice(donors.names)
        made["name"] = names.surname(rng.choice(donors.names)) + given[len(names.surname(given)) :]
    seventeen = made["id_number"][:14] + rng.choice(_CENTENARIANS)
    if donors.regions:
        seventeen = rng.choice(donors.regions) + seventeen[6:]
    made["id_number"] = seventeen + check_character(seventeen)
    return made


def _moved(rng: random.Random, address: str) -> str:
    """Another house of the same street."""
    digits = "".join(str(rng.randrange(1, 10)) if one.isdecimal() else one for one in address)
    return forms_of_address.written(digits, rng.randrange(2), rng.randrange(2))
