"""Who gets in where, in the people layer."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from people.accounts.links import make_link
from people.accounts.models import LinkPurpose
from people.approvals.models import ApprovalRequest
from people.approvals.registry import action_of
from people.asks.services import ask_for_access
from people.delegations.services import delegate
from people.duties.models import NdaSignature, NdaTemplate
from people.factors.resetting import reset_factors
from people.invitations.services import accept, invite
from people.notices.models import Notice, Robot
from people.roles.models import RoleCode, RoleGrant
from people.roles.services import grant_role
from people.staffsessions.models import StaffSession
from people.standing.models import StandingApproval
from people.standing.services import ask
from tests.access_matrix import NOBODY, Row, World, who
from tests.cast import administering, person
from tests.people.duties.making import drafted
from tests.people.helpers import approve
from tests.people.roles.making import composed

DEAL = UUID("00000000-0000-4000-8000-00000000dea1")
ALL = who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud")
STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
OUTSIDE = ALL - STAFF
OFFICERS = who("olivia", "otto")
MANAGERS = who("ada")
DECIDERS = OFFICERS | who("lea")


def _somebody(world: World) -> list[Any]:
    return [world.lin.pk]


def _asked(world: World) -> None:
    """ada wants lin to lead deals: a role that opens data."""
    world.grant = grant_role(
        actor=world.ada, person=world.lin, role=RoleCode.DEAL_LEAD, reason="leads from now on"
    )
    world.asked = ApprovalRequest.objects.get(params={"grant": str(world.grant.pk)})


def _disabled(world: World) -> None:
    world.gone = person("gone")
    world.gone.is_active, world.gone.disabled_at = False, timezone.now()
    world.gone.save()


def _invited(world: World) -> None:
    """bo has accepted an invitation to the deal and signed nothing."""
    invitation = invite(
        actor=world.lea,
        deal_id=DEAL,
        group_id=UUID(int=7),
        email=world.bo.email,
        display_name="Bo",
        code_name="Willow",
    )
    accept(invitation=invitation, password=None)


def _ask(world: World) -> None:
    world.ask = ask_for_access(actor=world.bo)


def _link(world: World) -> None:
    world.token = make_link(purpose=LinkPurpose.FIRST_ADMIN, person=None)[1].rsplit("/", 2)[1]


def _signature(world: World) -> list[Any]:
    return [NdaSignature.objects.get(person=world.ming).pk]


def _grant_of_ming(world: World) -> list[Any]:
    return [RoleGrant.objects.get(user=world.ming).pk]


def _tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def _delegation(world: World) -> dict[str, Any]:
    typed = {"to": str(world.lin.pk), "codes": ["deal.stage"], "first": _tomorrow(), "last": _tomorrow()}
    return {**typed, "reason": "away"}


def _delegated(world: World) -> None:
    now = timezone.now()
    world.delegation = delegate(
        actor=world.olivia,
        to=world.lea,
        codes=["deal.stage"],
        starts_at=now,
        ends_at=now + timedelta(days=1),
        reason="away",
    )


def _standing_asked(world: World) -> dict[str, Any]:
    return {"action": "reveal.more", "limit": 20, "uses": 2, "last": _tomorrow(), "reason": "mornings"}


def _standing(world: World) -> None:
    """Olivia has agreed to it."""
    until = timezone.now() + timedelta(days=1)
    kind = action_of("reveal.more")
    asked = ask(actor=world.ming, kind=kind, limit=20, uses=2, until=until, reason="each morning")
    approve(world.olivia, asked)
    world.standing = StandingApproval.objects.get()


def _session_of_ada(world: World) -> list[Any]:
    return [StaffSession.objects.get(person=world.ada, ended_at__isnull=True).pk]


def _session_of_adam(world: World) -> None:
    world.foreign = administering(person("adam", role=RoleCode.ADMIN), uuid4())


def _composed(world: World) -> None:
    world.role = composed(world, name="Clerk", zh="文员")


def _code(world: World) -> list[Any]:
    return [world.role.code]


def _composing(world: World) -> dict[str, Any]:
    names = {"name_zh": "助理", "name_en": "Assistant", "note": "Looks up who has called."}
    return {**names, "permissions": ["client.view"], "reason": "a new desk", "confirm": "1"}


def _reset(world: World) -> None:
    world.reset = reset_factors(actor=world.ada, person=world.lin)


def _app(world: World) -> list[Any]:
    return [Authenticator.objects.get(user=world.ming).pk]


def _passkey(world: World) -> None:
    world.key = Authenticator.objects.create(user=world.ming, type="webauthn", data={"name": "Phone"})


def _key(world: World) -> list[Any]:
    return [world.key.pk]


def _nda_draft(world: World) -> None:
    world.draft = drafted(world, "buyer")


def _draft(world: World) -> list[Any]:
    return [world.draft.pk]


def _notice(world: World) -> list[Any]:
    return [Notice.objects.create(person=world.ming, kind="role.changed", key="one").pk]


def _settings(world: World) -> dict[str, Any]:
    mail = {f"mail_{group}": "now" for group in ("approvals", "access", "rooms", "work")}
    return {**mail, "cadence": "daily", "hour": "9"}


def _robot_typed(world: World) -> dict[str, Any]:
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a"
    return {"provider": "wecom", "url": address, "groups": ["approvals"]}


def _robot(world: World) -> list[Any]:
    made = Robot.objects.create(provider="wecom", groups=["approvals"], sealed=b"x", set_by=world.ada)
    return [made.pk]


def _session_of_ming(world: World) -> list[Any]:
    made = UserSession.objects.create(user=world.ming, ip="192.0.2.1", session_key="elsewhere")
    return [made.pk]


ROWS = [
    Row(url="people:factors", who=ALL),
    Row(url="people:factor_reset", who=MANAGERS, args=_somebody, status=frozenset({302})),  # asks first
    Row(url="people:factor_reset", who=MANAGERS, args=_somebody, method="post"),
    Row(url="people:resets", who=MANAGERS | OFFICERS),
    Row(
        url="people:reset_review",
        state="ada reset lin",
        who=OFFICERS,
        build=_reset,
        args=lambda world: [world.reset.pk],
        method="post",
    ),
    Row(url="people:factor_app", who=ALL),
    Row(url="people:passkey_add", who=ALL, status=frozenset({302})),  # asks who one is, first
    Row(url="people:passkey_options", who=ALL, method="post", status=frozenset({403})),  # as above
    Row(url="people:passkey_rename", state="a passkey of ming's", who=who("ming"), build=_passkey, args=_key),
    *(
        Row(url=f"people:identity_{act}", who=ALL, args=lambda world: ["work"], method="post")
        for act in ("link", "unlink")
    ),
    Row(url="people:notices", who=ALL),
    Row(url="people:notice", state="ming's", who=who("ming"), args=_notice, status=frozenset({302})),
    Row(url="people:notice_read", state="ming's", who=who("ming"), args=_notice, method="post"),
    Row(url="people:notices_read", who=ALL, method="post"),
    Row(url="people:notice_settings", who=ALL),
    Row(url="people:notice_settings", who=ALL, method="post", data=_settings),
    Row(url="people:robots", who=MANAGERS | OFFICERS),
    Row(url="people:robot_add", who=MANAGERS),
    Row(url="people:robot_add", who=MANAGERS, method="post", data=_robot_typed),
    Row(url="people:robot_end", state="a robot", who=MANAGERS, args=_robot, method="post"),
    Row(url="people:messages_retry", who=MANAGERS, method="post"),
    Row(url="people:sessions", who=ALL),
    Row(url="people:sessions_end_others", who=ALL, method="post"),
    Row(url="people:session_end", state="ming's", who=who("ming"), args=_session_of_ming, method="post"),
    Row(url="people:session_know", state="ming's", who=who("ming"), args=_session_of_ming, method="post"),
    Row(url="people:person_sessions_end", who=MANAGERS | OFFICERS, args=_somebody, method="post"),
    Row(url="people:factor_codes", who=ALL, method="post"),
    Row(url="people:factor_remove", who=ALL, args=_app, status=frozenset({302})),  # asks who one is, first
    Row(url="people:people", who=MANAGERS | OFFICERS),
    Row(url="people:person_add", who=MANAGERS),
    Row(
        url="people:person_add",
        who=MANAGERS,
        method="post",
        data=lambda world: {
            "username": "new",
            "display_name": "New",
            "email": "new@example.test",
            "kind": "staff",
        },
    ),
    Row(url="people:person", who=MANAGERS | OFFICERS, args=_somebody),
    Row(
        url="people:person",
        state="the house's own account",
        who=frozenset(),
        args=lambda world: [UUID("00000000-0000-4000-8000-000000000001")],
    ),
    Row(url="people:person", state="nobody's id", who=frozenset(), args=lambda world: [UUID(int=1)]),
    Row(url="people:person_edit", who=MANAGERS, args=_somebody),
    Row(
        url="people:person_edit",
        who=MANAGERS,
        args=_somebody,
        method="post",
        data=lambda world: {"display_name": "Lin", "email": "x@example.test", "language": "en"},
    ),
    Row(url="people:person_link", who=MANAGERS, args=_somebody, method="post"),
    Row(url="people:person_disable", who=MANAGERS, args=_somebody),
    Row(url="people:person_disable", who=MANAGERS, args=_somebody, method="post"),
    Row(
        url="people:person_enable",
        state="disabled",
        who=MANAGERS,
        build=_disabled,
        args=lambda world: [world.gone.pk],
        method="post",
    ),
    Row(url="people:me", who=ALL),
    Row(
        url="people:me",
        who=ALL,
        method="post",
        data=lambda world: {"language": "en", "timezone": "Asia/Shanghai"},
    ),
    Row(url="people:welcome_enter", state="no link followed", who=ALL | {NOBODY}, status=frozenset({410})),
    Row(
        url="people:welcome",
        state="working link",
        who=ALL | {NOBODY},
        build=_link,
        args=lambda world: [world.token],
    ),
    Row(
        url="people:welcome",
        state="unknown token",
        who=ALL | {NOBODY},
        args=lambda world: ["unknown"],
        status=frozenset({410}),
    ),
    Row(url="people:guest", state="no link scanned", who=ALL | {NOBODY}, status=frozenset({410})),
    Row(
        url="people:guest_send",
        state="no link scanned",
        who=ALL | {NOBODY},
        method="post",
        status=frozenset({410}),
    ),
    Row(url="people:guest_code", state="no code asked for", who=ALL | {NOBODY}, status=frozenset({302})),
    Row(
        url="people:guest_code",
        state="no code asked for",
        who=ALL | {NOBODY},
        method="post",
        data=lambda world: {"code": "123456"},
        status=frozenset({302}),
    ),
    Row(url="people:phone", who=ALL | {NOBODY}),
    Row(
        url="people:phone",
        who=ALL | {NOBODY},
        method="post",
        data=lambda world: {"number": "13800138000"},
    ),
    Row(url="people:phone_again", state="people with passwords", who=frozenset()),
    Row(url="people:phone_again", state="people with passwords", who=frozenset(), method="post"),
    Row(url="people:roles", who=MANAGERS | OFFICERS),
    Row(url="people:role_compose", who=MANAGERS),
    Row(url="people:role_compose", who=MANAGERS, method="post", data=_composing),
    Row(url="people:role_change", state="composed", who=MANAGERS, build=_composed, args=_code),
    Row(
        url="people:role_change",
        state="composed",
        who=MANAGERS,
        build=_composed,
        args=_code,
        method="post",
        data=_composing,
    ),
    Row(url="people:role_change", state="built in", who=frozenset(), args=lambda world: ["agent"]),
    Row(url="people:role_retire", state="composed", who=MANAGERS, build=_composed, args=_code),
    Row(
        url="people:role_retire",
        state="composed",
        who=MANAGERS,
        build=_composed,
        args=_code,
        method="post",
    ),
    Row(url="people:grant_role", who=MANAGERS, args=_somebody),
    Row(
        url="people:grant_role",
        who=MANAGERS,
        args=_somebody,
        method="post",
        data=lambda world: {"role": "deal_lead", "reason": "leads from now on"},
    ),
    Row(url="people:revoke_role", who=MANAGERS, args=_grant_of_ming),
    Row(url="people:revoke_role", who=MANAGERS, args=_grant_of_ming, method="post"),
    Row(url="people:approvals", who=STAFF),
    Row(
        url="people:approval",
        state="asked by ada about lin",
        who=MANAGERS | OFFICERS,
        build=_asked,
        args=lambda world: [world.asked.pk],
    ),
    Row(url="people:approval", state="nobody's id", who=frozenset(), args=lambda world: [UUID(int=1)]),
    Row(
        url="people:approval_decide",
        state="asked by ada about lin",
        who=MANAGERS | OFFICERS,
        build=_asked,
        args=lambda world: [world.asked.pk],
        method="post",
        data=lambda world: {"verdict": "approve", "reason": "known to me"},
    ),
    Row(
        url="people:approval_withdraw",
        state="asked by ada about lin",
        who=MANAGERS | OFFICERS,
        build=_asked,
        args=lambda world: [world.asked.pk],
        method="post",
    ),
    Row(url="people:approval_pace", who=OFFICERS),
    Row(url="people:delegations", who=STAFF),
    Row(url="people:delegation_new", who=DECIDERS),
    Row(url="people:delegation_new", who=DECIDERS, method="post", data=_delegation),
    Row(
        url="people:delegation_end",
        state="olivia named lea",
        who=OFFICERS | who("lea"),
        build=_delegated,
        args=lambda world: [world.delegation.pk],
        method="post",
    ),
    Row(url="people:standing", who=STAFF),
    Row(url="people:standing_new", who=who("ming", "lin", "lea")),
    Row(
        url="people:standing_new",
        who=who("ming", "lin", "lea"),
        method="post",
        data=lambda world: {
            "action": "reveal.more",
            "limit": 20,
            "uses": 2,
            "last": _tomorrow(),
            "reason": "x",
        },
    ),
    Row(
        url="people:standing_end",
        state="of ming, given by olivia",
        who=OFFICERS | who("ming"),
        build=_standing,
        args=lambda world: [world.standing.pk],
        method="post",
    ),
    Row(url="people:duties", who=ALL),
    Row(url="people:nda_house", who=STAFF),
    Row(url="people:nda_house", who=STAFF, method="post"),
    Row(url="people:nda", state="not invited", who=frozenset(), args=lambda world: [DEAL]),
    Row(url="people:nda", state="bo is invited", who=who("bo"), build=_invited, args=lambda world: [DEAL]),
    Row(
        url="people:nda",
        state="bo is invited",
        who=who("bo"),
        build=_invited,
        args=lambda world: [DEAL],
        method="post",
    ),
    Row(url="people:signatures", who=OFFICERS),
    Row(url="people:nda_texts", who=OFFICERS),
    Row(url="people:nda_write", who=OFFICERS, args=lambda world: ["buyer"]),
    Row(url="people:nda_write", state="no such kind", who=frozenset(), args=lambda world: ["friend"]),
    Row(url="people:nda_write", who=OFFICERS, args=lambda world: ["buyer"], method="post"),
    Row(url="people:nda_draft", who=OFFICERS, build=_nda_draft, args=_draft),
    Row(
        url="people:nda_ask",
        who=OFFICERS,
        build=_nda_draft,
        args=_draft,
        method="post",
        data=lambda world: {"reason": "as discussed"},
    ),
    Row(url="people:nda_discard", who=OFFICERS, build=_nda_draft, args=_draft, method="post"),
    Row(
        url="people:nda_version",
        who=OFFICERS,
        args=lambda world: [NdaTemplate.objects.get(kind="buyer").pk],
    ),
    Row(url="people:signature_revoke", who=OFFICERS, args=_signature),
    Row(url="people:signature_revoke", who=OFFICERS, args=_signature, method="post"),
    Row(url="people:ask_access", who=ALL, method="post"),
    Row(url="people:asks", who=MANAGERS | OFFICERS | who("aud"), build=_ask),
    Row(url="people:ask_handle", who=MANAGERS, build=_ask, args=lambda world: [world.ask.pk], method="post"),
    Row(url="people:staff_sessions", who=MANAGERS | OFFICERS),
    Row(url="people:staff_session", who=MANAGERS | OFFICERS, args=_session_of_ada),
    Row(
        url="people:staff_session",
        state="of another administrator",
        who=OFFICERS,
        build=_session_of_adam,
        args=lambda world: [world.foreign.pk],
    ),
    Row(url="people:staff_session", state="nobody's id", who=frozenset(), args=lambda world: [UUID(int=1)]),
    Row(url="people:staff_session_open", who=MANAGERS),
    Row(url="people:staff_session_open", who=MANAGERS, method="post"),
    Row(url="people:staff_session_end", who=MANAGERS, method="post"),
    Row(url="people:staff_session_stop", who=OFFICERS, args=_session_of_ada, method="post"),
]
