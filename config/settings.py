"""All settings, read from the environment that ./run prepares (see README, 部署)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF

from bangfu.foundations.privacy.keys import load_keys

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("BANGFU_HOME", ROOT / ".bangfu")).resolve()
KEYS = load_keys(Path(os.environ.get("BANGFU_KEYS", HOME / "keys.json")))
SECRET_KEY = KEYS.django_secret

# Tests and browser journeys only: lets bangfu.foundations.codes.clock stand at another moment.
CLOCK_MAY_TRAVEL = os.environ.get("BANGFU_CLOCK_MAY_TRAVEL") == "1"

DEBUG = False
PUBLIC_URL = os.environ.get("PUBLIC_URL", "")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*" if not PUBLIC_URL else urlsplit(PUBLIC_URL).hostname).split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []


def database(url: str, **options) -> dict:
    """Django's description of a postgresql:// URL; host=/socket/dir may stand in the query."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        **options,
    }


# Pages and jobs run as bangfu_app, which owns nothing and cannot bypass row-level security; only
# migrations, the installation of guards and backups use the owner's connection.
DATABASES = {
    "default": database(os.environ.get("BANGFU_APP_URL", "postgresql://bangfu_app@/bangfu")),
    "owner": database(os.environ.get("BANGFU_OWNER_URL", "postgresql://bangfu_owner@/bangfu"), CONN_MAX_AGE=0),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_htmx",
    "procrastinate.contrib.django",
    "bangfu.foundations.codes",
    "bangfu.foundations.privacy",
    "bangfu.foundations.ui",
    "bangfu.foundations.organisations",
    "bangfu.foundations.audit",
    "bangfu.foundations.standards",
    "bangfu.foundations.documents",
    "bangfu.casework.households",
    "bangfu.casework.cases",
    "bangfu.casework.applications",
    "bangfu.casework.visits",
    "bangfu.casework.reviews",
    "bangfu.casework.notices",
    "bangfu.casework.approvals",
    "bangfu.casework.archives",
    "bangfu.casework.plans",
    "bangfu.casework.assistance",
    "bangfu.interfaces.desk",
    "bangfu.operations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last, so that its process_view wraps the view itself: one transaction with the scope of the acting post.
    "bangfu.foundations.organisations.middleware.ActingPostMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.foundations.organisations.context.acting",
                "bangfu.interfaces.desk.context.navigation",
            ],
            "builtins": [
                "bangfu.foundations.ui.templatetags.ui",
                "bangfu.foundations.ui.templatetags.stamp",
            ],
        },
    }
]
# The ui templates override those of allauth.
INSTALLED_APPS.remove("bangfu.foundations.ui")
INSTALLED_APPS.insert(INSTALLED_APPS.index("allauth"), "bangfu.foundations.ui")

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "bangfu.foundations.organisations.access.ClosedDoorAdapter"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if PUBLIC_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

CACHES = {
    # Shared by all web processes (login rate limits must count together), kept in the one database.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
ATTACHMENTS = HOME / "attachments"
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
