"""The parser process: the same rows come out, it holds nothing, a file that kills it is only refused."""

import io
import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.vault.records.importing.books import HEAD, ZHANG, text
from tests.vault.records.makers import acting
from tests.vault.records.uploads import start, upload
from vault.files import store as files
from vault.records.importing import reader
from vault.records.importing.models import ImportState
from vault.records.importing.outline import outline_of
from vault.records.importing.parsing import BATCH, FIRST, OUTLINE, ROWS, messages
from vault.records.importing.problems import SheetError
from vault.records.importing.tasks import check, run
from vault.records.models import Client, ClientBook

ROWS_OF_LONG = BATCH + 200
LONG = "姓名,手机,备注\n" + "".join(f"客户{n},139{n:08},{'x' * 100}\n" for n in range(ROWS_OF_LONG))


def test_a_long_list_gives_the_same_messages_as_in_this_process() -> None:
    file = io.BytesIO(LONG.encode())
    plan = outline_of(file, ".csv").propose().plan.as_json()
    request = {"task": ROWS, "extension": ".csv", "plan": plan, "skip": 100}
    with reader.reading(file, request) as said:
        apart = list(said)
    assert apart == json.loads(json.dumps(list(messages(file, request))))
    assert [len(batch) for batch in apart[1:]] == [FIRST, 2 * FIRST, 4 * FIRST, BATCH + 100 - 7 * FIRST]


def test_the_parser_asks_for_few_large_pieces() -> None:
    """Each piece is a round trip between two processes, and opens a stretch of the sealed file."""

    class Counted(io.BytesIO):
        asked = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return super().read(size)

    file = Counted(LONG.encode())
    with reader.reading(file, {"task": OUTLINE, "extension": ".csv"}) as said:
        next(said)
    assert file.asked <= 12


def test_the_parser_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    started: dict[str, object] = {}
    real = reader.subprocess.Popen

    def noted(*args: object, **options: object) -> object:
        started.update(options)
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(reader.subprocess, "Popen", noted)
    with reader.reading(io.BytesIO(LONG.encode()), {"task": OUTLINE, "extension": ".csv"}) as said:
        next(said)
    env = started["env"]
    assert isinstance(env, dict)
    assert {"SECRET_KEY", "DATABASE_URL", "DATABASE_WORKER_URL"} <= os.environ.keys()
    assert set(env) <= {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH"}


def test_the_parser_starts_without_django() -> None:
    """It needs no settings, and is started twice for each long list."""
    said = "import sys, vault.records.importing.parser; print('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, check=True).stdout == b"False\n"


def test_a_file_that_kills_the_parser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = reader.receive

    def killed(source: object) -> tuple[bytes, bytes]:
        frame = real(source)  # type: ignore[arg-type]
        os.kill(processes[0].pid, signal.SIGKILL)
        return frame

    processes: list[SimpleNamespace] = []
    popen = reader.subprocess.Popen
    monkeypatch.setattr(
        reader.subprocess, "Popen", lambda *a, **o: processes.append(popen(*a, **o)) or processes[0]
    )
    monkeypatch.setattr(reader, "receive", killed)
    with (
        reader.reading(io.BytesIO(LONG.encode()), {"task": OUTLINE, "extension": ".csv"}) as said,
        pytest.raises(SheetError) as refused,
    ):
        list(said)
    assert refused.value.code == "sheet.damaged"


@pytest.mark.django_db(transaction=True)
def test_a_long_list_is_checked_by_the_worker_and_imported(as_worker: None, book: ClientBook) -> None:
    with acting(book.lead):
        job = upload(book, LONG)
        assert job.state == ImportState.CHECKING
    check(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.total) == (ImportState.UPLOADED, ROWS_OF_LONG)
    with acting(book.lead):
        start(job)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.total, job.added) == (ImportState.DONE, ROWS_OF_LONG, ROWS_OF_LONG)
    assert Client.objects.filter(import_id=job.pk).count() == ROWS_OF_LONG


@pytest.mark.django_db(transaction=True)
def test_a_long_file_that_is_no_list_fails_with_its_reason_and_leaves_nothing(
    as_worker: None, book: ClientBook
) -> None:
    broken = text(HEAD, ZHANG).getvalue() * 6000 + "李四".encode("gb18030") + b"\n"
    with acting(book.lead):
        job = upload(book, broken.decode("utf-8", "surrogateescape"))
        file_id = job.file_id
    assert file_id is not None
    check(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.flaw["code"], job.file_id) == (ImportState.FAILED, "sheet.mixed_encoding", None)
    assert job.flaw_in_words
    assert not files.file_path(file_id).exists()
