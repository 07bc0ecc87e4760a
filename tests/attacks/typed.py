"""What the walk over all forms types, where a form's own defaults change nothing, and where a form is found.

An address to which no form here posts validly fails the walk: say in `PAGES` which row of the access matrix
has its form, in `TYPED` what to type, in `BY` who does it; or in `UNTRIED` why there is nothing to try.
"""

from collections.abc import Callable, Mapping
from typing import Any

from audit.models import LogEntry
from compliance.accessreviews.models import ReviewedAccess
from tests.access_matrix import NOBODY, World
from tests.attacks.posting import WORDS, a_file
from tests.cast import PASSWORD, code_of
from tests.compliance.outside.making import firm_code, paper
from tests.deals.seals.making import CODE, COMPANY, scan
from tests.vault.records.makers import acting, add, book_of
from tests.vault.records.uploads import source_of

Typed = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]
_NEW = "correct-zebra-9481-lantern"


def _source(world: World) -> dict[str, Any]:
    with acting(world.ming):
        source = source_of(world.book)
    return {"source": source.pk, "file": a_file("a.csv", "姓名,手机\n王五,13800138000\n".encode())}


def _client_of_ming(world: World) -> Any:
    return add(book_of(world.ming)).pk


# Whose page has the form, where it is not at the same address.
PAGES: dict[str, tuple[str, ...]] = {
    "account_logout": ("compliance:today",),
    "compliance:audit_begin": ("compliance:audit",),
    "compliance:audit_measure": ("compliance:audit",),
    "compliance:destruction_ask": ("compliance:destruction_run",),
    "compliance:log_sample": ("compliance:log_samples",),
    "compliance:outside_acknowledge": ("compliance:outside_audit",),
    "compliance:outside_ask": ("compliance:outside_audit",),
    "compliance:outside_cancel": ("compliance:outside_audit",),
    "compliance:outside_end": ("compliance:outside_audit",),
    "compliance:outside_request_answer": ("compliance:outside_request",),
    "compliance:outside_request_assign": ("compliance:outside_request",),
    "compliance:outside_seat_add": ("compliance:outside_audit",),
    "compliance:seat_report_hand_in": ("compliance:seat_report",),
    "compliance:seat_report_recommend": ("compliance:seat_report",),
    "compliance:seat_request_accept": ("compliance:seat_request",),
    "compliance:seat_request_return": ("compliance:seat_request",),
    "compliance:speak_up_acknowledge": ("compliance:speak_up_case",),
    "compliance:speak_up_clear": ("compliance:speak_up_case",),
    "compliance:speak_up_protect": ("compliance:speak_up_case",),
    "deals:deal_members": ("deals:deal",),
    "deals:deal_stage": ("deals:deal",),
    "deals:deal_target": ("deals:deal",),
    "deals:file_rename": ("deals:file",),
    "deals:file_rights": ("deals:file",),
    "deals:invite": ("deals:group",),
    "deals:redaction_drop": ("deals:redaction",),
    "deals:redaction_search": ("deals:redaction",),
    "deals:seal_demand_end": ("deals:seals_all",),
    "deals:seal_lift": ("deals:seals",),
    "deals:seal_send_back": ("deals:seal_compare",),
    "deals:seal_side": ("deals:seals_all",),
    "deals:take_out": ("deals:group",),
    "people:approval_decide": ("people:approval",),
    "people:approval_withdraw": ("people:approval",),
    "people:ask_handle": ("people:asks",),
    "people:factor_codes": ("people:factors",),
    "people:partner_ask": ("people:partner",),
    "people:partner_contact_test": ("people:partner",),
    "people:partner_subprocessor": ("people:partner",),
    "people:person_link": ("people:person",),
    "people:staff_call_off": ("people:staff_change",),
    "people:staff_item": ("people:staff_change",),
    "people:post_back": ("people:posts",),
    "people:post_decline": ("people:post_accept",),
    "vault:followup_call": ("vault:followup",),
    "vault:followup_drop": ("vault:followup",),
    "vault:followup_put_off": ("vault:followup",),
    "vault:import_cancel": ("vault:import_job",),
    "vault:import_start": ("vault:import_job",),
    "vault:position_end": ("vault:people",),
    "vault:preference_add": ("vault:service",),
    "vault:rating_add": ("vault:service",),
    "vault:sighting_handled": ("vault:disclosures",),
    "vault:transaction_add": ("vault:service",),
}

# Where the first by the alphabet of those who are let in can do nothing with it.
BY: dict[str, str] = {
    "compliance:access_review": "olivia",
    "compliance:access_review_item": "olivia",
    "compliance:destruction_ask": "olivia",
    "people:approval_decide": "olivia",
    "people:delegation_new": "olivia",
    "people:factor_remove": "ming",
    "people:partner_agreement_check": "olivia",
    "people:partner_take": "olivia",
    "vault:export_new": "ming",
    "vault:notice": NOBODY,
}

