"""The words of the log: what was done, to what kind of thing, with what result, for which coded reason.

Codes are for ever: entries keep them, so a member may be added, never renamed. `label` is what the log
desk shows. Free text never stands in a code; it is sealed beside the entry (`SealedDetail`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """`<thing>.<verb>`. Grouped by layer, alphabetical inside a group."""

    # audit
    REQUEST_REFUSE = "request.refuse", _("Request refused")
    SESSION_SIGN_IN = "session.sign_in", _("Signed in")
    SESSION_SIGN_IN_FAIL = "session.sign_in_fail", _("Sign-in failed")
    SESSION_SIGN_OUT = "session.sign_out", _("Signed out")

    # people
    ACCESS_ASK = "access.ask", _("Access asked for")
    ACCESS_ASK_HANDLE = "access.ask_handle", _("Request for access handled")
    APPROVAL_APPROVE = "approval.approve", _("Approval given")
    APPROVAL_CARRY_OUT = "approval.carry_out", _("Approved request carried out")
    APPROVAL_EXPIRE = "approval.expire", _("Approval request expired")
    APPROVAL_OPEN = "approval.open", _("Approval preview opened")
    APPROVAL_REFUSE = "approval.refuse", _("Approval refused")
    APPROVAL_REQUEST = "approval.request", _("Approval requested")
    APPROVAL_VOID = "approval.void", _("Approval request void: changed since")
    APPROVAL_WITHDRAW = "approval.withdraw", _("Approval request withdrawn")
    INVITATION_ACCEPT = "invitation.accept", _("Invitation accepted")
    INVITATION_REVOKE = "invitation.revoke", _("Invitation revoked")
    INVITATION_SEND = "invitation.send", _("Invitation sent")
    LINK_SEND = "link.send", _("One-time link sent")
    LINK_USE = "link.use", _("One-time link used")
    NDA_REVOKE = "nda.revoke", _("Undertaking revoked")
    NDA_SIGN = "nda.sign", _("Undertaking signed")
    NDA_VIEW = "nda.view", _("Text of an undertaking shown")
    PAGE_VIEW = "page.view", _("Page opened")
    PASSWORD_CHANGE = "password.change", _("Password changed")
    PERSON_CREATE = "person.create", _("Account made")
    PERSON_DISABLE = "person.disable", _("Account disabled")
    PERSON_EDIT = "person.edit", _("Account changed")
    PERSON_ENABLE = "person.enable", _("Account enabled")
    PERSON_VIEW = "person.view", _("Account looked at")
    ROLE_CONFIRM = "role.confirm", _("Role confirmed")
    ROLE_GRANT = "role.grant", _("Role given")
    ROLE_REVOKE = "role.revoke", _("Role revoked")
    SESSION_STEP_UP = "session.step_up", _("Identity confirmed again")

    # vault
    BOOK_CREATE = "book.create", _("Client book made")
    BOOK_MEMBER_ADD = "book.member_add", _("Person let into a client book")
    BOOK_MEMBER_REMOVE = "book.member_remove", _("Person taken out of a client book")
    BOOK_OPEN = "book.open", _("Client book opened to be changed")
    BOOK_VIEW = "book.view", _("Client book viewed")
    CLIENT_CREATE = "client.create", _("Client added")
    CLIENT_EDIT = "client.edit", _("Client changed")
    CLIENT_IMPORT = "client.import", _("Clients imported")
    CLIENT_LIST = "client.list", _("Clients listed, masked")
    CLIENT_OPEN = "client.open", _("Client opened to be changed")
    CLIENT_REVEAL = "client.reveal", _("Plaintext shown")
    CLIENT_SEARCH = "client.search", _("Clients searched")
    CLIENT_VIEW = "client.view", _("Client viewed, masked")
    IMPORT_CANCEL = "import.cancel", _("Import cancelled")
    IMPORT_DISCARD = "import.discard", _("Rows that failed thrown away")
    IMPORT_DOWNLOAD = "import.download", _("Rows that failed downloaded")
    IMPORT_END = "import.end", _("Import ended")
    IMPORT_READ = "import.read", _("Uploaded list read")
    IMPORT_START = "import.start", _("Import started")
    IMPORT_UPLOAD = "import.upload", _("List uploaded")
    KEYS_LOCK = "keys.lock", _("Keys locked")
    KEYS_ROTATE = "keys.rotate", _("Keys re-wrapped")
    SEARCH_COMPARE = "search.compare", _("Search results compared")

    # deals
    DEAL_CREATE = "deal.create", _("Deal opened")
    DEAL_LIST = "deal.list", _("Deals listed")
    DEAL_MEMBER_ADD = "deal.member_add", _("Person put on a deal")
    DEAL_MEMBER_REMOVE = "deal.member_remove", _("Person taken off a deal")
    DEAL_STAGE = "deal.stage", _("Deal moved to another stage")
    DEAL_VIEW = "deal.view", _("Deal viewed")
    FILE_DOWNLOAD = "file.download", _("Original downloaded")
    FILE_RENAME = "file.rename", _("File renamed")
    FILE_UPLOAD = "file.upload", _("File uploaded")
    FILE_VIEW = "file.view", _("File opened")
    FILE_VIEW_PAGE = "file.view_page", _("Page of a file shown")
    FOLDER_CREATE = "folder.create", _("Folder made")
    FOLDER_EDIT = "folder.edit", _("Folder changed")
    ROOM_CHANGE = "room.change", _("Data room opened to be changed")
    ROOM_CREATE = "room.create", _("Data room made")
    ROOM_GROUP_CREATE = "room_group.create", _("Group made")
    ROOM_GROUP_EDIT = "room_group.edit", _("Group changed")
    ROOM_GROUP_JOIN = "room_group.join", _("Person let into a data room")
    ROOM_GROUP_LEAVE = "room_group.leave", _("Person taken out of a data room")
    ROOM_GROUP_VIEW = "room_group.view", _("Groups of a data room viewed")
    ROOM_INVITE = "room.invite", _("Person invited to a data room")
    ROOM_RIGHT = "room.right", _("Right in a data room changed")
    ROOM_RIGHTS_VIEW = "room.rights_view", _("Rights in a data room viewed")
    ROOM_VIEW = "room.view", _("Data room viewed")

    # compliance
    DESTRUCTION_CERTIFY = "destruction.certify", _("Destruction certified")
    DESTRUCTION_DONE = "destruction.done", _("Records destroyed")
    DESTRUCTION_ORDER = "destruction.order", _("Destruction ordered")
    DESTRUCTION_PROPOSE = "destruction.propose", _("Destruction proposed")
    DESTRUCTION_VIEW = "destruction.view", _("List of a destruction shown")
    DESTRUCTION_VOID = "destruction.void", _("Proposed destruction dropped")
    LOG_EXPORT = "log.export", _("Log exported")
    LOG_READ = "log.read", _("Log read")
    LOG_REASON = "log.reason", _("Sealed reason read")
    RETENTION_CREATE = "retention.create", _("Retention rule made")
    RETENTION_EDIT = "retention.edit", _("Retention rule changed")


class ObjectType(TextChoices):
    """The kind of the thing that `object_id` names."""

    # audit
    PAGE = "page", _("Page")
    SESSION = "session", _("Session")

    # people
    ACCESS_ASK = "access_ask", _("Request for access")
    APPROVAL = "approval", _("Approval request")
    INVITATION = "invitation", _("Invitation")
    LINK = "link", _("One-time link")
    NDA_SIGNATURE = "nda_signature", _("Signature of an undertaking")
    NDA_TEMPLATE = "nda_template", _("Text of an undertaking")
    PERSON = "person", _("Person")
    ROLE = "role", _("Role")
    ROLE_GRANT = "role_grant", _("Role of a person")

    # vault
    BOOK = "book", _("Client book")
    CLIENT = "client", _("Client")
    IMPORT_JOB = "import_job", _("Import of a list")

    # deals
    DEAL = "deal", _("Deal")
    FILE = "file", _("File")
    FILE_VERSION = "file_version", _("Version of a file")
    FOLDER = "folder", _("Folder")
    ROOM = "room", _("Data room")
    ROOM_GROUP = "room_group", _("Group of a data room")

    # compliance
    CERTIFICATE = "certificate", _("Destruction certificate")
    DESTRUCTION_RUN = "destruction_run", _("Destruction run")
    LOG = "log", _("Audit log")
    RETENTION_RULE = "retention_rule", _("Retention rule")


class Result(TextChoices):
    """Done; refused by a gate; or begun and failed."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Reason(TextChoices):
    """Reasons that the program itself gives. Those that people choose are their feature's own codes."""

    BAD_CREDENTIALS = "bad_credentials", _("Wrong name or password")
    CROSS_SITE = "cross_site", _("Form from another site, or expired")
    NO_PERMISSION = "no_permission", _("No permission")
