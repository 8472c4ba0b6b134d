"""Settings of the test run: the real ones, with cheap passwords and no manifest."""

import os

os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)

from immunosite.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
AXES_ENABLED = True
# WhiteNoise warns when the folder of collected files is absent; tests collect none.
STATIC_ROOT = DATA_DIR / "static-of-tests"  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)
