"""Settings of the workbench, all from the environment; without any, a workbench for one machine, on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import dj_database_url
from csp.constants import NONE, SELF

from placeplan.web.accounts.lasting import KNOWN
from placeplan.web.asked import Asked, asked

ASKED: Final[Asked] = asked()
BASE: Final = Path(__file__).parent

DEBUG = False
SECRET_KEY = ASKED.secret_key
ALLOWED_HOSTS = list(ASKED.hosts)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ASKED.hosts if host not in ASKED.loopback]
ROOT_URLCONF = "placeplan.web.urls"
WSGI_APPLICATION = "placeplan.web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "auditlog",
    "csp",
    "django_htmx",
    "placeplan.web.rates",
    "placeplan.web.accounts",
    "placeplan.web.store",
    "placeplan.web.jobs",
    "placeplan.web.public",
    "placeplan.web.publishing",
    "placeplan.web.challenges",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "placeplan.web.whole.HeadAlone",
    "csp.middleware.CSPMiddleware",
    "placeplan.web.logs.RequestLog",
    "placeplan.web.headers.Headers",
    "placeplan.web.whole.NotTooMuch",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "placeplan.web.whole.Text",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "placeplan.web.accounts.sessions.Sessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "placeplan.web.accounts.recorded.Recorded",
    "axes.middleware.AxesMiddleware",
    "placeplan.web.api.answers.Answers",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "OPTIONS": {"environment": "placeplan.web.frame.environment"},
    },
]

DATABASES = {
    "default": dj_database_url.parse(ASKED.database, conn_max_age=60, conn_health_checks=True),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers do not wait for a writer, and a writer waits its turn rather than fail.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who is who
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend"]
if ASKED.passwords:
    AUTHENTICATION_BACKENDS.append("django.contrib.auth.backends.ModelBackend")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if ASKED.oidc:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("placeplan.web.accounts.service.Service")
    OIDC_RP_CLIENT_ID, OIDC_RP_CLIENT_SECRET = ASKED.oidc["CLIENT"], ASKED.oidc["SECRET"]
    OIDC_OP_AUTHORIZATION_ENDPOINT, OIDC_OP_TOKEN_ENDPOINT = ASKED.oidc["AUTHORIZE"], ASKED.oidc["TOKEN"]
    OIDC_OP_USER_ENDPOINT, OIDC_OP_JWKS_ENDPOINT = ASKED.oidc["USER"], ASKED.oidc["KEYS"]
    OIDC_RP_SIGN_ALGO, OIDC_USE_PKCE, OIDC_TIMEOUT = "RS256", True, 10
    OIDC_CREATE_USER = False
    OIDC_AUTHENTICATE_CLASS = "placeplan.web.accounts.views.There"
    OIDC_CALLBACK_CLASS = "placeplan.web.accounts.views.Back"
    LOGIN_REDIRECT_URL_FAILURE = "/account/not-known"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "placeplan.web.accounts.passwords.NotTooLong"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1
"""Hours for which somebody is locked out."""
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"
"""What the sign-in form calls the address; by its own guess axes would take everybody for the same person."""
AXES_CLIENT_IP_CALLABLE = "placeplan.web.rates.limits.address_of"
AXES_DISABLE_ACCESS_LOG = True
"""Who signed in from where is nobody's business once they have."""
AXES_LOCKOUT_CALLABLE = "placeplan.web.errors.locked"
AUDITLOG_DISABLE_REMOTE_ADDR = True
"""Whoever changes something stands in the log by number, not by address."""
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "places"

# What browsers are told
SESSION_COOKIE_AGE = KNOWN
"""How long a session is known; how long it holds is another matter (accounts.lasting)."""
SESSION_COOKIE_NAME = "__Host-sessionid" if ASKED.https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if ASKED.https else "csrftoken"
"""By a name that begins so, browsers take a cookie by https alone and from no neighbouring host."""
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
"""Seconds for which a link to set a password holds."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ASKED.https
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "placeplan.web.errors.csrf_failed"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ASKED.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ASKED.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ASKED.behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Widths and places of bars are written into elements; style sheets come from files alone.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# What is served as it lies
STATIC_URL = "static/"
STATIC_ROOT = ASKED.folder / "static"
STATICFILES_DIRS = [BASE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Words and hours
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "placeplan.web.logs.AsLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": ASKED.log_level},
    "loggers": {"django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
