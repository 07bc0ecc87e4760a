"""The sinks that this house has set up (docs/operations.md, "Checkpoints"). The file is always one."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from audit.checkpoints.sinks.base import BadCopy, Sink, SinkDown
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.sinks.mail import MailSink
from audit.checkpoints.sinks.timestamp import TimestampSink

__all__ = ["BadCopy", "Sink", "SinkDown", "configured"]


def configured() -> list[Sink]:
    """Each with its own way in; whether it can be reached is seen when it is used."""
    folder = Path(settings.CHECKPOINTS_DIR)
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
            )
        )
    if settings.TSA_URL:
        sinks.append(
            TimestampSink(folder / "timestamps", url=settings.TSA_URL, roots=Path(settings.TSA_CA_FILE))
        )
    recipients = dict.fromkeys(settings.CHECKPOINTS_MAIL_TO)  # an address that is named twice is one
    sinks += [MailSink(folder / "sent", recipient=recipient) for recipient in recipients]
    return sinks
