"""What this app brings to the registries of the layers below, once all apps are loaded."""

from audit.sentences import register_codes
from compliance.dashboard import providers
from compliance.destruction.approval import DestroyRecords
from compliance.rail import add_entries
from people.approvals.registry import register
from vault.purposes.catalogue import Purpose, Reason
from vault.records.labels import Group


def connect() -> None:
    register(DestroyRecords())
    providers.connect()
    add_entries()
    for words in (Group, Purpose, Reason):
        register_codes(dict(words.choices))
