from types import SimpleNamespace

import pytest

from tests.vault.records.conftest import as_worker, book, people
from tests.vault.records.makers import add, let_in
from tests.vault.relations.makers import company_in, share
from vault.records.models import ClientBook

__all__ = ["as_worker", "book", "held", "people"]


@pytest.fixture
def held(people: SimpleNamespace, book: ClientBook) -> SimpleNamespace:
    """A company of which 张三丰 holds 30 %, in Ming's book, in which Lea works, too; Lin is not in it."""
    let_in(book, people.lea)
    company, holder = company_in(book), add(book)
    return SimpleNamespace(
        company=company, holder=holder, row=share(company, holder, people.ming, "30"), ming=people.ming
    )
