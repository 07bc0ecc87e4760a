"""A second officer's word on a rule that shall find less."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from compliance.anomalies.changing import LOOSEN, lock_rule, loosens, set_rule
from compliance.anomalies.codes import Change
from compliance.anomalies.rules import RULES
from compliance.anomalies.settings import Setting, setting_of
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission


class LoosenRule(ApprovableAction):
    """One person alone does not switch off the watch, since it may be the one who is watched."""

    code = LOOSEN
    label = gettext_lazy("Let a rule of the watch find less")
    permission = Permission.WATCH_MANAGE
    asked_by = (Permission.WATCH_MANAGE,)
    delegable = True

    def preview(self, params: Params) -> Preview:
        """The rule as it stands and as it would: asked for about exactly this version."""
        setting, active, wanted = _asked(params)
        rows = [
            [str(one.label), str(setting.params[one.name]), str(wanted[one.name])]
            for one in setting.rule.parameters
            if setting.params[one.name] != wanted[one.name]
        ]
        off = [[_("The rule"), _("on"), _("off")]] if not active else []
        return Preview(
            facts={"params": dict(params), "now": [setting.active, sorted(setting.params.items())]},
            lines=[
                str(setting.rule.label),
                _("Why: %(reason)s.") % {"reason": Change(str(params["why"])).label},
                _("From then on less is found. What was found stays."),
            ],
            columns=[pgettext("change", "What"), pgettext("change", "Now"), pgettext("change", "Then")],
            rows=[*off, *rows],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        lock_rule(str(request.params["rule"]))
        setting, active, wanted = _asked(request.params)
        set_rule(
            setting,
            active=active,
            params=wanted,
            why=Change(str(request.params["why"])),
            made_by=request.requester,
            decided_by=actor,
        )


def _asked(params: Params) -> tuple[Setting, bool, dict[str, int]]:
    """Raises CannotCarryOut when the rule was changed since, or would find no less."""
    code = str(params["rule"])
    if code not in RULES:
        raise CannotCarryOut
    setting = setting_of(code)
    wanted = {
        name.removeprefix("p."): int(str(value)) for name, value in params.items() if name.startswith("p.")
    }
    active = bool(params["active"])
    if setting.number != params["version"] or not loosens(setting, active=active, params=wanted):
        raise CannotCarryOut
    return setting, active, wanted
