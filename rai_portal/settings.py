"""Every setting, read once through `env`. One file: nothing exists only in production."""

import contextlib
import os
import secrets
import tempfile
from datetime import date
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from rai_portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")
VERSION = "0.1.0"

# What runs here ---------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC = any(host not in ("localhost", "127.0.0.1", "[::1]") for host in ALLOWED_HOSTS)
HTTPS = env.flag("HTTPS", default=PUBLIC)
_NAME = next((name for name in ALLOWED_HOSTS if name.strip(".*")), "localhost").lstrip(".*")
PORTAL_URL = env.text(
    "PORTAL_URL",
    f"https://{_NAME}" if PUBLIC else f"http://localhost:{env.text('PORT', '') or 8000}",
).rstrip("/")

DATABASE_URL = env.text("DATABASE_URL", "")
REDIS_URL = env.text("REDIS_URL", "")
# The launcher exports the addresses of the services that it started, and EMBEDDED=1 with them.
EMBEDDED = env.flag("EMBEDDED", default=not DATABASE_URL)

DEMO = env.flag("DEMO", default=EMBEDDED and not PUBLIC)
SCENARIO_DATE = env.day("SCENARIO_DATE", date(2023, 6, 1))
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "")
if DEMO and PUBLIC and not DEBUG:
    raise ImproperlyConfigured(
        "DEMO=1 with a public host in ALLOWED_HOSTS: the demo's accounts are known to everyone. "
        "Set DEMO=0, or allow localhost only."
    )
if DEMO_PASSWORD and len(DEMO_PASSWORD) < 12:
    raise ImproperlyConfigured("DEMO_PASSWORD is too short: 12 characters or more.")


def _secret_key() -> str:
    """SECRET_KEY, or one of our own kept in VAR_DIR as long as only this machine can be asked."""
    given = env.text("SECRET_KEY", "")
    if given:
        return given
    if PUBLIC:
        raise ImproperlyConfigured(
            "Set SECRET_KEY: a public host stands in ALLOWED_HOSTS. See .env.example."
        )
    path = VAR_DIR / "secret-key"
    try:
        if not path.exists():
            VAR_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot keep a secret key in {path}: {error}.") from None


