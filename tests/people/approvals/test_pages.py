"""The inbox and the page of a request: the exact preview first, a reason always, step-up where it is
grave."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from people.approvals.models import ApprovalRequest, PreviewOpening, State
from people.approvals.services import request_approval
from tests.cast import client_of
from tests.people.approvals.actions import Rename
from tests.people.helpers import confirm_identity

pytestmark = pytest.mark.django_db


def _send(client, request: ApprovalRequest, verdict: str = "approve", reason: str = "looks right"):
    answer = client.post(
        reverse("people:approval_decide", args=[request.pk]), {"verdict": verdict, "reason": reason}
    )
    request.refresh_from_db()
    return answer


def _open(client, request: ApprovalRequest):
    return client.get(reverse("people:approval", args=[request.pk]))


def test_opening_the_page_is_opening_the_preview(people: SimpleNamespace, rename: Rename, ask) -> None:
    request, olivia = ask(people.ming, rename), client_of(people.olivia)
    _send(olivia, request)
    assert request.state == State.PENDING
    assert "one line" in _open(olivia, request).content.decode()
    assert PreviewOpening.objects.filter(request=request, person=people.olivia).exists()
    _send(olivia, request)
    assert request.state == State.CARRIED_OUT


@pytest.mark.parametrize("verdict", ["approve", "refuse"])
def test_without_a_reason_nothing_is_decided(
    people: SimpleNamespace, rename: Rename, ask, verdict: str
) -> None:
    request, olivia = ask(people.ming, rename), client_of(people.olivia)
    _open(olivia, request)
    _send(olivia, request, verdict, reason=" ")
    assert request.state == State.PENDING


def test_a_grave_one_asks_who_decides(people: SimpleNamespace, rename_gravely: Rename, ask) -> None:
    request, olivia = ask(people.ming, rename_gravely), client_of(people.olivia)
    _open(olivia, request)
    asked = _send(olivia, request, reason="as the contract says").content.decode()
    assert request.state == State.PENDING
    assert '<input type="hidden" name="reason" value="as the contract says">' in asked
    assert '<input type="hidden" name="verdict" value="approve">' in asked
    confirm_identity(olivia)
    _send(olivia, request)
    assert request.state == State.CARRIED_OUT


def test_the_requester_sees_no_buttons_and_cannot_send_them(
    people: SimpleNamespace, rename: Rename, ask
) -> None:
    request, olivia = ask(people.olivia, rename), client_of(people.olivia)
    page = _open(olivia, request).content.decode()
    assert "/decide/" not in page
    assert "/withdraw/" in page
    _send(olivia, request)
    assert request.state == State.PENDING


def test_a_full_list_stands_under_no_empty_words(people: SimpleNamespace, rename: Rename, ask) -> None:
    ask(people.ming, rename)
    page = client_of(people.ming).get(reverse("people:approvals"), {"view": "requested"}).content.decode()
    assert "rename" in page.lower()
    for words in ("No request waits", "Nothing waits", "asked for nothing"):
        assert words not in page


def test_the_requester_withdraws(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    client_of(people.ming).post(reverse("people:approval_withdraw", args=[request.pk]))
    request.refresh_from_db()
    assert request.state == State.WITHDRAWN


def test_others_find_nothing(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    for person in (people.lin, people.ada, people.bo):
        assert _open(client_of(person), request).status_code == 404
        assert _send(client_of(person), request).status_code == 404
    assert _open(client_of(people.ming), request).status_code == 200


def test_what_changed_since_says_so(people: SimpleNamespace, rename: Rename, ask) -> None:
    request, olivia = ask(people.ming, rename), client_of(people.olivia)
    _open(olivia, request)
    rename.reality = {"name": "b"}
    page = _open(olivia, request).content.decode()
    assert "/decide/" not in page
    request.refresh_from_db()
    assert request.state == State.VOID


def test_a_long_table_is_shown_in_stretches(people: SimpleNamespace, rename: Rename, ask) -> None:
    rename.rows = [[f"row-{n}"] for n in range(450)]
    request, olivia = ask(people.ming, rename), client_of(people.olivia)
    path = reverse("people:approval", args=[request.pk])
    for query, first, last in (
        ("", 0, 199),
        ("?after=200", 200, 399),
        ("?after=400", 400, 449),
        ("?after=-1", 0, 199),
    ):
        page = olivia.get(path + query).content.decode()
        assert f"<td>row-{first}</td>" in page
        assert f"<td>row-{last}</td>" in page
        assert f"<td>row-{last + 1}</td>" not in page


def _ask_many(people: SimpleNamespace, rename: Rename, count: int) -> None:
    for number in range(count):
        request_approval(actor=people.ming, action=rename.code, params={"thing": number}, reason="it is time")


@pytest.mark.parametrize("view", ["decide", "requested", "decided", "nonsense"])
def test_i8_queries_do_not_grow_with_requests(
    people: SimpleNamespace, rename: Rename, view: str, django_assert_max_num_queries
) -> None:
    client = client_of(people.olivia)
    path = reverse("people:approvals") + f"?view={view}"
    _ask_many(people, rename, 3)
    with django_assert_max_num_queries(14) as few:
        client.get(path)
    _ask_many(people, rename, 60)
    with django_assert_max_num_queries(14) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)
