"""The reason of a reveal is a choice that somebody makes."""

from vault.purposes.catalogue import Holding
from vault.records.forms import RevealForm


def test_no_reason_is_chosen_beforehand() -> None:
    form = RevealForm(holding=Holding.OWN)
    first, _label = form.fields["reason"].choices[0]
    assert first == ""


def test_a_reveal_without_a_reason_is_refused() -> None:
    form = RevealForm({"purpose": "service", "reason": ""}, holding=Holding.OWN)
    assert not form.is_valid()
    assert "reason" in form.errors
