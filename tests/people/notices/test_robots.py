"""Robots of group chats: signed as their providers ask, once for all, and no way into the house's network."""

import hashlib
import hmac
import socket
from base64 import b64encode
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from config.checks import deployment
from people.accounts.system import SYSTEM_ID
from people.notices.models import Provider, Robot, RobotPost, State
from people.notices.robots import door
from people.notices.robots.providers import dingtalk_sign, feishu_sign
from people.notices.robots.sealing import address_of
from people.notices.robots.sending import post_due
from people.notices.robots.services import end_robot, set_robot
from people.notices.services import notify
from people.roles.models import RoleCode
from tests.cast import client_of
from tests.people.helpers import logged
from tests.people.notices.servers import RobotServer, running
from vault.keys.errors import KeyWithheld

pytestmark = pytest.mark.django_db
PATHS = {
    Provider.WECOM: "/cgi-bin/webhook/send?key=abc",
    Provider.DINGTALK: "/robot/send?access_token=abc",
    Provider.FEISHU: "/open-apis/bot/v2/hook/abc",
}
HOSTS = {
    Provider.WECOM: "https://qyapi.weixin.qq.com",
    Provider.DINGTALK: "https://oapi.dingtalk.com",
    Provider.FEISHU: "https://open.feishu.cn",
}


@pytest.fixture
def chat(settings: Any) -> Iterator[RobotServer]:
    with running(RobotServer()) as server:
        settings.NOTICE_ROBOT_LOCAL = server.base
        yield server


def _set(people: SimpleNamespace, url: str, provider: str = Provider.WECOM, **more: Any) -> Robot:
    given_ = {"secret": "", "role": "", "groups": ["approvals"], **more}
    return set_robot(actor=people.ada, provider=provider, url=url, **given_)


def _post() -> int:
    with acting_as(Origin(actor=SYSTEM_ID)):
        return post_due()


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize("secret", ["", "SEC of the chat"])
def test_it_says_a_sentence_and_an_address_signed(
    people: SimpleNamespace, chat: RobotServer, provider: Provider, secret: str
) -> None:
    _set(people, chat.base + PATHS[provider], provider, secret=secret)
    chat.secret = secret
    notify("approval.asked", [people.olivia, people.otto], object_id=uuid4())
    assert _post() == 1
    assert RobotPost.objects.get().state == State.SENT
    [(_path, body)] = chat.taken
    assert "封匣：有一份审批单等待您办理" in body.decode()
    assert "/approvals/" in body.decode()
    assert _post() == 0


def test_a_wrong_secret_is_refused_and_tried_again(people: SimpleNamespace, chat: RobotServer) -> None:
    _set(people, chat.base + PATHS[Provider.DINGTALK], Provider.DINGTALK, secret="wrong")
    chat.secret = "right"
    notify("approval.asked", [people.olivia])
    _post()
    post = RobotPost.objects.get()
    assert (post.state, post.trouble, post.attempts) == (State.WAITING, "robot.refused", 1)
    assert post.due_at > timezone.now()


def test_signatures_are_those_of_the_documentation() -> None:
    stamp, secret = "1577262236757", "this is secret"
    by_dingtalk = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    assert dingtalk_sign(stamp, secret) == b64encode(by_dingtalk).decode()
    by_feishu = hmac.new(f"{stamp}\n{secret}".encode(), digestmod=hashlib.sha256).digest()
    assert feishu_sign(stamp, secret) == b64encode(by_feishu).decode()
    assert dingtalk_sign(stamp, secret) != feishu_sign(stamp, secret)


def test_a_team_hears_what_concerns_it(people: SimpleNamespace, chat: RobotServer) -> None:
    _set(people, chat.base + PATHS[Provider.WECOM], role=RoleCode.DEAL_LEAD)
    notify("approval.asked", [people.olivia])
    notify("factor.to_review", [people.lea])  # of a group that it does not tell
    notify("role.changed", [people.lea])  # concerns one person
    assert not RobotPost.objects.exists()
    notify("approval.escalated", [people.lea], object_id=uuid4(), key="one")
    assert RobotPost.objects.count() == 1


def test_attack_the_address_is_sealed_and_goes_with_the_robot(people: SimpleNamespace) -> None:
    url = HOSTS[Provider.WECOM] + PATHS[Provider.WECOM]
    robot = _set(people, url, secret="deep secret")
    kept = bytes(Robot.objects.values_list("sealed", flat=True).get())
    assert b"weixin" not in kept
    assert b"deep" not in kept
    assert address_of(robot).url == url
    page = client_of(people.ada).get(reverse("people:robots")).content.decode()
    assert "weixin" not in page
    other = _set(people, url)
    Robot.objects.filter(pk=other.pk).update(sealed=robot.sealed)
    other.refresh_from_db()
    with pytest.raises(KeyWithheld):
        address_of(other)
    notify("approval.asked", [people.olivia])
    end_robot(actor=people.ada, robot_id=robot.pk)
    robot.refresh_from_db()
    assert (bytes(robot.sealed), robot.posts.get().state) == (b"", State.DROPPED)
    assert logged(Action.ROBOT_SET, robot.pk) == logged(Action.ROBOT_END, robot.pk) == 1


