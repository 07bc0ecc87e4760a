"""A client's blind-index tokens: for search, and to see whether somebody is there already."""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from vault.crypto.blind import IndexKey as TokenKey
from vault.crypto.blind import token
from vault.formats import credit_code, email, identity, names, phone
from vault.formats.checked import FormatError
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.records.labels import SEARCHED, Field, IndexLabel
from vault.records.models import ClientBook
from vault.sealed.context import AccessContext

SEARCH_KEYS: Mapping[IndexLabel, tuple[Field, Callable[[str], str]]] = {
    IndexLabel.PHONE: (Field.PHONE, phone.search_key),
    IndexLabel.ID_NUMBER: (Field.ID_NUMBER, identity.search_key),
    IndexLabel.EMAIL: (Field.EMAIL, email.search_key),
    IndexLabel.CREDIT_CODE: (Field.CREDIT_CODE, credit_code.search_key),
    IndexLabel.NAME: (Field.NAME, names.search_key),
}

Values = Mapping[str, str]
Token = tuple[int, bytes]


def tokens_for(
    keys: Mapping[IndexLabel, int], opened: Mapping[int, Opened], wanted: Mapping[IndexLabel, str]
) -> Iterator[tuple[IndexLabel, bytes]]:
    """One book's tokens of what is looked for. `keys` is label → key id, `opened` holds these keys."""
    for label, value in wanted.items():
        held = opened[keys[label]].key
        if not isinstance(held, TokenKey):
            raise KeyWithheld(1)
        yield label, token(held, value, label.bits)


class BookTokens:
    """Makes tokens with the index keys of one book, out of the context in which they are open."""

    def __init__(self, book: ClientBook, context: AccessContext, keys: Mapping[int, int]) -> None:
        """`keys` is label → key id. Raises KeyWithheld when one of them is not open in `context`."""
        self.book = book
        self._keys: dict[IndexLabel, TokenKey] = {}
        for label, key_id in keys.items():
            held = context.keys.get(key_id)
            if held is None or not isinstance(held.key, TokenKey):
                raise KeyWithheld(1)
            self._keys[IndexLabel(label)] = held.key

    def of(self, label: IndexLabel, value: str) -> bytes:
        return token(self._keys[label], value, label.bits)

    def of_client(self, values: Values) -> Iterator[Token]:
        """Every index row that a client with these normalised values has."""
        for label in SEARCHED:
            if key := search_key(label, values):
                yield label.value, self.of(label, key)
        for key in unique_keys(values):
            yield IndexLabel.UNIQUE.value, self.of(IndexLabel.UNIQUE, key)


def search_key(label: IndexLabel, values: Values) -> str:
    """The form of a client's value by which it is found; empty when the client has none."""
    field, key = SEARCH_KEYS[label]
    value = values.get(field)
    return key(value) if value else ""


def query_keys(text: str) -> dict[IndexLabel, str]:
    """What a typed text can mean: for each index whose format it has, the form by which to look it up."""
    found: dict[IndexLabel, str] = {}
    for label, (_, key) in SEARCH_KEYS.items():
        try:
            found[label] = key(text)
        except FormatError:
            continue
    return found


def unique_keys(values: Values) -> list[str]:
    """What tells this client from all others of the book, strongest first.

    An ID number or a credit code does; without one, the name with the phone; without that too, all that
    is known of who it is. Two clients with equal first keys are the same client.
    """
    keys = []
    if id_number := values.get(Field.ID_NUMBER):
        keys.append(f"id\0{identity.search_key(id_number)}")
    if code := values.get(Field.CREDIT_CODE):
        keys.append(f"code\0{code}")
    name = names.search_key(values[Field.NAME])
    if number := values.get(Field.PHONE):
        keys.append(f"phone\0{name}\0{number}")
    else:
        rest = (Field.EMAIL, Field.ADDRESS, Field.BANK_ACCOUNT, Field.BIRTH_DATE)
        known = "\0".join([name, *(values.get(field, "") for field in rest)])
        keys.append(f"rest\0{sha256(known.encode()).hexdigest()}")
    return keys
