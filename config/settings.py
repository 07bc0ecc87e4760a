"""Sealroom's settings: one file, read from the environment, safe by default.

What a deployment may change is listed with its meaning in docs/operations.md. Insecure combinations are
refused by the numbered system checks in config/checks.py.
"""

import json
import os
from pathlib import Path

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, key_provider

# Lets classes such as forms.ModelForm be written with their type parameter, which Django itself does not.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME_DIR = Path(env.text("SEALROOM_HOME", str(BASE_DIR / ".sealroom"))).absolute()
FILES_DIR = HOME_DIR / "files"
INCOMING_DIR = HOME_DIR / "incoming"
OUTBOX_DIR = HOME_DIR / "outbox"
HEADS_DIR = HOME_DIR / "heads"
SINKS_DIR = HOME_DIR / "sinks"
KEYS_DIR = Path(env.text("KEYS_DIR", str(HOME_DIR / "keys"))).absolute()

# `make run` writes the addresses of the services it started here, so that manage.py by hand finds them. The
# processes that it starts itself have SEALROOM_PROCESS and only the addresses they may have.
_services_file = HOME_DIR / "services.json"
_services: dict[str, str] = {}
if "SEALROOM_PROCESS" not in os.environ and _services_file.is_file():
    _services = json.loads(_services_file.read_text(encoding="utf-8"))


def _service(name: str) -> str:
    return env.text(name, _services.get(name))


# Which login this process has: `web` owns nothing; `worker` alone may destroy and re-wrap keys.
PROCESS = env.text("SEALROOM_PROCESS", "web")
if PROCESS not in {"web", "worker"}:
    raise ImproperlyConfigured("SEALROOM_PROCESS must be web or worker.")
DEMO_MODE = env.flag("SEALROOM_DEMO", default=False)
DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    _secret_file = Path(env.text("SECRET_KEY_FILE", str(HOME_DIR / "secrets" / "secret_key")))
    try:
        SECRET_KEY = _secret_file.read_text(encoding="utf-8").strip()
    except OSError:
        raise ImproperlyConfigured(
            f"No secret key: set SECRET_KEY_FILE, or start once with `make run` ({_secret_file} is missing)."
        ) from None

PUBLIC_ADDRESS = env.text("PUBLIC_ADDRESS", f"http://localhost:{env.number('PORT', 8000)}")
_https = PUBLIC_ADDRESS.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
INTERNAL_IPS: list[str] = []
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "config",
    "config.ui",
    "compliance",
    "deals",
    "vault",
    "people",
    "audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "audit.unattributed.UnattributedMiddleware",  # first: what it takes away, nobody else may have seen
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.caching.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.accounts.middleware.PreferencesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "audit.middleware.OriginMiddleware",
    "people.roles.doors.middleware.DoorMiddleware",
    "people.sessions.middleware.SessionPlaceMiddleware",
    "people.staffsessions.middleware.StaffSessionMiddleware",
    "people.factors.middleware.SecondFactorMiddleware",
    "compliance.outside.middleware.SeatMiddleware",
    "people.owing.ArrearsMiddleware",
    "config.failures.KeyFailureMiddleware",
    "deals.previews.middleware.PreviewMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "config.ui.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.ui.context.shell",
            ],
            "builtins": ["config.ui.templatetags.ui"],
        },
    },
]

# --- Database: three logins, none a superuser: web owns nothing, worker destroys, owner migrates

_process_url = "DATABASE_WORKER_URL" if PROCESS == "worker" else "DATABASE_URL"
DATABASES = {"default": env.postgres(_service(_process_url), name=_process_url)}
# The log's own connection: autocommit, so that an entry is committed before a byte leaves and a refusal
# survives the rollback of the request that was refused.
DATABASES["audit"] = DATABASES["default"] | {"TEST": {"MIRROR": "default"}}
_owner_url = env.text("DATABASE_OWNER_URL", _services.get("DATABASE_OWNER_URL", ""))
if _owner_url:
    DATABASES["owner"] = env.postgres(_owner_url, name="DATABASE_OWNER_URL")
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]

