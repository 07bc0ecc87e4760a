"""Which words and characters find which name: written down here, not asked of what makes the index."""

from types import SimpleNamespace

import pytest

from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add
from vault.records.models import ClientBook
from vault.records.search import search

__all__ = ["crypto_profile"]

NAMES = {
    "欧阳 Peter Chen": "13900001111",
    "Müller-Lüdenscheidt Anna": "13900002222",
    "陈大文 David": "13900003333",
    "O'Brien Siân": "13900004444",
    "阿依努尔·买买提": "13900005555",
}
OUYANG, MULLER, CHEN, OBRIEN, AYNUR = NAMES
FOUND_BY = {
    "peter": [OUYANG],
    "CHEN": [OUYANG],
    "Ｃｈｅｎ Ｐｅｔｅｒ": [OUYANG],
    "chen 欧阳": [OUYANG],
    "欧阳": [OUYANG],
    "阳": [OUYANG],
    "欧阳 1111": [OUYANG],
    "欧阳PETERCHEN": [OUYANG],
    "anna": [MULLER],
    "MÜLLER": [MULLER],
    "mu\u0308ller": [MULLER],  # the dots as a character of their own
    "Lüdenscheidt": [MULLER],
    "Anna Müller-Lüdenscheidt": [MULLER],
    "Müller 2222": [MULLER],
    "anna 2222": [MULLER],
    "大文": [CHEN],
    "陈": [CHEN],
    "David": [CHEN],
    "david 陈大文": [CHEN],
    "陈 3333": [CHEN],
    "O’Brien": [OBRIEN],
    "brien": [OBRIEN],
    "siân": [OBRIEN],
    "买买提": [AYNUR],
    "阿依努尔": [AYNUR],
    # A word is found whole, Chinese as it stands, an accent is a letter's own, and all must be there.
    "pet": [],
    "文大": [],
    "muller": [],
    "Peter David": [],
    "大文 Anna": [],
    "David 2222": [],
}


@pytest.mark.django_db
def test_each_word_and_each_stretch_of_a_name_finds_it_and_no_other(
    people: SimpleNamespace, book: ClientBook
) -> None:
    made = {add(book, {"name": name, "phone": f"+86{phone}"}).pk: name for name, phone in NAMES.items()}
    with acting(people.ming):
        found = {
            typed: [made[row.client.pk] for row in search(actor=people.ming, text=typed).rows]
            for typed in FOUND_BY
        }
    assert found == FOUND_BY
