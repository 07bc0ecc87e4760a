"""The worker's part of outside audits. Arguments are ids; every task may run twice."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID


@shared_task
def build_bundle(bundle_id: str) -> None:
    """Make one evidence ZIP."""
    from compliance.outside import bundles  # noqa: PLC0415 (it queues this task)

    bundles.build(UUID(bundle_id))


@shared_task
def tend() -> None:
    """Close the seats whose hour has come, delete what expired, remind, make what a killed worker left."""
    from compliance.outside import ends, reminding  # noqa: PLC0415 (as above)

    with acting_as(Origin(actor=SYSTEM_ID)):
        ends.end_due()
        ends.end_bundles()
        ends.discard_over()
        reminding.remind()
    for bundle_id in reminding.left_over():
        build_bundle.delay(bundle_id)