REDIS_URL = _service("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
# A killed worker's job is delivered again; every task is written to be safe to run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "propose-due-destruction": {"task": "compliance.retention.tasks.propose_due", "schedule": 3600.0},
    "tend-outside-audits": {"task": "compliance.outside.tasks.tend", "schedule": 60.0},
    "resume-destruction": {"task": "compliance.destruction.tasks.resume_all", "schedule": 30.0},
    "resume-rotations": {"task": "vault.custody.tasks.resume_all", "schedule": 30.0},
    "resume-suite-moves": {"task": "vault.custody.suites.tasks.resume_all", "schedule": 60.0},
    "resume-thaws": {"task": "vault.custody.freezing.tasks.thaw_ordered", "schedule": 30.0},
    "resume-imports": {"task": "vault.records.importing.tasks.resume_all", "schedule": 30.0},
    "tend-exports": {"task": "vault.disclosures.tasks.tend", "schedule": 60.0},
    "fall-into-the-pool": {
        "task": "vault.intake.tasks.fall_due",
        "schedule": crontab(hour=2, minute=30),  # in CELERY_TIMEZONE, when nobody works
    },
    "settle-followups-of-leavers": {
        "task": "vault.relations.followups.tasks.settle_left",
        "schedule": 3600.0,
    },
    "tell-due-followups": {"task": "vault.relations.followups.tasks.tell_due", "schedule": 1800.0},
    "compare-records-with-the-log": {
        "task": "compliance.verifying.tasks.begin",
        "schedule": crontab(hour="1-5", minute=10),  # again each hour what a killed worker left
    },
    "draw-samples": {
        "task": "compliance.review.tasks.draw_samples",
        "schedule": crontab(hour=6, minute=20),  # each day: a missed Monday is made up for
    },
    "publish-checkpoints": {"task": "compliance.proofs.tasks.publish", "schedule": 10.0},
    "compare-checkpoints": {"task": "compliance.proofs.tasks.compare", "schedule": 60.0},
    "watch-the-log": {"task": "compliance.anomalies.tasks.watch", "schedule": 120.0},
    "stream-the-log": {"task": "compliance.stream.tasks.push", "schedule": 15.0},
    "compare-the-log-with-its-tree": {
        "task": "compliance.tree.tasks.compare",
        "schedule": crontab(hour=4, minute=40),
    },
    "look-at-old-months-of-the-log": {
        "task": "compliance.logretention.tasks.look",
        "schedule": crontab(hour=5, minute=20),  # after the night's comparisons
    },
    "resume-drops-of-months": {"task": "compliance.logretention.tasks.resume", "schedule": 60.0},
    "destroy-closed-reports": {
        "task": "compliance.speakup.tasks.destroy_due",
        "schedule": crontab(hour=3, minute=20),
    },
    "expire-approvals": {"task": "people.approvals.tasks.expire_due", "schedule": 900.0},
    "escalate-approvals": {"task": "people.approvals.tasks.escalate_due", "schedule": 900.0},
    "send-notices": {"task": "people.notices.tasks.send", "schedule": 60.0},  # what failed, or was quiet
    "gather-digests": {"task": "people.notices.tasks.gather", "schedule": 300.0},
    "tell-ending-undertakings": {"task": "people.duties.tasks.tell_ending", "schedule": 21600.0},
    "count-people": {"task": "people.headcount.tasks.count", "schedule": 21600.0},
    "look-after-posts": {"task": "people.posts.tasks.look_after", "schedule": 300.0},
    "tell-ending-in-rooms": {"task": "deals.seals.tasks.tell_ending", "schedule": 21600.0},
    "forget-notices": {"task": "people.notices.tasks.forget", "schedule": 86400.0},
    "sweep-uploads": {"task": "deals.files.tasks.sweep_unfinished", "schedule": 900.0},
    "end-versions": {"task": "deals.files.tasks.end_versions", "schedule": 60.0},
    "review-access": {"task": "compliance.accessreviews.tasks.review_access", "schedule": 3600.0},
    "clear-sessions": {"task": "people.sessions.tasks.clear_over", "schedule": 86400.0},
    "carry-out-changes-of-staff": {
        "task": "people.staffing.tasks.carry_out_changes",
        "schedule": 60.0,
    },
    "end-staff-sessions": {"task": "people.staffsessions.tasks.end_sessions", "schedule": 60.0},
    "keep-partner-firms": {"task": "people.partners.tasks.keep_firms", "schedule": 3600.0},
    "ask-firms-back": {"task": "compliance.partners.tasks.ask_back_ended", "schedule": 3600.0},
    "keep-people-enrolled": {"task": "people.training.tasks.keep_enrolled", "schedule": 3600.0},
    "end-previews": {"task": "deals.previews.tasks.end_previews", "schedule": 60.0},
    "resume-redactions": {"task": "deals.redaction.tasks.resume_all", "schedule": 30.0},
    "settle-copies-in-rooms": {"task": "compliance.destruction.tasks.settle_copies", "schedule": 300.0},
    "add-log-partitions": {"task": "compliance.retention.tasks.add_log_partitions", "schedule": 86400.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME_DIR / "beat-schedule")

# --- Keys

KEY_PROVIDER = env.choice("KEY_PROVIDER", ("file", "pkcs11", "transit", "awskms"))
# The provider that the house leaves, until a rotation has ended its last version (docs/moving-root-keys.md).
KEY_PROVIDER_BEFORE = env.choice("KEY_PROVIDER_BEFORE", ("", "file", "pkcs11", "transit", "awskms"))
KEY_PROVIDER_OPTIONS = key_provider.options(KEY_PROVIDER, KEY_PROVIDER_BEFORE)
# What new keys seal with: international (AES-256-GCM, HMAC-SHA256) or guomi (SM4-GCM, HMAC-SM3).
CRYPTO_PROFILE = env.choice("CRYPTO_PROFILE", ("international", "guomi"))
KEY_CACHE_SIZE = 4096
KEY_CACHE_SECONDS = 300

# --- The log's signed checkpoints (docs/operations.md, "Checkpoints")

# The log's name in what it signs, such as vault.example.cn/log; one is made with the keys where none is
# given.
LOG_ORIGIN = env.text("LOG_ORIGIN", "")
CHECKPOINTS_DIR = Path(env.text("CHECKPOINTS_DIR", str(HOME_DIR / "checkpoints"))).absolute()
# The bundles of months that may leave the database, or have left it: nobody has their entries but these
# files.
LOG_ARCHIVE_DIR = Path(env.text("LOG_ARCHIVE_DIR", str(HOME_DIR / "log-archive"))).absolute()
CHECKPOINTS_BUCKET = env.text("CHECKPOINTS_BUCKET", "")
CHECKPOINTS_BUCKET_REGION = env.text("CHECKPOINTS_BUCKET_REGION", "")
CHECKPOINTS_BUCKET_ENDPOINT = env.text("CHECKPOINTS_BUCKET_ENDPOINT", "")
CHECKPOINTS_BUCKET_DAYS = env.number("CHECKPOINTS_BUCKET_DAYS", 3650)  # that nobody can delete a copy
TSA_URL = env.text("TSA_URL", "")
TSA_CA_FILE = env.text("TSA_CA_FILE", "")
CHECKPOINTS_MAIL_TO = env.words("CHECKPOINTS_MAIL_TO", [])
# --- The watch over the log, and its streams to the house's own monitoring (SIEM); see docs/operations.md

# A registries' "delegated" file, to know the country of a network; without one none is guessed.
ADDRESS_COUNTRIES = env.text("ADDRESS_COUNTRIES", "")
SIEM_WEBHOOK_URL = env.text("SIEM_WEBHOOK_URL", "")
SIEM_WEBHOOK_SECRET = env.text("SIEM_WEBHOOK_SECRET", "")
SIEM_SYSLOG = env.text("SIEM_SYSLOG", "")  # host:port, RFC 5425
SIEM_CA = env.text("SIEM_CA", "")  # PEM, of a receiver whose certificate the system does not know

# --- People

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.accounts.backends.Backend"]
ANONYMOUS_USER_NAME = None  # guardian: no anonymous account
# guardian only stores grants; its backend would be a second gate beside deals.rooms.access.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "people.passwords.strength.LengthValidator"},
    {"NAME": "people.passwords.strength.StrengthValidator"},
    {"NAME": "people.passwords.breached.BreachedValidator"},
]
# A list of passwords that came out elsewhere: a file or an address (docs/operations.md, "Passwords"); none by
# default.
BREACHED_PASSWORDS = env.text("BREACHED_PASSWORDS", "")
INVITATION_HOURS = env.number("INVITATION_HOURS", 72)  # that the link of an invitation works
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
# Failed sign-ins of one address. Those at one name from one network wait by people.accounts.waits, so that
# nobody is locked out by somebody else's guesses.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
MFA_ADAPTER = "people.factors.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "people.factors.forms.CodeForm",
    "authenticate_webauthn": "people.passkeys.forms.SecondStepForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # challenges of passkeys, asked for by nobody yet known
