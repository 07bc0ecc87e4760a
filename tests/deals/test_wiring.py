"""What the deals layer brings to the layers below it."""

from types import SimpleNamespace

from vault.records.dealchoices import deals_of


def test_a_book_can_be_entrusted_for_the_deals_that_one_works_on(world: SimpleNamespace) -> None:
    assert deals_of(world.lea) == [(world.deal.pk, world.deal.code_name)]
    assert deals_of(world.ada) == []
    assert deals_of(world.bo) == []
