"""What this app brings to the registries of the layers below, once all apps are loaded."""

from audit.sentences import register_codes
from compliance.dashboard import providers
from compliance.destruction.approval import DestroyRecords
from compliance.rail import add_entries
from compliance.retention.grades import retention_effects
from people.approvals.registry import register
from vault.purposes.catalogue import ChangeReason, Purpose, Reason
from vault.records.grading.effects import register_effects
from vault.records.labels import FIELD_LABELS, Group


def connect() -> None:
    register(DestroyRecords())
    providers.connect()
    add_entries()
    register_effects(retention_effects)
    for words in (Group, Purpose, Reason, ChangeReason):
        register_codes(dict(words.choices))
    register_codes({field.value: label for field, label in FIELD_LABELS.items()})