# Failed sign-ins are limited by address: without this all people behind the proxy would be locked out as one.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
# A session is over when it was not used for so long, and so long after its sign-in, used or not
# (people.sessions; OWASP ASVS 5.0, 7.3.1 and 7.3.2).
SESSION_IDLE = env.number("SESSION_IDLE_MINUTES", 60) * 60  # seconds
SESSION_LONGEST = env.number("SESSION_LONGEST_HOURS", 12) * 3600  # seconds
SESSION_COOKIE_AGE = SESSION_LONGEST
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "audit.middleware.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "django_language"
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_SAMESITE = "Lax"
THEME_COOKIE_NAME = "__Host-theme" if _https else "sealroom_theme"
# What is said once, "Lin was disabled", names people: in the session, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Whistle-blowing (docs/operations.md, "Speaking up")

# Path → the paths inside that are attributed as usual; cookies that may come along, with their values.
UNATTRIBUTED_PATHS = {"/speak-up/": ("/speak-up/cases/",)}
UNATTRIBUTED_COOKIES = {
    THEME_COOKIE_NAME: {"auto", "light", "dark"},
    LANGUAGE_COOKIE_NAME: {"zh-hans", "en"},
}
# The budgets of everybody together, since nobody can be counted alone.
SPEAK_UP_REPORTS_AN_HOUR = env.number("SPEAK_UP_REPORTS_AN_HOUR", 60)
SPEAK_UP_CODES_A_MINUTE = env.number("SPEAK_UP_CODES_A_MINUTE", 60)

