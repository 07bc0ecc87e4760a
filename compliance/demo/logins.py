"""Who can sign in to the demo, and the file (0600) that says how: written before any account is made."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from people.accounts.models import Kind
from people.factors.totp import new_secret
from people.roles.builtin import RoleCode

FILE = "demo-logins.json"


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """An invented person; `role` is what the file calls it, `code` what the house gives."""

    username: str
    name: str
    role: str
    code: RoleCode | None = None
    kind: Kind = Kind.STAFF
    sits: bool = False  # for an outside audit: by a seat, which is no role

    @property
    def email(self) -> str:
        return f"{self.username}@demo.example"


ADMIN = DemoPerson(username="fang.zian", name="方子安", role="admin", code=RoleCode.ADMIN)
OFFICERS = (
    DemoPerson(username="shen.ruoxi", name="沈若溪", role="officer", code=RoleCode.COMPLIANCE_OFFICER),
    DemoPerson(username="gu.mingyuan", name="顾明远", role="officer", code=RoleCode.COMPLIANCE_OFFICER),
    DemoPerson(username="he.zhiqiu", name="贺知秋", role="officer", code=RoleCode.COMPLIANCE_OFFICER),
)
LEAD = DemoPerson(username="lu.jingxing", name="陆景行", role="lead", code=RoleCode.DEAL_LEAD)
AGENT = DemoPerson(username="su.wanqing", name="苏晚晴", role="agent", code=RoleCode.AGENT)
OTHER_AGENT = DemoPerson(username="han.yinuo", name="韩一诺", role="agent", code=RoleCode.AGENT)
AUDITOR = DemoPerson(
    username="cheng.guanlan", name="程观澜", role="auditor", code=RoleCode.AUDITOR, kind=Kind.OUTSIDE
)
BUYER = DemoPerson(username="jiang.yuan", name="江予安", role="buyer", kind=Kind.OUTSIDE)
RIVAL = DemoPerson(username="qin.shubai", name="秦书白", role="buyer", kind=Kind.OUTSIDE)
SELLER = DemoPerson(username="bai.chengze", name="白承泽", role="seller", kind=Kind.OUTSIDE)
ADVISER = DemoPerson(username="he.zhiyao", name="何知遥", role="adviser", kind=Kind.OUTSIDE)
SITTER = DemoPerson(username="zhou.heng", name="周衡", role="outside auditor", kind=Kind.OUTSIDE, sits=True)
EVERYBODY = (ADMIN, *OFFICERS, LEAD, AGENT, OTHER_AGENT, AUDITOR, BUYER, RIVAL, SELLER, ADVISER, SITTER)


@dataclass(frozen=True, kw_only=True)
class Login:
    """How one of them signs in. `totp_secret` is empty for those who need no second factor."""

    password: str
    totp_secret: str


def logins(home: Path) -> dict[str, Login]:
    """Sign-in name → login: from the file, or new ones, which are in the file before this returns."""
    path = home / FILE
    if path.is_file():
        known = json.loads(path.read_text(encoding="utf-8"))
        return {
            one["username"]: Login(password=one["password"], totp_secret=one.get("totp_secret", ""))
            for one in known
        }
    made = {person.username: _new(person) for person in EVERYBODY}
    rows = [
        {"name": one.name, "username": one.username, "role": one.role} | asdict(made[one.username])
        for one in EVERYBODY
    ]
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False, indent=2)
    temporary.replace(path)
    return made


def _new(person: DemoPerson) -> Login:
    """Whoever has a role or a seat is asked for a second factor."""
    secret = new_secret() if person.code is not None or person.sits else ""
    return Login(password=secrets.token_urlsafe(12), totp_secret=secret)