def _write_once(path: Path, content: str) -> None:
    """Whole or not at all, and the first of several writers wins."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:  # mode 0600
        draft.write(content)
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)


SECRET_KEY = _secret_key()

# Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "rai_portal",
    "reviews",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "rai_portal.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # --- the product's own, reviews.web.middleware.*: innermost, so that user and id are known
    "reviews.web.middleware.PlainText",
    "reviews.web.middleware.Clock",
    "reviews.web.middleware.DomainErrors",
    "reviews.web.kept_text.KeepTypedText",
]

ROOT_URLCONF = "rai_portal.urls"
WSGI_APPLICATION = "rai_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "reviews.web.context_processors.page",
            ],
        },
    },
]

# Fields are drawn by templates/django/forms/, widgets by Django's own templates.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database, cache, sessions ----------------------------------------------------------------------

DATABASES = {
    "default": {
        # Without an address the settings still load (for linters, `--help`): nothing listens.
        **env.database(
            "DATABASE_URL",
            DATABASE_URL or f"postgresql://postgres@/rai_portal?host={VAR_DIR / 'sockets'}",
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Seconds, 0 = no limit. wsgi.py sets both for pages: a stuck lock must not hold a thread.
_LIMITS = {
    "lock_timeout": env.whole_number("DB_LOCK_TIMEOUT", 0, high=3600),
    "statement_timeout": env.whole_number("DB_STATEMENT_TIMEOUT", 0, high=3600),
}
_OPTIONS = DATABASES["default"]["OPTIONS"]
_OPTIONS["options"] = " ".join(
    [
        _OPTIONS.get("options", ""),
        "-c timezone=UTC",
        *(f"-c {name}={seconds}s" for name, seconds in _LIMITS.items() if seconds),
    ]
).strip()

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# People and sign-in -----------------------------------------------------------------------------

AUTH_USER_MODEL = "reviews.User"
AUTHENTICATION_BACKENDS = [
    "reviews.permissions.backend.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "rai_portal.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = False
# Besides the library's own: answers by the link of one mail.
ACCOUNT_RATE_LIMITS = {"answer_link": "30/m/ip,20/m/key"}

# Security headers -------------------------------------------------------------------------------

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
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^version$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # htmx reads the token from the page, never from the cookie
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

# Language and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("RAI_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

# Files ------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
# Hashed names need `collectstatic`; tests and DEBUG read the files where they lie.
STATIC_MANIFEST = env.flag("STATIC_MANIFEST", default=not DEBUG)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
MEDIA_ROOT = VAR_DIR / "evidence"  # private: no URL serves it, only a view that asks permission
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail -------------------------------------------------------------------------------------------

globals().update(env.mail("EMAIL_URL", "file:", VAR_DIR / "mail"))
# Seconds for each step of the dialogue with the mail server.
EMAIL_TIMEOUT = env.whole_number("EMAIL_TIMEOUT", 15, low=1, high=120)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "rai-portal@localhost")
# Seconds for which a sender owns a mail; rai_portal.checks holds it against EMAIL_TIMEOUT.
MAIL_LEASE_SECONDS = env.whole_number("MAIL_LEASE_SECONDS", 120, low=2, high=3600)
# Percent of the usual waits between two tries of a mail, and for a server that is away.
MAIL_WAIT_PERCENT = env.whole_number("MAIL_WAIT_PERCENT", 100, low=1, high=1000)
# Seconds between two sweeps for mails that are due.
MAIL_SWEEP_SECONDS = env.whole_number("MAIL_SWEEP_SECONDS", 60, low=1, high=600)

# Celery: the database is the truth, the broker a doorbell ----------------------------------------

CELERY_BROKER_URL = env.broker("REDIS_URL", REDIS_URL or f"unix://{VAR_DIR / 'sockets/valkey'}")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"reviews.send_mails": {"queue": "mail"}}  # a slow server delays nothing else
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a task that kills its worker would run for ever
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 280  # seconds
CELERY_TASK_TIME_LIMIT = 300
# Longer than any task may run, else the broker gives a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "health_check_interval": 25,
    # A broker that accepts and stays silent must not hold a process.
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "retry_on_timeout": True,
}
# Seconds that a worker lets its tasks go on after SIGQUIT. After SIGTERM they end by themselves:
# the sender finishes the mail in flight and gives the others back.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Exports ----------------------------------------------------------------------------------------

# How many may run at the same time in the whole portal, and seconds that one may take.
EXPORTS_AT_ONCE = env.whole_number("EXPORTS_AT_ONCE", 2, low=1, high=50)
EXPORT_TIMEOUT = env.whole_number("EXPORT_TIMEOUT", 900, low=1, high=86_400)

# REST API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "reviews.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_SCHEMA_CLASS": "reviews.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "reviews.api.problems.handle",
    "DEFAULT_PAGINATION_CLASS": None,
}
# Requests of one token in one minute.
API_PER_MINUTE = env.whole_number("API_PER_MINUTE", 120, low=1, high=1_000_000)
SPECTACULAR_SETTINGS = {
    "TITLE": "RAI Portal",
    "DESCRIPTION": "Filing, review and register of uses of AI. See docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["reviews.api.schema.finished"],
    "APPEND_COMPONENTS": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "COMPONENT_SPLIT_REQUEST": True,
}

# Logs -------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "rai_portal.request_ids.RequestIdFilter"}},
    "formatters": {
        "json": {"()": "rai_portal.log_format.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s %(request_id)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "plain" if DEBUG else "json",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {
        "reviews": {"level": "INFO"},
        "rai_portal": {"level": "INFO"},
        # Django's own handlers would print each line a second time, and never as JSON.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
