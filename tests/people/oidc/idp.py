"""A real identity provider in a process of its own: django-allauth's, over oauthlib, with its own database.

`python -m tests.people.oidc.idp FOLDER RETURN_ADDRESS`: serves on a free port here, which it prints.
"""

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CLIENT, SECRET = "sealroom", "a secret of the test only"
PEOPLE = {"ming.at.work": "first horse battery", "lin.at.work": "second horse battery"}


def serve(folder: Path, return_address: str) -> None:
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    _set_up(folder)
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    _fill(return_address)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _set_up(folder: Path) -> None:
    import django
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings.configure(
        SECRET_KEY="of the provider",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.people.oidc.idp_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "idp.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        SESSION_COOKIE_NAME="idp_session",  # one host's cookies are shared by its ports
        CSRF_COOKIE_NAME="idp_csrf",
        IDP_OIDC_PRIVATE_KEY=pem,
        USE_TZ=True,
    )
    django.setup()


def _fill(return_address: str) -> None:
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    for name, password in PEOPLE.items():
        User.objects.create_user(name, password=password)
    client = Client(
        id=CLIENT, name="Sealroom", skip_consent=True, scopes="openid", redirect_uris=return_address
    )
    client.set_secret(SECRET)
    client.save()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
