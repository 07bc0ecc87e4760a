"""What a use demands of a client's consent, and what a book therefore asks its clients for."""

from collections.abc import Iterable
from dataclasses import dataclass

from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Act, Form, Recipient, Scope

_FIRMNESS = list(Form)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a client says yes or no to; `form` is the least that counts."""

    purpose: Purpose
    scope: Scope
    recipient: Recipient = Recipient.NONE
    form: Form = Form.SEPARATE

    @classmethod
    def stored(cls, key: tuple[str, str, str]) -> "Ask":
        """Of a row of the ledger, by its purpose, scope and recipient."""
        purpose, scope, recipient = key
        form = Form.GENERAL if scope == Scope.USE else Form.SEPARATE
        return cls(Purpose(purpose), Scope(scope), Recipient(recipient), form)

    @property
    def code(self) -> str:
        """Names it in a form: "marketing.share.partner"."""
        return ".".join(filter(None, (self.purpose.value, self.scope.value, self.recipient.value)))


def is_firm_enough(form: str, wanted: Form) -> bool:
    """Written consent stands for separate consent, and both for the general one."""
    return _FIRMNESS.index(Form(form)) >= _FIRMNESS.index(wanted)


def demanded(
    row: BookBasis,
    act: Act,
    *,
    sensitive: bool,
    highest: bool = False,
    recipient: Recipient = Recipient.NONE,
    abroad: bool = False,
) -> list[Ask]:
    """The consents without which the act, or the same towards somebody abroad, is unlawful.

    General consent where consent carries the purpose; a separate one for sensitive data, for a third party
    and abroad (PIPL 29, 23, 39); to give the highest grade away, a written one. A statute that demands a use
    needs nobody's consent (PIPL 13).
    """
    purpose = Purpose(row.purpose)
    asks: list[Ask] = []
    if row.basis == Basis.CONSENT:
        asks.append(Ask(purpose, Scope.USE, form=Form.GENERAL))
    if sensitive and (row.basis == Basis.CONSENT or row.ask_sensitive):
        asks.append(Ask(purpose, Scope.SENSITIVE))
    if row.basis != Basis.LEGAL_DUTY:
        if act is Act.SHARE:
            form = Form.WRITTEN if highest else Form.SEPARATE
            asks.append(Ask(purpose, Scope.SHARE, recipient, form))
        if abroad:
            asks.append(Ask(purpose, Scope.OVERSEAS))
    return asks


def asks_of(rows: Iterable[BookBasis]) -> list[Ask]:
    """Everything that the clients of a book are asked for."""
    asks: list[Ask] = []
    for row in rows:
        if row.on:
            asks += demanded(row, Act.REVEAL, sensitive=True, abroad=row.overseas)
            for recipient in row.recipients:
                shared = demanded(row, Act.SHARE, sensitive=False, recipient=Recipient(recipient))
                asks += [ask for ask in shared if ask.scope is Scope.SHARE]
    return asks
