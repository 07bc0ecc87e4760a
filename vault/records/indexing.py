"""A client's blind-index tokens: for search, and to see whether somebody is there already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from uuid import UUID

from vault.crypto.blind import IndexKey as TokenKey
from vault.crypto.blind import number_maker, token, token_maker
from vault.formats import email, identity, names
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.keys.store import IndexRow, index_row, packed_base
from vault.records.labels import Field, IndexLabel
from vault.records.models import ClientBook
from vault.sealed.context import AccessContext

Values = Mapping[str, str]
# The label, negative for tokens of an odd generation of keys (IndexKey.signed), and the token.
Token = tuple[int, bytes]

END = 4  # digits of a number's end


def _whole(field: Field, key: Callable[[str], str] = str) -> Callable[[Values], Iterable[str]]:
    return lambda values: (key(value),) if (value := values.get(field)) else ()


def _end(field: Field) -> Callable[[Values], Iterable[str]]:
    return lambda values: (value[-END:],) if (value := values.get(field)) else ()


def _name_parts(values: Values) -> Iterable[str]:
    return names.parts(values.get(Field.NAME, ""))


def _name_and_phone_end(values: Values) -> Iterable[str]:
    name, number = values.get(Field.NAME), values.get(Field.PHONE)
    return [head_key(head, number[-END:]) for head in names.heads(name)] if name and number else ()


def head_key(head: str, end: str) -> str:
    """`王` and `1234` as one key."""
    return f"{head}\0{end}"


# From normalised values, so that nothing here parses a number again.
STORED: Mapping[IndexLabel, Callable[[Values], Iterable[str]]] = {
    IndexLabel.PHONE: _whole(Field.PHONE),
    IndexLabel.ID_NUMBER: _whole(Field.ID_NUMBER, identity.key_of),
    IndexLabel.EMAIL: _whole(Field.EMAIL, email.folded),
    IndexLabel.CREDIT_CODE: _whole(Field.CREDIT_CODE),
    IndexLabel.NAME: _whole(Field.NAME, names.folded),
    IndexLabel.BANK_ACCOUNT: _whole(Field.BANK_ACCOUNT),
    IndexLabel.PHONE_END: _end(Field.PHONE),
    IndexLabel.ACCOUNT_END: _end(Field.BANK_ACCOUNT),
    IndexLabel.NAME_PART: _name_parts,
    IndexLabel.NAME_AND_PHONE_END: _name_and_phone_end,
}


def _packer(book: ClientBook, key: TokenKey, label: IndexLabel, sign: int) -> Callable[[str], str]:
    """Value → number of the index, as text."""
    number, base = number_maker(key, label.bits), packed_base(book.pk, label)
    make: Callable[[str], str] = lambda value: str(sign * (base | number(value)))  # noqa: E731
    # The characters of many names are few. What is kept of them goes with the maker, after a batch.
    return cache(make) if label is IndexLabel.NAME_PART else make


def tokens_for(
    keys: Mapping[int, int], opened: Mapping[int, Opened], label: IndexLabel, values: Iterable[str]
) -> Iterator[list[Token]]:
    """One book's tokens of these values of an index, once for each generation of keys that the book has.

    `keys` is signed label → key id, `opened` holds these keys.
    """
    values = list(values)
    for signed in (label.value, -label.value):
        if signed in keys:
            held = opened[keys[signed]].key
            if not isinstance(held, TokenKey):
                raise KeyWithheld(1)
            yield [(signed, token(held, value, label.bits)) for value in values]


class BookTokens:
    """Makes tokens with the index keys of one book, out of the context in which they are open."""

    def __init__(self, book: ClientBook, context: AccessContext, keys: Mapping[int, int]) -> None:
        """`keys` is `books.index_keys(book)`. Raises KeyWithheld when one is not open in `context`."""
        self.book = book
        self.entry = context.entry
        self._keys: dict[int, TokenKey] = {}
        for signed, key_id in keys.items():
            held = context.keys.get(key_id)
            if held is None or not isinstance(held.key, TokenKey):
                raise KeyWithheld(1)
            self._keys[signed] = held.key
        in_force = next(iter(keys), 1)
        # While keys are rotated there are two generations, and whoever writes writes the tokens of both.
        self._signs = sorted({1 if signed > 0 else -1 for signed in keys}, reverse=in_force > 0)
        self._packers = [
            (keys_of, _packer(book, key, label, sign))
            for sign in self._signs
            for label, keys_of in STORED.items()
            if (key := self._keys.get(sign * label)) is not None
        ]
        self._unique = [
            ("t" if sign < 0 else "f", token_maker(key, IndexLabel.UNIQUE.bits))
            for sign in self._signs
            if (key := self._keys.get(sign * IndexLabel.UNIQUE)) is not None
        ]

    def of(self, label: IndexLabel, value: str) -> bytes:
        """The token under the generation of keys that is in force."""
        return token(self._keys[self._signs[0] * label], value, label.bits)

    def row_of(self, client_id: UUID, values: Values) -> IndexRow:
        """Every token that a client with these normalised values has, those in force first."""
        packed = [pack(value) for keys_of, pack in self._packers for value in keys_of(values)]
        known_by = unique_keys(values)
        unique = [make(value).hex() for _, make in self._unique for value in known_by]
        return index_row(client_id, packed, unique, [odd for odd, _ in self._unique for _ in known_by])


def unique_keys(values: Values) -> list[str]:
    """What tells this client from all others of the book, strongest first.

    An ID number or a credit code does; without one, the name with the phone; without that too, all that
    is known of who it is. Two clients with equal first keys are the same client.
    """
    keys = []
    if id_number := values.get(Field.ID_NUMBER):
        keys.append(f"id\0{identity.key_of(id_number)}")
    if code := values.get(Field.CREDIT_CODE):
        keys.append(f"code\0{code}")
    name = names.folded(values[Field.NAME])
    if number := values.get(Field.PHONE):
        keys.append(f"phone\0{name}\0{number}")
    else:
        rest = (Field.EMAIL, Field.ADDRESS, Field.BANK_ACCOUNT, Field.BIRTH_DATE)
        known = "\0".join([name, *(values.get(field, "") for field in rest)])
        keys.append(f"rest\0{sha256(known.encode()).hexdigest()}")
    return keys
