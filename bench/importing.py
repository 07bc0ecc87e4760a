"""A list of 100,000 clients, from the upload to being searchable, as CSV and as XLSX.

Each round imports into a fresh book through the services that the pages call: sealed as it comes in, checked
from end to end, parsed, normalised, sealed row by row under new keys, indexed, logged. Beside it, in the same
run, the same columns as plaintext go into a table with the same indexes by `COPY` and by `bulk_create`.
"""

import csv
import gc
import io
import os
import random
import re
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import xlsxwriter
from django.db import connection, transaction

from audit.actions import Action
from audit.origin import Origin, acting_as
from bench.peers.models import ImportedClient
from config import memory
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.roles.models import GrantState, RoleCode, RoleGrant
from vault.demo.people import make_company, make_person
from vault.files.store import SealedWriter
from vault.purposes.catalogue import Holding
from vault.purposes.codes import SourceKind, Told
from vault.purposes.sources.services import record_source
from vault.purposes.uploads import Proof
from vault.records.books import create_book
from vault.records.importing.checking import check_upload
from vault.records.importing.jobfiles import new_file, open_outline
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.running import run_import
from vault.records.importing.services import keep_upload, start_import

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
SMALL = 10_000
BAR = 5_000  # rows a second
FLAT = 1.5  # what all rows may take in memory, as a multiple of what 10,000 take
PIECE = 1024 * 1024
HEADINGS = {
    "name": "姓名",
    "kind": "客户类型",
    "id_number": "身份证号",
    "credit_code": "统一社会信用代码",
    "phone": "手机",
    "email": "邮箱",
    "address": "地址",
    "bank_account": "银行卡号",
    "birth_date": "出生日期",
    "source": "来源",
    "notes": "备注",
}


def people(count: int, seed: int) -> list[dict[str, str]]:
    """`count` different clients, one company to nine people."""
    rng = random.Random(seed)
    rows: dict[str, dict[str, str]] = {}
    while len(rows) < count:
        row = make_company(rng) if rng.random() < 0.1 else make_person(rng)
        rows[row["id_number"] or row["credit_code"]] = row
    return list(rows.values())


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS.values())
    writer.writerows([row[field] for field in HEADINGS] for row in rows)
    return text.getvalue().encode()


def as_xlsx(rows: list[dict[str, str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, list(HEADINGS.values()))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row[field] for field in HEADINGS])
    return target.getvalue()


class Bench:
    def __init__(self) -> None:
        self.user = User.objects.create(username="bench", display_name="Bench", kind="staff", language="en")
        RoleGrant.objects.create(
            user=self.user, role_id=RoleCode.AGENT, state=GrantState.ACTIVE, granted_by_id=SYSTEM_ID
        )

    def imported(self, data: bytes, name: str) -> tuple[float, ImportJob]:
        """Seconds from the first byte of the upload until the last row can be found."""
        with acting_as(Origin(actor=self.user.pk)):
            book = create_book(actor=self.user, name=name, holding=Holding.OWN)
            source = record_source(
                actor=self.user,
                book_id=book.pk,
                kind=SourceKind.OWN,
                collected_on=date(2026, 1, 5),
                told=Told.NOTICE,
                given_by="前台",
                evidence=Proof(),
            )
            start = time.perf_counter()
            file = new_file(book, Action.IMPORT_UPLOAD)
            with SealedWriter(file.path, file.key, file.binding) as writer:
                for at in range(0, len(data), PIECE):
                    writer.write(data[at : at + PIECE])
                writer.finish()
            job = keep_upload(actor=self.user, file=file, file_name=name, source_id=source.pk)
            check_upload(job.pk)
            job.refresh_from_db()
            opened = open_outline(job)
            start_import(actor=self.user, job_id=job.pk, plan=opened.outline.propose().plan, opened=opened)
            run_import(job.pk)
            seconds = time.perf_counter() - start
            job.refresh_from_db()
            assert (job.state, job.bad) == (ImportState.DONE, 0), (job.state, job.bad, job.problem)
        return seconds, job


def memory_of(key: str) -> int:
    """A figure of /proc/self/status in MiB: VmRSS is what the process holds now, VmHWM the most it held."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) // 1024  # type: ignore[index]


def grown(work: Callable[[], tuple[float, ImportJob]]) -> tuple[int, float, ImportJob]:
    """What the work took at most in this process, in MiB, beside what it gives."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the highest mark (proc(5))
    before = memory_of("VmRSS")
    seconds, job = work()
    return memory_of("VmHWM") - before, seconds, job


def by_copy(rows: list[dict[str, str]]) -> float:
    """Seconds for the same columns as plaintext, through COPY."""
    text = io.StringIO()
    csv.writer(text).writerows([uuid4(), *(row[field] for field in HEADINGS)] for row in rows)
    text.seek(0)
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(("id", *HEADINGS))
        table = f"{ImportedClient._meta.db_table} ({columns})"
        form = f"format csv, force_not_null ({columns})"
        cursor.cursor.copy_expert(f"copy {table} from stdin with ({form})", text)
    return time.perf_counter() - start


def by_bulk_create(rows: list[dict[str, str]]) -> float:
    """Seconds for the same columns as plaintext, through the model."""
    start = time.perf_counter()
    with transaction.atomic():
        ImportedClient._default_manager.bulk_create(
            [ImportedClient(**{field: row[field] for field in HEADINGS}) for row in rows], batch_size=1_000
        )
    return time.perf_counter() - start


def emptied(peer: Callable[[list[dict[str, str]]], float], rows: list[dict[str, str]]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {ImportedClient._meta.db_table}")
    return len(rows) / peer(rows)


def run_csv(_only: str | None) -> Iterator[dict[str, Any]]:
    yield _measured("csv", as_csv)


def run_xlsx(_only: str | None) -> Iterator[dict[str, Any]]:
    yield _measured("xlsx", as_xlsx)


def _measured(kind: str, write: Callable[[list[dict[str, str]]], bytes]) -> dict[str, Any]:
    """The figures of one kind of file; what this process grew by over a short list and over the long one."""
    memory.settle()
    bench = Bench()
    rows = people(ROWS + SMALL, 20261122)
    few, rows = write(rows[:SMALL]), rows[SMALL:]
    data = write(rows)
    small, _, _ = grown(partial(bench.imported, few, f"small.{kind}"))
    stolen = _stolen()
    large, seconds, job = grown(partial(bench.imported, data, f"list.{kind}"))
    stolen = (_stolen() - stolen) / (seconds * (os.cpu_count() or 1))
    ours = job.added / seconds
    growth = large / max(small, 1)
    parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    plain = {peer.__name__: emptied(peer, rows) for peer in (by_copy, by_bulk_create)}
    return {
        "name": "import_rows",
        "kind": kind,
        "value": round(ours),
        "unit": "rows/s",
        "ratio": round(ours / plain["by_bulk_create"], 2),
        "against": "bulk_create of the same columns as plaintext",
        "bar": BAR,
        "met": ours >= BAR and growth <= FLAT,
        "rows": job.added,
        "peers": {"copy": round(ours / plain["by_copy"], 3)},
        "memory_mib": {f"{SMALL:,} rows": small, "all": large, "parser": parser},
        "memory": {"ratio": round(growth, 2), "against": f"the growth at {SMALL:,} rows", "bar": FLAT},
        "load": os.getloadavg()[0],
        "stolen": round(stolen, 3),
    }


def _stolen() -> float:
    """Processor seconds that the host has given to others, of all our processors (proc(5), /proc/stat)."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")
