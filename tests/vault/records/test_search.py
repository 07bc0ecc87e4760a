"""Search finds exactly what is recorded, however it is typed, in every book of the person and in no other."""

from types import SimpleNamespace

import pytest

from tests.vault.records.makers import acting, add
from vault.records.models import ClientBook
from vault.records.search import search


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "Zhang@QQ.com",
        " 张 三丰 ",
    ],
)
def test_found_however_it_is_typed(people: SimpleNamespace, book: ClientBook, typed: str) -> None:
    client = add(book)
    add(book, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        found = search(actor=people.ming, text=typed)
    assert [row.client.pk for row in found.rows] == [client.pk]
    assert (found.rows[0].name, found.rows[0].phone) == ("张*", "138****8000")
