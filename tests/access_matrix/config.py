"""URLs that belong to no layer: health, languages, the libraries' own pages."""

from tests.access_matrix import NOBODY, Row
from tests.cast import NAMES

EVERYBODY = frozenset({NOBODY, *NAMES})

ROWS: list[Row] = [
    Row(
        url=url,
        who=EVERYBODY,
        method="post",
        data=lambda world: {"theme": "dark", "language": "en", "next": "/"},
        status=frozenset({302}),
    )
    for url in ("ui:theme", "ui:language")
]
ROWS += [
    Row(url="healthz", who=EVERYBODY),
    Row(url="readyz", who=EVERYBODY),
    Row(url="account_login", who=EVERYBODY),  # who is signed in already is sent home
    Row(url="account_inactive", who=EVERYBODY),
    # Who is not signed in and brings no passkey stays at the sign-in.
    Row(url="account_passkey", who=frozenset(NAMES), method="post", status=frozenset({302})),
    Row(url="account_passkey_challenge", who=EVERYBODY, method="post", data=lambda world: {"for": "sign_in"}),
    # Likewise with an identity provider that does not answer.
    Row(
        url="account_identity",
        who=frozenset(NAMES),
        args=lambda world: ["work"],
        method="post",
        status=frozenset({302}),
    ),
    Row(
        url="account_identity_return",
        who=frozenset(NAMES),
        args=lambda world: ["work"],
        status=frozenset({302}),
    ),
    # Whoever sends it: without a provider's signature it is a bad request.
    Row(
        url="account_identity_logout",
        who=EVERYBODY,
        args=lambda world: ["work"],
        method="post",
        status=frozenset({400}),
    ),
    *(
        Row(url=url, who=frozenset(NAMES))
        for url in (
            "account_logout",
            "account_reauthenticate",
            "mfa_authenticate",  # who has no sign-in under way goes where they would without it
            "account_change_password",
        )
    ),
]