# --- Transport and browser

SECURE_SSL_REDIRECT = _https
# Asked by machines, which must not be led along quietly; they say nothing of anybody.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 2 * 365 * 86400 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME_DIR / "staticfiles"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": FILES_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Uploads never touch Django's own temporary files: deals.files seals each chunk as it arrives.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_MB", 2048) * 1024 * 1024  # of one file in a data room
# ClamAV's daemon: a unix socket or an address of this machine (docs/operations.md, "Virus scanner"); none by
# default.
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "")
CLAMD_SECONDS = env.number("CLAMD_SECONDS", 180)  # that one file is waited for
VIEW_MAX_BYTES = 200 * 1024 * 1024  # larger files are not drawn as pages

# --- Mail: to a folder until SMTP is set

EMAIL_HOST = env.text("SMTP_HOST", "")
EMAIL_PORT = env.number("SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_TLS", default=True)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = OUTBOX_DIR
EMAIL_TIMEOUT = 15  # seconds; a mail server that hangs holds up nobody for longer
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "sealroom@localhost")

# --- Text messages (docs/operations.md, "Codes by SMS"); without a provider guests come by mail alone

SMS_PROVIDER = env.choice("SMS_PROVIDER", ("", "alibaba", "tencent", "gateway"))
SMS_ENDPOINT = env.text("SMS_ENDPOINT", "")  # of a gateway; else the provider's own
SMS_KEY_ID = env.text("SMS_KEY_ID", "")
SMS_KEY_SECRET = env.text("SMS_KEY_SECRET", "")
SMS_SIGN_NAME = env.text("SMS_SIGN_NAME", "")
SMS_TEMPLATE = env.text("SMS_TEMPLATE", "")
# An approved template without variables, for notices to guests; without one these two send codes alone.
SMS_NOTICE_TEMPLATE = env.text("SMS_NOTICE_TEMPLATE", "")
SMS_APP_ID = env.text("SMS_APP_ID", "")  # of Tencent Cloud
SMS_REGION = env.text("SMS_REGION", "ap-guangzhou")  # of Tencent Cloud
SMS_AN_HOUR = env.number("SMS_AN_HOUR", 200)  # the most that the house sends

# --- Companies that sign with a certificate (docs/operations.md, "Seals by certificate"); by paper alone
# without

SEAL_CA_URL = env.text("SEAL_CA_URL", "")
SEAL_CA_SECRET = env.text("SEAL_CA_SECRET", "")
SEAL_CA_ROOTS = env.text("SEAL_CA_ROOTS", "")  # a PEM file: the roots that companies' certificates come from
SEAL_CA_CRLS = env.words("SEAL_CA_CRLS", [])  # addresses of revocation lists, one for each issuer

# --- Signing in by an identity provider (docs/operations.md, "Identity providers"); none by default

OIDC_PROVIDERS = env.text("OIDC_PROVIDERS", "")
# --- Robots of group chats (docs/operations.md, "Notices")

# A base address of this machine by number, such as http://127.0.0.1:9000, that robots may also have: for
# tests and trying out.
NOTICE_ROBOT_LOCAL = env.text("NOTICE_ROBOT_LOCAL", "")

# --- Languages and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").iterdir() if path.is_dir())
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# One handler for all processes, whose formatter leaves out what failures quote. Django's own handlers
# (console, mails to administrators) and granian's are taken off. LOG_LEVEL is for these only: other libraries
# stay at WARNING, since botocore, for one, writes at DEBUG what it sends, which are keys to be wrapped.
_log_level = env.text("LOG_LEVEL", "WARNING")
_ours = ("audit", "compliance", "config", "deals", "people", "vault", "celery")
_with_own_handlers = ("django", "django.server", "_granian")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.logs.PlaceFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": _log_level} for name in _ours},
        **{name: {"level": _log_level, "handlers": [], "propagate": True} for name in _with_own_handlers},
    },
}
DEFAULT_EXCEPTION_REPORTER = "config.logs.PlaceReporter"
