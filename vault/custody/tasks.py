"""The worker's part of rotations. Safe to run twice, and to be killed."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from vault.custody.models import KeyRotation, RotationState
from vault.custody.running import carry_out


@shared_task
def rotate(rotation_id: str) -> None:
    """Carries out one rotation; whoever asked for it is the actor."""
    rotation = KeyRotation.objects.filter(pk=UUID(rotation_id), state=RotationState.ORDERED).first()
    if rotation is not None:
        with acting_as(Origin(actor=rotation.ordered_by_id)):
            carry_out(rotation.pk)


@shared_task
def resume_all() -> None:
    """Queues what a killed worker, or a queue that was lost, left undone."""
    for rotation_id in KeyRotation.objects.filter(state=RotationState.ORDERED).values_list("pk", flat=True):
        rotate.delay(str(rotation_id))
