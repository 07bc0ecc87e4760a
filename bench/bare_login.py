"""Django's own sign-in and nothing else, for bench/signing_in.py: `django.contrib.auth` on SQLite, its view,
a template of one line. Run as `python -m bench.bare_login` to make its database and its one account.
"""

import os

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse

DATABASE, NAME, PASSWORD = (os.environ[f"BARE_{name}"] for name in ("DATABASE", "NAME", "PASSWORD"))

settings.configure(
    SECRET_KEY="of a benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"],
    LOGIN_REDIRECT_URL="/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "registration/login.html": "<!doctype html><title>Sign in</title>"
                            "<form method=post>{% csrf_token %}{{ form }}<button>Sign in</button></form>"
                        },
                    )
                ]
            },
        }
    ],
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402


@login_required(login_url="/login/")
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<!doctype html><title>Home</title><h1>{request.user}</h1>")


urlpatterns = [path("", home), path("login/", LoginView.as_view())]
application = get_wsgi_application()


def main() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.create_user(NAME, password=PASSWORD)


if __name__ == "__main__":
    main()