TYPED: dict[str, Typed] = {
    "account_change_password": {"oldpassword": PASSWORD, "password1": _NEW, "password2": _NEW},
    "account_reauthenticate": lambda world: {"step_up_code": code_of(world.ada)},
    "compliance:access_review": lambda _: {
        "item": [ReviewedAccess.objects.filter(deal=None).first().pk],
        "decision": "revoke",
        "reason": WORDS,
    },
    "compliance:audit_evidence": lambda world: {
        "object_id": getattr(world, "view", LogEntry.objects.last()).pk
    },
    "compliance:audit_team": lambda world: {"team": [world.otto.pk]},
    "compliance:conduct_evidence": lambda world: {"kind": "entry", "object_id": LogEntry.objects.last().pk},
    "compliance:destruction_ask": {"reason": WORDS},
    "compliance:log_policy": {"months": "40"},
    "compliance:outside_ask": {"reason": WORDS},
    "compliance:outside_audit_new": {
        "firm": "Hengxin",
        "firm_code": firm_code(),
        "areas": ["approvals"],
        "email": "typed@example.test",
    },
    "compliance:outside_request_answer": {"words": WORDS, "file": []},
    "compliance:outside_seat_add": {"name": "Wu", "email": "typed@example.test"},
    "compliance:retention_edit": {"name": WORDS},
    "compliance:seat_report": {"file": a_file("r.pdf", paper())},
    "compliance:watch_rule": {"p-count": 11, "p-minutes": 5, "why": "watch.noise", "words": WORDS},
    "deals:file_rights": {"level": "2"},
    "deals:folder_edit": {"title": WORDS},
    "deals:group": {"title": WORDS},
    "deals:redaction_mark": {"left": "10", "top": "10", "width": "10", "height": "10", "page": "1"},
    "deals:company": {"copy": a_file("a.pdf", scan()), "sealer": "Wang Hai", "authority": []},
    "deals:seal_draw_up": {"company": COMPANY, "code": CODE},
    "deals:seal_send_back": {"reason": WORDS},
    "people:delegation_new": lambda world: {"to": world.lea.pk, "codes": ["deal.stage"]},
    "people:jobs": {"roles": ["agent"]},
    "vault:recipients": {"kind": "adviser"},
    "people:partner_agreement": {"paper": a_file("a.pdf", b"%PDF-1.7 signed")},
    "people:role_door": {"networks": "203.0.113.0/24", "confirm": "1"},
    "people:training_outside": {"evidence": a_file("a.pdf", b"%PDF-1.7 scan"), "issued_on": "2026-01-05"},
    "people:person_add": {"username": "somebody.new", "email": "somebody.new@example.test"},
    "people:person_edit": {"display_name": "Lin the second"},
    "people:post_accept": {"typed_name": "Olivia", "agreed": "on"},
    "people:post_propose": lambda world: {"person": world.olivia.pk},
    "people:campaign": {"word": "sealed"},
    "people:headcount_filing": {"done_on": "2026-01-20", "number": "BA-12"},
    "people:pledge": {"typed_name": "Ada Lin", "agreed": "on"},
    "people:pledges": {"text_en": "I promise to be honest and to keep it. " * 3},
    "people:pulse": {f"q{number}": "3" for number in range(1, 6)},
    "vault:book_facets": {"visibility": "private", "origin": "external", "use": "marketing"},
    "vault:book_members": lambda world: {"user": world.lin.pk, "level": "1"},
    "vault:book_review": {"contact_review_months": "6"},
    "vault:client_assign": lambda world: {"to": world.ming.pk},
    "vault:client_edit": {"notes": "Calls in the morning"},
    "vault:consent_give": {"words": "By word of mouth", "form": "separate", "file": []},
    "vault:consent_withdraw": {"words": "By word of mouth", "file": []},
    "vault:export_new": lambda world: {
        "purpose": "service",
        "fields_wanted": ["name", "phone"],
        "masked": "no",
        "priced": "no",
        "format": "csv",
        "reason": WORDS,
        "recipient": f"c-{world.lin.pk}",
        "clients": [_client_of_ming(world)],
    },
    "vault:followup_note": {"outcome": "reached", "text": WORDS, "channel": "call", "direction": "out"},
    "vault:grade_rule": {"weight": "6", "confirm": "1"},
    "vault:import_upload": _source,
    "vault:mandate_sign": {"file": a_file("a.pdf", b"%PDF-1.7 signed")},
    "vault:notice_told": {"channel": "paper"},
    "vault:reveal_limit": {"per_day": "90"},
    "vault:source_add": {"collected_on": "2026-01-05", "words": "By contract", "file": []},
    "vault:transaction_add": {"transaction-amount": "1000.00"},
}

