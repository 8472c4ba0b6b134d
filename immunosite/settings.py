"""Settings, driven by the environment, secure by default. See docs/running.md."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import Env, ValidationError, validate

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that is written at run time: database, secret key, pictures.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key of the environment, else the one kept in DATA_DIR, made when absent."""
    path = DATA_DIR / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(get_random_secret_key())
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or _secret_key()
SITE_NAME = env.str("SITE_NAME", "immunosite")
SITE_URL = env.str("SITE_URL", "https://localhost").rstrip("/")
_SITE = urlsplit(SITE_URL)
if _SITE.scheme not in ("http", "https") or not _SITE.hostname:
    # Without its scheme an address would quietly turn all of the below off.
    raise ImproperlyConfigured(
        f"SITE_URL must be an address like https://example.org, not “{SITE_URL}”."
    )
HTTPS = _SITE.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [_SITE.hostname])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# The topic whose articles a new reader is shown first.
START_TOPIC = env.str("START_TOPIC", "basics")
# Says on every page that the content is a demonstration.
DEMO_NOTICE = env.bool("DEMO_NOTICE", False)
# How sources are cited; references.styling.STYLES has the same names.
CITATION_STYLES = ("nlm", "apa", "ama")
CITATION_STYLE = env.str(
    "CITATION_STYLE",
    CITATION_STYLES[0],
    validate=validate.OneOf(
        CITATION_STYLES, error="“{input}” is none of the styles {choices}."
    ),
)
# Part of each kept page's key, so a new release starts with an empty cache.
RELEASE = env.str("RELEASE", "1")

INSTALLED_APPS = [
    "taggit",  # before ours: its own tag admin is taken off again
    "immunosite.portal",
    "articles",
    "glossary",
    "references",
    "immunosite.core",
    "markdownx",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",  # its widgets' templates, for FORM_RENDERER
]

MIDDLEWARE = [
    "immunosite.core.headers.HeadWithoutBody",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "immunosite.core.headers.PermissionsPolicy",
    "immunosite.core.headers.AddressWithoutNul",
    "django.middleware.http.ConditionalGetMiddleware",
    "immunosite.core.caching.PageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "immunosite.core.zones.StaffZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "immunosite.urls"
WSGI_APPLICATION = "immunosite.wsgi.application"
ASGI_APPLICATION = "immunosite.asgi.application"
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
                "immunosite.core.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # The writer's lock is taken at BEGIN, so a check inside a transaction holds.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://immunosite")}
CACHES["default"].setdefault("OPTIONS", {})
if "locmem" in CACHES["default"]["BACKEND"]:
    CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] = 2_000

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "immunosite.core.errors.csrf_failure"

# Ten failures lock the pair of name and address for half an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "immunosite.core.throttling.address_of"
AXES_LOCKOUT_CALLABLE = "immunosite.core.errors.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Without a host, mail is only written to the log.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend",
)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_PORT = env.int("EMAIL_PORT", 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
# A request waits for the mail server, so not for long.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 5)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"desk@{_SITE.hostname}")


def _places(places: list[str]) -> bool:
    for place in places:
        if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+):[0-9]{1,5}", place):
            raise ValidationError(f"“{place}” is no host:port in lower case.")
    return True


# Services that know references, and whom they may write to about our requests.
_is_web_address = validate.Regexp(
    r"https?://[^\s/?#@]+[^\s?#@]*\Z",
    error="“{input}” is not like https://example.org.",
)
_is_mail_address = validate.Regexp(
    r"(?:[!-?A-~]+@[!-?A-~]+)?\Z", error="“{input}” is no mail address."
)
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "", validate=_is_mail_address)
DOI_URL, NCBI_URL, CROSSREF_URL = (
    env.str(name, address, validate=_is_web_address).rstrip("/")
    for name, address in (
        ("DOI_URL", "https://doi.org"),
        ("NCBI_URL", "https://api.ncbi.nlm.nih.gov"),
        ("CROSSREF_URL", "https://api.crossref.org"),
    )
)
# host:port of this network that may be asked although it is not public.
FETCH_ALLOW: list[str] = env.list("FETCH_ALLOW", [], validate=_places)

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

TAGGIT_CASE_INSENSITIVE = True
MARKDOWNX_URLS_PATH = "/admin/markdown/preview/"
MARKDOWNX_UPLOAD_URLS_PATH = "/admin/markdown/upload/"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "media-src": [SELF],  # recordings of words
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        **({"upgrade-insecure-requests": True} if HTTPS else {}),
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
# Set only behind a proxy that always writes this header itself.
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A body may have 100,000 characters, up to four bytes each, percent-encoded.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