def test_only_administrators_within_a_staff_session(people: SimpleNamespace) -> None:
    url = HOSTS[Provider.WECOM] + PATHS[Provider.WECOM]
    with pytest.raises(Refused):
        set_robot(actor=people.olivia, provider="wecom", url=url, secret="", role="", groups=["access"])
    answer = client_of(people.ada, administers=False).post(
        reverse("people:robot_add"), {"provider": "wecom", "url": url, "groups": ["approvals"]}
    )
    assert answer.status_code == 403
    assert not Robot.objects.exists()


WRONG = [
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
    "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=a",
    "https://qyapi.weixin.qq.com@127.0.0.1/cgi-bin/webhook/send?key=a",
    "https://user@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
    "https://127.0.0.1/cgi-bin/webhook/send?key=a",
    "https://[::1]/cgi-bin/webhook/send?key=a",
    "https://169.254.169.254/cgi-bin/webhook/send?key=a",
    "https://localhost/cgi-bin/webhook/send?key=a",
    "https://qyapi.weixin.qq.com.example.test/cgi-bin/webhook/send?key=a",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send/../../admin?key=a",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a&debug=1",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a#x",
    "https://qyapi.weixin.qq.com/other?key=a",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
    "https://qyapi.weixin.qq.com\\@127.0.0.1/cgi-bin/webhook/send?key=a",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a\r\nHost: inside",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "http://127.0.0.1:6379/cgi-bin/webhook/send?key=a",
    "https://[bad/cgi-bin/webhook/send?key=a",
]


@pytest.mark.parametrize("url", WRONG)
def test_attack_no_other_address_is_a_robots(people: SimpleNamespace, url: str) -> None:
    with pytest.raises(ValidationError):
        _set(people, url)
    assert not Robot.objects.exists()


@given(st.text(max_size=80))
def test_attack_whatever_is_typed_leads_to_the_provider_or_nowhere(text: str) -> None:
    for provider in Provider:
        for address in (text, f"https://{text}", HOSTS[provider] + text):
            try:
                target = door.checked(provider, address)
            except door.Closed:
                continue
            assert f"https://{target.netloc.removesuffix(':443')}" in {
                *HOSTS.values(),
                "https://open.larksuite.com",
            }


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_attack_a_providers_name_that_leads_inside_is_not_followed(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """As whoever answers for the DNS might: one public address and one inside are not enough either."""
    reached: list[object] = []
    both = ["8.8.8.8", address]
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in both]
    robot = _set(people, HOSTS[Provider.WECOM] + PATHS[Provider.WECOM])
    notify("approval.asked", [people.olivia])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *given_, **__: reached.append(given_))
    _post()
    assert robot.posts.get().trouble == "robot.inside"
    assert reached == []


def test_attack_a_redirect_is_not_followed(people: SimpleNamespace, chat: RobotServer) -> None:
    with running(RobotServer()) as inside:
        chat.redirect = inside.base + PATHS[Provider.WECOM]
        _set(people, chat.base + PATHS[Provider.WECOM])
        notify("approval.asked", [people.olivia])
        _post()
        assert len(chat.taken) == 1
        assert inside.taken == []
    assert RobotPost.objects.get().trouble == "robot.refused"


def test_attack_an_endless_answer_is_cut(people: SimpleNamespace, chat: RobotServer) -> None:
    chat.endless = True
    _set(people, chat.base + PATHS[Provider.WECOM])
    notify("approval.asked", [people.olivia])
    _post()
    assert RobotPost.objects.get().trouble == "robot.refused"


def test_attack_an_address_changed_in_the_setting_closes_the_door(
    people: SimpleNamespace, chat: RobotServer, settings: Any
) -> None:
    """What was set while a local one was open is asked again before each post."""
    _set(people, chat.base + PATHS[Provider.WECOM])
    settings.NOTICE_ROBOT_LOCAL = ""
    notify("approval.asked", [people.olivia])
    _post()
    assert RobotPost.objects.get().trouble == "robot.closed"
    assert chat.taken == []


def test_what_the_database_refuses(people: SimpleNamespace) -> None:
    robot = _set(people, HOSTS[Provider.WECOM] + PATHS[Provider.WECOM])
    notify("approval.asked", [people.olivia])
    post = RobotPost.objects.get()
    rows = Robot.objects.filter(pk=robot.pk)
    wrong = [
        ("robot_provider_known", lambda: rows.update(provider="other")),
        ("robot_ended_holds_nothing", lambda: rows.update(ended_at=timezone.now())),
        ("robot_tells_something", lambda: rows.update(groups=[])),
        ("robot_post_once", lambda: RobotPost.objects.create(robot=robot, key=post.key, kind=post.kind)),
        ("robot_post_state_known", lambda: RobotPost.objects.update(state=State.GATHERED)),
        ("robot_post_sent_has_time", lambda: RobotPost.objects.update(state=State.SENT)),
    ]
    for name, act in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()


def test_a_deployment_opens_no_local_address(settings: Any) -> None:
    settings.NOTICE_ROBOT_LOCAL = "http://127.0.0.1:9000"
    assert "sealroom.C019" in {problem.id for problem in deployment()}
    settings.NOTICE_ROBOT_LOCAL = ""
    assert "sealroom.C019" not in {problem.id for problem in deployment()}


@pytest.mark.parametrize(
    "local", ["http://example.test:80", "http://10.0.0.1:80", "https://127.0.0.1:80", "x"]
)
def test_attack_the_setting_opens_this_machine_by_number_and_nothing_else(settings: Any, local: str) -> None:
    settings.NOTICE_ROBOT_LOCAL = local
    with pytest.raises(door.Closed):
        door.checked(Provider.WECOM, local + PATHS[Provider.WECOM])
