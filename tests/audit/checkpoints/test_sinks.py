"""The sinks: each keeps what it is given where the database cannot reach it, and catches up after an
outage.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core import mail
from django.utils import timezone
from moto.server import ThreadedMotoServer

from audit.checkpoints import places, publishing, store
from audit.checkpoints.publishing import publish
from audit.checkpoints.sinks import BadCopy, SinkDown, configured
from audit.checkpoints.sinks.bucket import BucketSink
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.sinks.timestamp import TimestampSink
from audit.merkle.body import Body
from audit.merkle.notes import parsed
from tests.audit.checkpoints.authority import Authority, serving
from tests.audit.checkpoints.conftest import signed_anew
from tests.audit.tree.conftest import House

REGION = "cn-north-1"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(
    s3: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[BucketSink, Any, str]:
    """The sink, a client of the account's administrator, and the bucket's name."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    name = f"house-{abs(hash(request.node.nodeid))}"
    client = boto3.client("s3", region_name=REGION, endpoint_url=s3)
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket=name, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    return BucketSink(bucket=name, region=REGION, endpoint=s3, keep=timedelta(days=30)), client, name


@pytest.fixture
def two(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[store.Checkpoint]:
    return [signed_anew(house, count, settings, monkeypatch) for count in (3, 4)]


def test_every_checkpoint_becomes_a_file_of_its_own(two: list[store.Checkpoint], folders: Path) -> None:
    publish()
    found = sorted((folders / "checkpoints").rglob("*.checkpoint"))
    assert [one.read_bytes() for one in found] == [one.note for one in two]
    assert {one.stat().st_mode & 0o777 for one in found} == {0o600}
    assert [Body.parse(parsed(one.read_bytes()).text).size for one in found] == [3, 7]
    assert FileSink(folders / "checkpoints").newest() == two[-1].note


def test_a_file_that_is_there_is_never_replaced(two: list[store.Checkpoint], folders: Path) -> None:
    sink = FileSink(folders)
    sink.put(two[0])
    next(folders.rglob("*.checkpoint")).write_text("altered")
    sink.put(two[0])
    assert sink.newest() == b"altered"


def test_a_sink_gets_what_it_missed_while_it_was_away(
    two: list[store.Checkpoint], folders: Path, settings: Any
) -> None:
    (folders / "checkpoints").write_text("no folder can be made here")
    publish()
    place = places.read("file")
    assert (place.size, place.error, place.put_at) == (0, "not-written", None)
    publish()  # not again at once
    assert places.read("file").tried_at == place.tried_at
    (folders / "checkpoints").unlink()
    places.change("file", tried_at=timezone.now() - timedelta(seconds=11))
    publish()
    place = places.read("file")
    assert (place.size, place.error) == (7, "")
    assert len(list((folders / "checkpoints").rglob("*.checkpoint"))) == 2


def test_one_sink_that_is_away_holds_no_other_up(
    two: list[store.Checkpoint], folders: Path, settings: Any, s3: str
) -> None:
    settings.TSA_URL, settings.TSA_CA_FILE = "http://127.0.0.1:9/", str(folders / "none.pem")
    settings.CHECKPOINTS_MAIL_TO = ["notary@example.org"]
    publish()
    assert places.read("timestamp").error == "unreachable"
    [notary] = [sink.name for sink in configured() if sink.name.startswith("mail-")]
    assert places.read("file").size == places.read(notary).size == 7


def test_a_sink_is_served_at_its_own_pace(two: list[store.Checkpoint], folders: Path) -> None:
    sink, now = FileSink(folders), timezone.now()
    sink.every = timedelta(hours=1)
    assert publishing.is_due(sink, places.Place(), now)
    assert not publishing.is_due(sink, places.Place(put_at=now - timedelta(minutes=59)), now)
    assert publishing.is_due(sink, places.Place(put_at=now - timedelta(minutes=60)), now)
    failed = places.Place(
        put_at=now - timedelta(days=1), error="unreachable", tried_at=now - timedelta(minutes=4)
    )
    assert not publishing.is_due(sink, failed, now)
    assert publishing.is_due(sink, failed, now + timedelta(minutes=1))


def test_a_damaged_place_is_a_new_one_and_the_sink_gets_everything_again(
    two: list[store.Checkpoint], folders: Path
) -> None:
    publish()
    (folders / "sinks" / "file.json").write_text("{")
    assert places.read("file") == places.Place()
    publish()
    assert places.read("file").size == 7


def test_attack_a_copy_in_the_bucket_can_neither_be_replaced_nor_deleted(
    two: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str]
) -> None:
    sink, client, name = bucket
    for checkpoint in (*two, two[0]):
        sink.put(checkpoint)
    assert sink.newest() == two[-1].note
    assert [note for _, note in sink.older("", 10)] == [one.note for one in two]
    (version,) = client.list_object_versions(Bucket=name, Prefix="checkpoints/")["Versions"][:1]
    which = {"Bucket": name, "Key": version["Key"], "VersionId": version["VersionId"]}
    held = client.head_object(**which)
    assert held["ObjectLockMode"] == "COMPLIANCE"
    assert held["ObjectLockRetainUntilDate"] > timezone.now() + timedelta(days=29)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(**which, BypassGovernanceRetention=True)
    assert len(client.list_object_versions(Bucket=name)["Versions"]) == 2


