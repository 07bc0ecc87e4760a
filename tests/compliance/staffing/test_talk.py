"""The exit talk, who sees what of a change, and somebody shielded."""

from types import SimpleNamespace

from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from compliance.speakup.codes import State as Handled
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.duties.models import NdaSignature
from people.staffing.codes import State
from people.staffing.models import ReturnItem, StaffChange
from people.staffing.today import due
from tests.cast import client_of
from tests.compliance.speakup.making import at, protected, reported
from tests.compliance.staffing.making import agreed, leaving
from tests.people.helpers import confirm_identity


def test_the_duties_after_leaving_are_shown_and_acknowledged(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.ming, world.lin)
    address = reverse("people:leaving")
    browser = client_of(world.ming)
    assert [item.url for item in due(world.ming) if item.count] == [address]
    page = browser.get(address)
    text = NdaSignature.objects.get(person=world.ming).template
    assert text.duties_en[:20] in page.content.decode()
    assert browser.post(address, {"typed_name": "Ming", "read": ""}).status_code == 200
    assert StaffChange.objects.get().acknowledged_at is None
    assert browser.post(address, {"typed_name": "Ming", "read": "on"}).status_code == 302
    change.refresh_from_db()
    assert bytes(change.acknowledged_text) == bytes(text.text_hash)
    assert LogEntry.objects.filter(action=Action.STAFFING_ACKNOWLEDGE, actor=world.ming.pk).count() == 1
    assert client_of(world.lin).get(address).status_code == 404


def test_devices_are_listed_and_come_back(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.ming, world.lin)
    browser = client_of(world.olivia)
    browser.post(reverse("people:staff_item", args=[change.pk]), {"name": "a laptop"})
    assert "a laptop" in client_of(world.ming).get(reverse("people:leaving")).content.decode()
    item = ReturnItem.objects.get()
    browser.post(reverse("people:staff_item_back", args=[item.pk]))
    browser.post(reverse("people:staff_item_back", args=[item.pk]))
    item.refresh_from_db()
    assert item.taken_by == world.olivia
    assert LogEntry.objects.filter(action=Action.STAFFING_ITEM_BACK, actor=world.olivia.pk).count() == 1


def test_an_administrator_sees_no_business(world: SimpleNamespace) -> None:
    """Whether all of it has a successor, and nothing of what there is."""
    change = leaving(world.olivia, world.ming, world.lin)
    address = reverse("people:staff_change", args=[change.pk])
    seen = client_of(world.ada).get(address)
    assert seen.context["groups"] == []
    assert world.book.name not in seen.content.decode()
    assert world.book.name in client_of(world.lin).get(address).content.decode()
    sent = {"thing": f"books-{world.book.pk}", "to": world.lea.pk}
    refused = client_of(world.ada).post(reverse("people:staff_heir", args=[change.pk]), sent)
    assert refused.status_code == 404
    assert client_of(world.ming).get(address).status_code == 404


def test_an_administrator_plans_within_a_staff_session_alone(world: SimpleNamespace) -> None:
    browser = client_of(world.ada, administers=False)
    confirm_identity(browser)
    typed = {"when": "now", "lead": world.lin.pk, "reason": "leaves"}
    browser.post(reverse("people:leave", args=[world.ming.pk]), typed)
    assert not StaffChange.objects.exists()


def test_what_is_planned_for_somebody_shielded_waits(world: SimpleNamespace) -> None:
    """A reporter who said who they are does not lose their work before an officer has agreed."""
    case, _code = reported()
    protected(at(case, Handled.INVESTIGATING, world.otto), world.ming, world.otto)
    change = leaving(world.olivia, world.ming, world.lin, at=None)
    assert change.state == State.HELD
    assert User.objects.get(pk=world.ming.pk).is_active
    agreed(world.otto, ApprovalRequest.objects.get())
    assert StaffChange.objects.get().state == State.DONE
    assert not User.objects.get(pk=world.ming.pk).is_active
