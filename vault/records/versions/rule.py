"""Which changes wait for a second person.

Who a client is and where money goes: whoever could replace these alone could turn a payment or a contract to
somebody else. A value that is entered for the first time replaces nothing that anybody relied on, and could
have come in with the client itself, so it counts at once; but only once: a field that any version names has
had a value before, so that emptying it (which waits) does not open it again. Trigger `client_version_by_two`
holds the same rule.
"""

from collections.abc import Collection

from vault.records.labels import Field
from vault.records.models import Client, ClientVersion

SECOND_PERSON = frozenset(
    {Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BIRTH_DATE, Field.BANK_ACCOUNT}
)


def waiting_fields(client: Client, changed: Collection[str]) -> list[str]:
    """Those of `changed` that wait, in their order. In an access context that opens the client."""
    guarded = [code for code in changed if code in SECOND_PERSON]
    if not guarded:
        return []
    named: set[str] = set()
    for fields in ClientVersion.objects.filter(client=client, fields__overlap=guarded).values_list(
        "fields", flat=True
    ):
        named.update(fields)
    return [code for code in guarded if code == Field.NAME or code in named or getattr(client, Field(code))]