def test_attack_a_bucket_without_object_lock_is_no_sink(
    two: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str], s3: str
) -> None:
    _, client, name = bucket
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket=f"{name}-bare", CreateBucketConfiguration=place)
    bare = BucketSink(bucket=f"{name}-bare", region=REGION, endpoint=s3, keep=timedelta(days=30))
    with pytest.raises(SinkDown):
        bare.put(two[0])


def test_attack_a_copy_that_somebody_put_without_a_lock_is_named(
    two: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str]
) -> None:
    sink, client, name = bucket
    sink.put(two[0])
    client.put_object(Bucket=name, Key=f"checkpoints/9999-12-31/{7:020d}", Body=two[1].note)
    with pytest.raises(BadCopy, match="unlocked"):
        sink.newest()


def test_a_bucket_that_does_not_answer_or_is_not_there_is_down(
    bucket: tuple[BucketSink, Any, str], s3: str
) -> None:
    missing = BucketSink(bucket="not-made", region=REGION, endpoint=s3, keep=timedelta(days=1))
    away = BucketSink(bucket="a", region=REGION, endpoint="http://127.0.0.1:9", keep=timedelta(days=1))
    for sink, code in ((missing, "refused"), (away, "unreachable")):
        with pytest.raises(SinkDown, match=code):
            sink.newest()


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with serving(Authority()) as running:
        yield running


@pytest.fixture
def stamping(authority: Authority, folders: Path) -> TimestampSink:
    (folders / "root.pem").write_bytes(authority.root)
    authority.lies = False
    return TimestampSink(folders / "stamps", url=authority.url, roots=folders / "root.pem")


def test_a_checkpoint_is_stamped_and_its_token_verifies(
    two: list[store.Checkpoint], stamping: TimestampSink, folders: Path
) -> None:
    stamping.put(two[1])
    assert stamping.newest() == two[1].note
    assert [one.suffix for one in sorted((folders / "stamps").rglob("0*"))] == [".checkpoint", ".tsr"]


def test_attack_an_answer_about_something_else_is_no_stamp(
    two: list[store.Checkpoint], stamping: TimestampSink, authority: Authority
) -> None:
    authority.lies = True
    with pytest.raises(SinkDown, match="bad-token"):
        stamping.put(two[1])
    assert stamping.newest() is None


def test_attack_another_authority_is_not_believed(
    two: list[store.Checkpoint], stamping: TimestampSink, folders: Path
) -> None:
    (folders / "root.pem").write_bytes(Authority().root)
    with pytest.raises(SinkDown, match="bad-token"):
        stamping.put(two[1])


def test_attack_a_note_or_token_that_was_swapped_is_a_bad_copy(
    two: list[store.Checkpoint], stamping: TimestampSink, folders: Path
) -> None:
    stamping.put(two[1])
    note = next((folders / "stamps").rglob("*.checkpoint"))
    note.write_bytes(two[0].note)
    with pytest.raises(BadCopy):
        stamping.newest()
    note.write_bytes(two[1].note)
    next((folders / "stamps").rglob("*.tsr")).unlink()
    with pytest.raises(BadCopy):
        stamping.newest()


def test_chosen_outsiders_get_the_newest_by_mail_each_on_their_own(
    two: list[store.Checkpoint], settings: Any
) -> None:
    settings.CHECKPOINTS_MAIL_TO = ["notary@example.org", "buyer@example.org"]
    publish()
    publish()
    assert [message.to for message in mail.outbox] == [["notary@example.org"], ["buyer@example.org"]]
    assert [message.attachments[0][1] for message in mail.outbox] == [two[-1].note] * 2
    assert "签名校验点" in mail.outbox[0].body
    assert "signed checkpoint" in mail.outbox[0].body


def test_the_house_sets_up_which_sinks_it_has(
    folders: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [sink.name for sink in configured()] == ["file"]
    settings.CHECKPOINTS_BUCKET, settings.CHECKPOINTS_BUCKET_REGION = "b", REGION
    settings.TSA_URL, settings.CHECKPOINTS_MAIL_TO = "http://127.0.0.1:9/", ["a@example.org"]
    assert [sink.name.partition("-")[0] for sink in configured()] == ["file", "bucket", "timestamp", "mail"]
