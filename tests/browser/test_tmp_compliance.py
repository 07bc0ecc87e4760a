import vault.keys.service as _s
if not hasattr(_s, "KeyDraft"): _s.KeyDraft = object
if not hasattr(_s, "enter_keys"): _s.enter_keys = object
import pytest
from django.urls import reverse
from audit.origin import Origin, acting_as
from audit.log import record_read, record_refusal
from audit.entry import Entry
from audit.actions import Action, ObjectType
from compliance.destruction import services, tasks
from tests.compliance import world
from tests.compliance.conftest import _worker_login
from vault.records.models import Client
from vault.records.reading import reveal_group
from vault.records.labels import Group
from vault.purposes.catalogue import Purpose, Reason

@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_shots(live_site, sign_in, monkeypatch):
    monkeypatch.setattr(tasks.run, "delay", lambda r: None)
    with acting_as(Origin()):
        people = world.people()
        ming = people["ming"]
        book = world.book_of(ming, "公司转让咨询客户")
        stays = list(world.clients_in(book, ming, 5))
        world.clients_in(book, ming, 12, age=world.LONG_AGO)
        world.rule_of(people["olivia"], name="咨询未成交客户保存一年")
        run = world.ordered(people)
    with _worker_login():
        tasks.run(str(run.pk))
    with acting_as(Origin()):
        world.clients_in(book, ming, 3, age=world.LONG_AGO)
        run2 = world.proposed(people["olivia"])
    with acting_as(Origin(actor=ming.pk)):
        for c in stays:
            reveal_group(actor=ming, client_id=c, group=Group.CONTACT, purpose=Purpose.SERVICE, reason=Reason.CALL, words="x y")
        record_refusal(Entry(action=Action.CLIENT_REVEAL, object_type=ObjectType.CLIENT, object_id=stays[0]))
    from audit.models import LogEntry
    e = LogEntry.objects.filter(action="client.reveal", result="done").first()
    pages = {"today": reverse("compliance:today"), "log": reverse("compliance:log"), "entry": reverse("compliance:log_entry", args=[e.pk]),
      "rules": reverse("compliance:retention"), "rule": reverse("compliance:retention_add"), "runs": reverse("compliance:destruction"), "run": reverse("compliance:destruction_run", args=[run2.pk]), "cert": reverse("compliance:destruction_certificate", args=[run.pk])}
    for tag, dev in (("zh", dict(language="zh-hans")), ("endark", dict(language="en", dark=True)), ("phone", dict(language="zh-hans", phone=True))):
        page = sign_in(people["olivia"], **dev)
        for name, url in pages.items():
            page.goto(live_site.url + url)
            page.screenshot(path=f"/tmp/cshots/{name}-{tag}.png", full_page=name!="log")
