"""A withdrawal, or the end of a mandate, is effective with the next request of every process, whatever that
holds open or cached."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.compliance.processes import in_this_database, kill
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import ZHANG, acting, add
from tests.vault.relations.makers import mandate_of
from vault.records.models import Client, ClientBook
from vault.relations.mandates.models import Why
from vault.relations.mandates.services import end_early

# What the other process runs: for each line it reads, a reveal of the client for the purpose in it.
REVEALS = """
import sys, django
from uuid import UUID
django.setup()
from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.purposes.lawfulness import NotLawful
from vault.records.labels import Group
from vault.records.reading import reveal_group
actor = UUID(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    client, purpose = line.split()
    person = User.objects.get(pk=actor)
    with acting_as(Origin(actor=person.pk)):
        try:
            _, shown = reveal_group(
                actor=person, client_id=UUID(client), group=Group.CONTACT, purpose=purpose, reason="call"
            )
            print(shown.values["phone"], flush=True)
        except NotLawful as refused:
            print(refused.reason.value, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_the_end_of_a_mandate_stop_the_next_reveal_in_another_process(
    people: SimpleNamespace, book: ClientBook
) -> None:
    told_book(people.olivia, book)
    client = add(book, use="marketing")
    said(client)
    urls = {name: in_this_database(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_WORKER_URL")}
    process = subprocess.Popen(
        [sys.executable, "-c", REVEALS, str(people.ming.pk)],
        env=os.environ | urls | {"SEALROOM_PROCESS": "web", "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:

        def tried(one: Client = client, purpose: str = "marketing") -> str:
            process.stdin.write(f"{one.pk} {purpose}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert process.stdout.readline().strip() == "ready"
        assert tried() == ZHANG["phone"]
        said(client, given=False)
        assert tried() == "unlawful.withdrawn"
        said(client)
        assert tried() == ZHANG["phone"]
        engaged = add(book, {"name": "李四", "phone": "+8613900139000"})
        mandate = mandate_of(engaged)
        assert tried(engaged, "service") == "+8613900139000"
        with acting(people.ming):
            end_early(actor=people.ming, mandate_id=mandate.pk, why=Why.CLIENT)
        assert tried(engaged, "service") == "unlawful.mandate_ended"
    finally:
        kill(process)