# Addresses to which no form is posted that writes more than the log, and why.
_CEREMONY = "an answer to a challenge that counts once: tests/people/passkeys/test_attacks.py"
_CODE = "a code that counts once: tests/people/factors/test_attacks.py, tests/people/guests/test_attacks.py"
_IDENTITY = "it leads to a provider: tests/people/oidc/test_attacks.py"
_READS = "it opens something: what it writes is the log"
_NOTHING_THERE = "there is nothing in this state that it could end, begin or settle"
_TURNED = "its pages are turned one by one first"
UNTRIED: dict[str, str] = {
    "account_identity": _IDENTITY,
    "account_identity_logout": "a provider's signed token: tests/people/oidc/test_backchannel.py",
    "people:identity_link": _IDENTITY,
    "people:identity_unlink": _NOTHING_THERE,
    "people:messages_retry": _NOTHING_THERE,
    "people:nda": f"{_TURNED}: tests/people/duties/test_duties.py",
    "people:notices_read": _NOTHING_THERE,
    "people:partner_link": "a link that counts once: tests/people/partners/test_attacks.py",
    "people:partner_questions_ask": _NOTHING_THERE,
    "people:policy": f"{_TURNED}: tests/people/policies/",
    "people:training_anew": _NOTHING_THERE,
    "people:training_begin": _NOTHING_THERE,
    "account_change_password": "the old password was hashed before the fixture that makes hashing cheap",
    "account_passkey": _CEREMONY,
    "account_passkey_challenge": _CEREMONY,
    "account_login": _CODE,
    "mfa_authenticate": _CODE,
    "compliance:destruction_propose": _NOTHING_THERE,
    "compliance:finding": "what is said of a finding is an entry of the log and nothing else",
    "compliance:incident_close": _NOTHING_THERE,
    "compliance:log_mask": _READS,
    "compliance:log_reason": _READS,
    "compliance:log_sign": "the digest of what was read: tests/compliance/review/test_signing.py",
    "compliance:partner_recall": _NOTHING_THERE,
    "compliance:partner_recall_check": _NOTHING_THERE,
    "compliance:speak_up": "its token counts once: tests/compliance/speakup/test_channel.py",
    "compliance:speak_up_mailbox": _READS,
    "compliance:speak_up_write": "the code of a report: tests/compliance/speakup/test_channel.py",
    "deals:preview_end": _NOTHING_THERE,
    "deals:redaction_apply": _NOTHING_THERE,
    "deals:redaction_stop": _NOTHING_THERE,
    "deals:seal_accept": "each page has to be shown first: tests/deals/seals/test_returning.py",
    "deals:seal_answer": "no form, and signed over its whole body: tests/deals/seals/test_answers.py",
    "deals:seal_envelope": "hands over to a service outside: tests/deals/seals/test_answers.py",
    "people:factor_app": _CODE,
    "people:factor_remove": "the last factor of staff stays: tests/people/factors/test_pages.py",
    "people:guest_code": _CODE,
    "people:guest_send": _CODE,
    "people:nda_house": "everybody here has signed: tests/people/duties/test_duties.py",
    "people:passkey_add": _CEREMONY,
    "people:passkey_options": _CEREMONY,
    "people:person_sessions_end": "sessions alone, which every request may write",
    "people:staff_heir": "nobody there holds anything: tests/compliance/staffing/test_moving.py",
    "people:session_end": "sessions alone, which every request may write",
    "people:session_know": "sessions alone, which every request may write",
    "people:sessions_end_others": "sessions alone, which every request may write",
    "people:welcome_enter": "a link that counts once: tests/people/accounts/test_welcome.py",
    "ui:language": "the cookie of a language",
    "ui:theme": "the cookie of a theme",
    "vault:client_complete": _NOTHING_THERE,
    "vault:count_review": "its address says what was counted: tests/vault/disclosures/test_reviews.py",
    "vault:import_discard": _NOTHING_THERE,
    "vault:intake": "the walk does not read its form: tests/vault/intake/test_intake.py",
    "vault:intake_read": _READS,
    "vault:import_undo": "the walk does not read its form: tests/vault/records/importing/test_undoing.py",
    "vault:keys_go_on": _NOTHING_THERE,
    "vault:keys_rotate": "no root key here could be replaced: tests/vault/custody/test_rotation.py",
    "vault:mandate_document": _READS,
    "vault:people_add": "its first step searches; a position is added by the second",
    "vault:reveal_ask": _NOTHING_THERE,
    "vault:search": _READS,
    "vault:service_reveal": _NOTHING_THERE,
}
# What a form has beside what the row of the matrix sends, where no page of the walk shows it.
ALSO: dict[str, set[str]] = {
    "compliance:audit_answer": {"note"},
    "compliance:incident_severity": {"critical", "gdpr"},
    "compliance:outside_audit_new": {"deals"},
    "compliance:retention_add": {"book", "holding", "source", "purpose", "note"},
    "compliance:watch_rule": {"words"},
    "deals:deal_target": {"name"},
    "deals:redaction_apply": {"reason", "name"},
    "deals:upload": {"details"},
    "deals:right": {"until"},
    "people:grant_role": {"until", "deal"},
    "people:jobs": {"signs_anew"},
    "vault:client_reveal": {"CONTACT-words"},
    "vault:communication_reveal": {"TEXT-words"},
    "vault:followup_note": {"at", "minutes", "next_at"},
    "vault:people_add": {"position", "client", "percent", "since", "evidence"},
    "vault:people_reveal": {"SHARE-words"},
    "vault:purpose_alert": {"words"},
}

# The log outlives a test: only where one of before had it signed is there anything to bundle.
TRIED_IF_SIGNED = {"compliance:seat_bundles"}
