"""The sinks that this house has set up (docs/operations.md, "Checkpoints"). The file is always one."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from audit.checkpoints import keys
from audit.checkpoints.sinks.base import BadCopy, Sink, SinkDown
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.sinks.mail import MailSink
from audit.checkpoints.sinks.timestamp import TimestampSink

__all__ = ["BadCopy", "Sink", "SinkDown", "configured", "former"]


def configured() -> list[Sink]:
    """Those of the log as it is now. Whether one can be reached is seen when it is used.

    A generation has a folder of its own in each, so that no two histories lie under the same names.
    """
    formers = keys.formers()
    sinks = _of_generation(len(formers) + 1)
    for sink in sinks:
        sink.since = max((one.kept for one in formers), default=0)
    return sinks


def former() -> list[Sink]:
    """Those of the former generations: what lies there stays, and is compared for ever."""
    sinks = [sink for number in range(1, len(keys.formers()) + 1) for sink in _of_generation(number)]
    for sink in sinks:
        sink.is_former = True
    return sinks


def _of_generation(number: int) -> list[Sink]:
    within = "" if number == 1 else f"generation-{number}/"
    folder = Path(settings.CHECKPOINTS_DIR) / within
    sinks: list[Sink] = [FileSink(folder)]
    if settings.CHECKPOINTS_BUCKET:
        # boto3 is installed for houses that use AWS alone (requirements/kms.in).
        from audit.checkpoints.sinks.bucket import BucketSink  # noqa: PLC0415

        sinks.append(
            BucketSink(
                bucket=settings.CHECKPOINTS_BUCKET,
                region=settings.CHECKPOINTS_BUCKET_REGION,
                endpoint=settings.CHECKPOINTS_BUCKET_ENDPOINT,
                keep=timedelta(days=settings.CHECKPOINTS_BUCKET_DAYS),
                within=within,
            )
        )
    if settings.TSA_URL:
        sinks.append(
            TimestampSink(folder / "timestamps", url=settings.TSA_URL, roots=Path(settings.TSA_CA_FILE))
        )
    recipients = dict.fromkeys(settings.CHECKPOINTS_MAIL_TO)  # an address that is named twice is one
    sinks += [MailSink(folder / "sent", recipient=recipient) for recipient in recipients]
    for sink in sinks:
        sink.generation = number
    return sinks
