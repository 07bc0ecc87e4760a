"""One sentence for each action, as it reads when the action was done.

`%(who)s` acted; `%(what)s` is the object; `%(whom)s` are the people or records that it was about; `%(count)s`
is how many. An action without a phrase reads as its label and its object.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actions import Action

PHRASES: dict[str, Promise] = {
    Action.SESSION_SIGN_IN: _("%(who)s signed in"),
    Action.SESSION_SIGN_OUT: _("%(who)s signed out"),
    Action.SESSION_STEP_UP: _("%(who)s confirmed who they are"),
    Action.APPROVAL_APPROVE: _("%(who)s approved %(what)s"),
    Action.APPROVAL_CARRY_OUT: _("%(what)s was carried out by the last approval, that of %(who)s"),
    Action.APPROVAL_EXPIRE: _("%(what)s expired undecided"),
    Action.APPROVAL_OPEN: _("%(who)s opened the exact preview of %(what)s"),
    Action.APPROVAL_REFUSE: _("%(who)s refused %(what)s"),
    Action.APPROVAL_REQUEST: _("%(who)s asked for %(what)s"),
    Action.APPROVAL_VOID: _("%(what)s became void: what was asked for had changed"),
    Action.APPROVAL_WITHDRAW: _("%(who)s withdrew %(what)s"),
    Action.INVITATION_ACCEPT: _("%(whom)s accepted the invitation to the data room"),
    Action.INVITATION_REVOKE: _("%(who)s took back the invitation of %(whom)s"),
    Action.INVITATION_SEND: _("%(who)s invited %(whom)s to the data room"),
    Action.NDA_REVOKE: _("%(who)s revoked the undertaking of %(whom)s"),
    Action.NDA_SIGN: _("%(whom)s signed the undertaking"),
    Action.PERSON_CREATE: _("%(who)s made the account of %(whom)s"),
    Action.PERSON_DISABLE: _("%(who)s disabled the account of %(whom)s"),
    Action.PERSON_EDIT: _("%(who)s changed the account of %(whom)s"),
    Action.PERSON_ENABLE: _("%(who)s enabled the account of %(whom)s"),
    Action.ROLE_CONFIRM: _("%(who)s confirmed the role of %(whom)s"),
    Action.ROLE_GRANT: _("%(who)s gave %(whom)s a role"),
    Action.ROLE_REVOKE: _("%(who)s took a role from %(whom)s"),
    Action.BOOK_CREATE: _("%(who)s made %(what)s"),
    Action.CLIENT_CREATE: _("%(who)s added %(what)s"),
    Action.CLIENT_EDIT: _("%(who)s changed %(what)s"),
    Action.CLIENT_LIST: _("%(who)s listed %(count)s clients, masked"),
    Action.CLIENT_OPEN: _("%(who)s opened %(what)s to change it"),
    Action.CLIENT_REVEAL: _("%(who)s revealed the plaintext of %(what)s"),
    Action.CLIENT_SEARCH: _("%(who)s searched the clients"),
    Action.CLIENT_VIEW: _("%(who)s viewed %(what)s, masked"),
    Action.DESTRUCTION_CERTIFY: _("%(what)s was issued"),
    Action.DESTRUCTION_DONE: _("The records %(whom)s were destroyed"),
    Action.DESTRUCTION_ORDER: _("%(who)s gave the last approval: %(count)s records are to be destroyed"),
    Action.DESTRUCTION_PROPOSE: _("%(who)s proposed %(what)s"),
    Action.DESTRUCTION_VIEW: _("%(who)s opened the list of %(what)s"),
    Action.DESTRUCTION_VOID: _("%(what)s was dropped"),
    Action.LOG_EXPORT: _("%(who)s exported the log"),
    Action.LOG_READ: _("%(who)s read the log"),
    Action.LOG_REASON: _("%(who)s read a sealed reason about %(whom)s"),
    Action.RETENTION_CREATE: _("%(who)s made %(what)s"),
    Action.RETENTION_EDIT: _("%(who)s changed %(what)s"),
}

# What put plaintext or content before a person's eyes: the pages mark these.
OPENING = frozenset({Action.CLIENT_REVEAL, Action.CLIENT_OPEN})
