"""One sentence for each action, as it reads when the action was done.

`%(who)s` acted; `%(what)s` is the object; `%(whom)s` are the people or records that it was about; `%(count)s`
is how many (`COUNTED`). An action without a phrase reads as its label and its object.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as _n

from audit.actions import Action

PHRASES: dict[str, Promise] = {
    # audit
    Action.SESSION_SIGN_IN: _("%(who)s signed in"),
    Action.SESSION_SIGN_OUT: _("%(who)s signed out"),
    # people
    Action.ACCESS_ASK: _("%(who)s asked for access to what was refused"),
    Action.ACCESS_ASK_HANDLE: _("%(who)s handled the request for access of %(whom)s"),
    Action.APPROVAL_APPROVE: _("%(who)s approved %(what)s"),
    Action.APPROVAL_CARRY_OUT: _("%(what)s was carried out after the last approval, by %(who)s"),
    Action.APPROVAL_EXPIRE: _("%(what)s expired undecided"),
    Action.APPROVAL_OPEN: _("%(who)s opened the exact preview of %(what)s"),
    Action.APPROVAL_REFUSE: _("%(who)s refused %(what)s"),
    Action.APPROVAL_REQUEST: _("%(who)s made %(what)s"),
    Action.APPROVAL_VOID: _("%(what)s became void: what was asked for had changed"),
    Action.APPROVAL_WITHDRAW: _("%(who)s withdrew %(what)s"),
    Action.INVITATION_ACCEPT: _("%(whom)s accepted the invitation to the data room"),
    Action.INVITATION_REVOKE: _("%(who)s took back the invitation of %(whom)s"),
    Action.INVITATION_SEND: _("%(who)s invited %(whom)s to the data room"),
    Action.LINK_SEND: _("A one-time link was sent to %(whom)s"),
    Action.LINK_USE: _("%(whom)s used a one-time link"),
    Action.NDA_REVOKE: _("%(who)s revoked the undertaking of %(whom)s"),
    Action.NDA_SIGN: _("%(whom)s signed the undertaking"),
    Action.NDA_VIEW: _("%(who)s opened the text of the undertaking"),
    Action.PASSWORD_CHANGE: _("%(whom)s changed the password"),
    Action.PERSON_CREATE: _("%(who)s made the account of %(whom)s"),
    Action.PERSON_DISABLE: _("%(who)s disabled the account of %(whom)s"),
    Action.PERSON_EDIT: _("%(who)s changed the account of %(whom)s"),
    Action.PERSON_ENABLE: _("%(who)s enabled the account of %(whom)s"),
    Action.PERSON_VIEW: _("%(who)s looked at the account %(what)s"),
    Action.ROLE_CONFIRM: _("%(who)s confirmed the role of %(whom)s"),
    Action.ROLE_GRANT: _("%(who)s gave %(whom)s a role"),
    Action.ROLE_REVOKE: _("%(who)s took a role from %(whom)s"),
    Action.SESSION_STEP_UP: _("%(who)s confirmed who they are"),
    # vault
    Action.BOOK_CREATE: _("%(who)s made %(what)s"),
    Action.BOOK_MEMBER_ADD: _("%(who)s let %(whom)s into %(what)s"),
    Action.BOOK_MEMBER_REMOVE: _("%(who)s took %(whom)s out of %(what)s"),
    Action.BOOK_OPEN: _("%(who)s opened %(what)s to add to it"),
    Action.BOOK_VIEW: _("%(who)s viewed %(what)s"),
    Action.CANARY_HANDLE: _("%(who)s looked into a canary record of %(what)s"),
    Action.CANARY_SEEN: _("A canary record of %(what)s turned up before %(who)s"),
    Action.CLIENT_EDIT: _("%(who)s changed %(what)s"),
    Action.CLIENT_OPEN: _("%(who)s opened %(what)s to change it"),
    Action.CLIENT_REVEAL: _("%(who)s revealed the plaintext of %(what)s"),
    Action.CLIENT_SEARCH: _("%(who)s searched the clients"),
    Action.CLIENT_VIEW: _("%(who)s viewed %(what)s, masked"),
    Action.CONSENT_CONFIRM: _("%(who)s confirmed a consent of %(whom)s"),
    Action.CONSENT_GIVE: _("Consent of %(whom)s was recorded by %(who)s"),
    Action.CONSENT_LIST: _("%(who)s read the ledger of consents"),
    Action.CONSENT_PROOF: _("%(who)s opened the proof of a consent of %(whom)s"),
    Action.CONSENT_REJECT: _("%(who)s did not confirm a consent of %(whom)s"),
    Action.CONSENT_WITHDRAW: _("A withdrawn consent of %(whom)s was recorded by %(who)s"),
    Action.DISCLOSURE_LIST: _("%(who)s read the register of disclosures"),
    Action.DISCLOSURE_REVIEW: _("%(who)s looked at the counts of %(whom)s"),
    Action.EXPORT_ASK: _("%(who)s asked for %(what)s"),
    Action.EXPORT_END: _("%(what)s ended"),
    Action.FIGURES_VIEW: _("%(who)s viewed the figures"),
    Action.EXPORT_TRACE: _("%(who)s compared a sheet with the exports: %(what)s"),
    Action.IMPORT_CANCEL: _("%(who)s cancelled %(what)s"),
    Action.IMPORT_DISCARD: _("%(who)s threw away the rows that failed in %(what)s"),
    Action.IMPORT_DOWNLOAD: _("%(who)s downloaded the rows that failed in %(what)s"),
    Action.IMPORT_END: _("%(what)s of %(who)s ended"),
    Action.IMPORT_READ: _("The uploaded list of %(what)s was read for %(who)s"),
    Action.IMPORT_START: _("%(who)s started %(what)s"),
    Action.IMPORT_UPLOAD: _("%(who)s uploaded a list: %(what)s"),
    Action.KEYS_VIEW: _("%(who)s viewed the list of keys: %(what)s"),
    Action.NOTICE_DELIVER: _("%(who)s recorded that %(whom)s was told by notice"),
    Action.NOTICE_LINK: _("%(who)s made a link to the notice for %(whom)s"),
    Action.NOTICE_OPEN: _("%(who)s opened the notice to %(whom)s through its link"),
    Action.NOTICE_PUBLISH: _("%(who)s published %(what)s"),
    Action.PURPOSE_BASIS: _("%(who)s set the lawful basis of a purpose of %(what)s"),
    Action.PURPOSE_HANDLE: _("%(who)s handled the alert of a refused use"),
    Action.PURPOSE_LIST: _("%(who)s read the alerts of refused uses"),
    Action.MARKS_OPEN: _("The key of the marks in exports was opened for %(who)s"),
    Action.RECIPIENT_CREATE: _("%(who)s recorded %(what)s"),
    Action.SOURCE_APPROVE: _("%(who)s approved a bought list: %(what)s"),
    Action.SOURCE_OPEN: _("%(who)s opened %(what)s"),
    Action.SOURCE_RECORD: _("%(who)s recorded %(what)s"),
    # deals
    Action.DEAL_CREATE: _("%(who)s opened %(what)s"),
    Action.DEAL_LIST: _("%(who)s listed their deals"),
    Action.DEAL_MEMBER_ADD: _("%(who)s put %(whom)s on %(what)s"),
    Action.DEAL_MEMBER_REMOVE: _("%(who)s took %(whom)s off %(what)s"),
    Action.DEAL_STAGE: _("%(who)s moved %(what)s to another stage"),
    Action.DEAL_VIEW: _("%(who)s viewed %(what)s"),
    Action.FILE_DESTROY: _("A version of %(what)s was destroyed with its key"),
    Action.FILE_DESTROY_ASK: _("%(who)s had a version of %(what)s destroyed before its day"),
    Action.FILE_DOWNLOAD: _("%(who)s downloaded the original of %(what)s"),
    Action.FILE_ENDING: _("A version of %(what)s holds somebody who was destroyed: it has to be replaced"),
    Action.FILE_RENAME: _("%(who)s renamed %(what)s"),
    Action.FILE_UPLOAD: _("%(who)s uploaded %(what)s"),
    Action.FILE_VIEW: _("%(who)s opened %(what)s"),
    Action.FILE_VIEW_PAGE: _("%(who)s viewed a page of %(what)s"),
    Action.FOLDER_CREATE: _("%(who)s made %(what)s"),
    Action.FOLDER_EDIT: _("%(who)s changed %(what)s"),
    Action.REDACTION_APPLY: _("%(what)s was read to make a redacted copy for %(who)s"),
    Action.REDACTION_DONE: _("%(who)s made a redacted copy of %(what)s"),
    Action.REDACTION_DROP: _("%(who)s threw the redaction marks of %(what)s away"),
    Action.REDACTION_EDIT: _("%(who)s changed the redaction marks of %(what)s"),
    Action.REDACTION_FOUND: _("The search for what to redact in %(what)s ended"),
    Action.REDACTION_GIVE: _("%(who)s gave a redacted copy out in place of %(what)s"),
    Action.REDACTION_OPEN: _("%(who)s opened the redaction of %(what)s"),
    Action.REDACTION_SEARCH: _("%(who)s had %(what)s searched for what to redact"),
    Action.REDACTION_START: _("%(who)s began to redact %(what)s"),
    Action.REDACTION_STOP: _("The work on a redacted copy of %(what)s was broken off"),
    Action.ROOM_CHANGE: _("%(who)s opened %(what)s to change it"),
    Action.ROOM_CREATE: _("%(who)s made %(what)s"),
    Action.ROOM_GROUP_CREATE: _("%(who)s made %(what)s"),
    Action.ROOM_GROUP_EDIT: _("%(who)s changed %(what)s"),
    Action.ROOM_GROUP_JOIN: _("%(who)s let %(whom)s into %(what)s"),
    Action.ROOM_GROUP_LEAVE: _("%(who)s took %(whom)s out of %(what)s"),
    Action.ROOM_GROUP_VIEW: _("%(who)s viewed the groups of %(what)s"),
    Action.ROOM_INVITE: _("%(who)s invited %(whom)s to the data room"),
    Action.ROOM_RIGHT: _("%(who)s changed a right in %(what)s"),
    Action.ROOM_RIGHTS_VIEW: _("%(who)s viewed the rights in %(what)s"),
    Action.ROOM_VIEW: _("%(who)s viewed %(what)s"),
    # compliance
    Action.LOG_MASK: _("%(who)s had the masks of %(what)s shown in the log"),
    Action.LOG_SIGN: _("%(who)s signed off a review of the log"),
    Action.LOG_VIEW_DROP: _("%(who)s removed a view of the log"),
    Action.LOG_VIEW_SAVE: _("%(who)s kept a view of the log"),
    Action.SAMPLE_ACCEPT: _("%(who)s accepted the answer to %(what)s"),
    Action.SAMPLE_ANSWER: _("%(who)s answered %(what)s"),
    Action.SAMPLE_DRAW: _("Samples of a week were drawn by %(who)s"),
    Action.SAMPLE_FINDING: _("%(who)s took %(what)s up as a finding"),
    Action.SAMPLE_RULE: _("%(who)s set %(what)s"),
    Action.DESTRUCTION_CERTIFY: _("%(what)s was issued"),
    Action.DESTRUCTION_PROPOSE: _("%(who)s proposed %(what)s"),
    Action.DESTRUCTION_SPARE: _("Records were taken off %(what)s"),
    Action.DESTRUCTION_VIEW: _("%(who)s opened the list of %(what)s"),
    Action.DESTRUCTION_VOID: _("%(what)s was dropped"),
    Action.LOG_EXPORT: _("%(who)s exported the log"),
    Action.LOG_READ: _("%(who)s read the log"),
    Action.LOG_REASON: _("%(who)s read a sealed reason about %(whom)s"),
    Action.RETENTION_CREATE: _("%(who)s made %(what)s"),
    Action.RETENTION_EDIT: _("%(who)s changed %(what)s"),
}

# Of those that say how many: an entry that names nobody reads as its label and its object.
COUNTED: dict[str, Promise] = {
    Action.CLIENT_CREATE: _n(
        "%(who)s added %(count)s client to %(what)s", "%(who)s added %(count)s clients to %(what)s", "count"
    ),
    Action.CLIENT_EXPORT: _n(
        "%(who)s downloaded %(what)s with %(count)s client",
        "%(who)s downloaded %(what)s with %(count)s clients",
        "count",
    ),
    Action.CLIENT_IMPORT: _n(
        "%(who)s imported %(count)s client into %(what)s",
        "%(who)s imported %(count)s clients into %(what)s",
        "count",
    ),
    Action.CLIENT_LIST: _n(
        "%(who)s listed %(count)s client, masked", "%(who)s listed %(count)s clients, masked", "count"
    ),
    Action.EXPORT_BUILD: _n(
        "%(count)s client was written into %(what)s of %(who)s",
        "%(count)s clients were written into %(what)s of %(who)s",
        "count",
    ),
    Action.KEYS_LOCK: _n(
        "%(who)s locked the keys of %(count)s compartment",
        "%(who)s locked the keys of %(count)s compartments",
        "count",
    ),
    Action.KEYS_UNLOCK: _n(
        "%(who)s ended the freeze of %(count)s compartment",
        "%(who)s ended the freeze of %(count)s compartments",
        "count",
    ),
    Action.KEYS_ROTATE: _n(
        "%(who)s ordered new wraps for the keys of %(count)s compartment",
        "%(who)s ordered new wraps for the keys of %(count)s compartments",
        "count",
    ),
    Action.RECIPIENT_VIEW: _n(
        "%(who)s saw the names of %(count)s recipient",
        "%(who)s saw the names of %(count)s recipients",
        "count",
    ),
    Action.SEARCH_COMPARE: _n(
        "%(count)s candidate of a search by %(who)s was compared",
        "%(count)s candidates of a search by %(who)s were compared",
        "count",
    ),
    Action.DESTRUCTION_DONE: _n(
        "%(count)s record was destroyed", "%(count)s records were destroyed", "count"
    ),
    Action.DESTRUCTION_ORDER: _n(
        "%(count)s record is to be destroyed, after the last step by %(who)s",
        "%(count)s records are to be destroyed, after the last step by %(who)s",
        "count",
    ),
}

# What put plaintext or content before a person's eyes: the pages mark these.
OPENING = frozenset(
    {
        Action.CLIENT_EXPORT,
        Action.CLIENT_REVEAL,
        Action.FILE_DOWNLOAD,
        Action.FILE_VIEW_PAGE,
        Action.LOG_REASON,
    }
)
