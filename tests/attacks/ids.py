"""Which fields of which forms carry the id of something, as the walk over foreign ids must find them.

A star stands for an id within a field's name. An address that is named nowhere here has no such field: the
walk finds each one that there is, and fails where it stands in neither table, or stands there in vain.
"""

# A foreign id in them is refused.
REFUSED: dict[str, str] = {
    "compliance:audit_evidence": "object_id",
    "deals:ask_lesson": "person",
    "deals:deal_members": "remove",
    "deals:file_rights": "group",
    "deals:invite_again": "person",
    "deals:preview": "person",
    "deals:redaction_give": "group-*",
    "deals:take_out": "person",
    "people:staff_heir": "thing",
    "vault:book_add": "deal",
    "vault:client_assign": "to",
    "vault:clients_assign": "clients to",
    "vault:export_new": "clients",
    "vault:followup_hand_over": "to",
    "vault:handover": "book *-to",
    "vault:import_upload": "source",
    "vault:intake": "book",
    "vault:people_add": "client",
    "vault:transaction_add": "transaction-deal_id",
}

_AUDITING = "whoever audits chooses among all staff, and among all that the house has"
_COLLEAGUE = "any colleague: who works with whom is no secret of a deal"
_FIRM = "the partner firms are the house's, and not of a deal"
_PLANNING = "officers and administrators plan for all staff, with the jobs that the house has"
_WATCHING = "officers oversee everybody"
# Fields in which whoever may send the form may name anything of the house, and why.
OPEN_TO_ALL: dict[str, dict[str, str]] = {
    "compliance:audit_action_assign": {"owner": _AUDITING},
    "compliance:audit_action_set": {"owner": _AUDITING},
    "compliance:audit_evidence": {"object_id": "any entry of the log, which whoever audits reads whole"},
    "compliance:audit_finding_new": {"book": _AUDITING, "person": _AUDITING},
    "compliance:audit_new": dict.fromkeys(("book", "deal", "lead", "team"), _AUDITING),
    "compliance:audit_team": {"team": _AUDITING},
    "compliance:commendations": {"person": _WATCHING},
    "compliance:conduct_evidence": {"object_id": "any entry of the log, which officers read whole"},
    "compliance:conduct_new": dict.fromkeys(("person", "first", "second", "appeal_by", "track"), _WATCHING),
    "compliance:outside_request_assign": {"owner": _AUDITING},
    "compliance:speak_up_accuse": {"user": _WATCHING},
    "compliance:speak_up_protect": {"user": _WATCHING},
    "compliance:watch_leaving": {"person": _WATCHING},
    "compliance:retention_edit": {"book": _WATCHING},
    "compliance:lock": {"case": _WATCHING},
    "deals:ask_lesson": {"track": "the courses are the house's, and not of a deal"},
    "deals:deal_members": {"user": _COLLEAGUE},
    "deals:deal_new": {"lead": _COLLEAGUE},
    "deals:invite": {"firm": _FIRM},
    "people:delegation_new": {"to": _COLLEAGUE},
    "people:grant_role": {"deal": "an administrator grants for every deal, by its code name"},
    "people:join": {"job": _PLANNING, "lead": _PLANNING},
    "people:leave": {"lead": _PLANNING},
    "people:move": {"job": _PLANNING, "lead": _PLANNING},
    "people:post_propose": {"person": _COLLEAGUE},
    "people:staff_heir": {"to": _COLLEAGUE},
    "people:staff_session_open": {"requested_by": _COLLEAGUE},
    "people:training_assign": {"person": _PLANNING},
    "people:training_session_new": {"trainer": _COLLEAGUE},
    "vault:book_members": {"user": _COLLEAGUE},
    "vault:recipients": {"partner": _FIRM},
    "vault:export_new": {"recipient": _COLLEAGUE},
}

# Where no form that the walk sends writes anything, and where else it is shown.
UNPROVED: dict[str, dict[str, str]] = {
    "compliance:partner_recall": {"deal": "deals of others: tests/compliance/partners/test_register.py"},
}

# Of which the house has one, so that there is no second to take an id from.
ALONE: dict[str, str] = {
    "compliance:access_review": "one a quarter: tests/compliance/accessreviews/test_attacks.py",
}
