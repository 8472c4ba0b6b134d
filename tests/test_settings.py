"""The settings that an operator gets by the environment, and by none at all."""

from __future__ import annotations

import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as settings_of_tests
from django.core.exceptions import ImproperlyConfigured
from environs import EnvValidationError

BASE_DIR = settings_of_tests.BASE_DIR
SETTINGS = BASE_DIR / "immunosite" / "settings.py"
VARIABLES = (
    *("ALLOWED_HOSTS", "BEHIND_PROXY", "CACHE_URL", "CITATION_STYLE", "DATABASE_URL", "DATA_DIR", "DEBUG"),
    *("DEMO_NOTICE", "RELEASE", "SECRET_KEY", "SITE_NAME", "SITE_URL", "START_TOPIC"),
    *("CONTACT_EMAIL", "CROSSREF_URL", "DOI_URL", "FETCH_ALLOW", "NCBI_URL"),
    *("TIME_ZONE", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"),
)  # fmt: skip


@pytest.fixture
def load(monkeypatch, tmp_path):
    """A function that reads the settings file under this environment and no other."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def load(**environment: str) -> dict[str, Any]:
        with monkeypatch.context() as patch:
            patch.setenv("DATA_DIR", str(tmp_path))
            for name, value in environment.items():
                patch.setenv(name, value)
            return runpy.run_path(str(SETTINGS))

    return load


def manage(
    *arguments: str, data_dir: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """``manage.py`` in a process of its own."""
    clean = {key: text for key, text in os.environ.items() if key not in VARIABLES}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={**clean, "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


class TestStyleOfCitations:
    def test_is_one_of_those_that_there_are(self, load):
        assert load()["CITATION_STYLE"] == "nlm"
        assert load(CITATION_STYLE="apa")["CITATION_STYLE"] == "apa"

    @pytest.mark.parametrize("style", ["APA", "mla", " nlm"])
    def test_or_the_site_does_not_start_and_says_why(self, load, style):
        with pytest.raises(EnvValidationError, match="none of the styles nlm, apa"):
            load(CITATION_STYLE=style)


class TestWithoutAnyVariable:
    def test_nothing_is_debugged(self, load):
        assert load()["DEBUG"] is False

    def test_the_site_is_only_there_for_its_own_host(self, load):
        assert load()["ALLOWED_HOSTS"] == ["localhost"]

    def test_everything_is_sent_over_https(self, load):
        found = load()
        assert found["SECURE_SSL_REDIRECT"] is True
        assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
        assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
        assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
        csp = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert csp["upgrade-insecure-requests"] is True

    def test_what_is_written_lies_in_the_data_folder(self, load, tmp_path):
        found = load()
        assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
        assert found["MEDIA_ROOT"] == tmp_path / "media"

    def test_nothing_of_its_own_network_is_asked(self, load):
        found = load()
        assert found["FETCH_ALLOW"] == []
        services = [found["DOI_URL"], found["NCBI_URL"], found["CROSSREF_URL"]]
        assert all(url.startswith("https://") for url in services)

    def test_the_header_of_a_proxy_is_not_believed(self, load):
        assert "SECURE_PROXY_SSL_HEADER" not in load()

    def test_no_cookie_can_be_read_by_a_script(self, load):
        found = load()
        assert found["SESSION_COOKIE_HTTPONLY"] is found["CSRF_COOKIE_HTTPONLY"] is True


class TestSecretKey:
    def test_is_made_once_and_kept(self, load, tmp_path):
        first, second = load()["SECRET_KEY"], load()["SECRET_KEY"]
        assert first == second == (tmp_path / "secret_key").read_text()
        assert len(first) >= 50

    def test_is_another_one_for_each_installation(self, load, tmp_path):
        other = load(DATA_DIR=str(tmp_path / "other"))["SECRET_KEY"]
        assert other != load()["SECRET_KEY"]

    def test_only_its_owner_can_read_it(self, load, tmp_path):
        before = os.umask(0)
        try:
            load()
        finally:
            os.umask(before)
        mode = (tmp_path / "secret_key").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600

    @pytest.mark.usefixtures("load")
    def test_its_folder_is_no_part_of_the_repository(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "so none is made here")
        assert runpy.run_path(str(SETTINGS))["DATA_DIR"] == BASE_DIR / "var"
        assert "/var/" in (BASE_DIR / ".gitignore").read_text().splitlines()

    def test_of_the_environment_comes_first_and_leaves_no_file(self, load, tmp_path):
        assert load(SECRET_KEY="from outside")["SECRET_KEY"] == "from outside"
        assert not (tmp_path / "secret_key").exists()

    def test_an_empty_one_of_the_environment_is_none(self, load, tmp_path):
        assert (
            load(SECRET_KEY="")["SECRET_KEY"] == (tmp_path / "secret_key").read_text()
        )


class TestPlainHttp:
    """``make run`` serves http://127.0.0.1: browsers would drop secure cookies."""

    def test_cookies_work_and_nothing_redirects(self, load):
        found = load(SITE_URL="http://127.0.0.1:8000")
        assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is False
        assert found["SECURE_SSL_REDIRECT"] is False

    def test_no_browser_is_told_to_insist_on_https(self, load):
        found = load(SITE_URL="http://127.0.0.1:8000")
        assert found["SECURE_HSTS_SECONDS"] == 0
        csp = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert "upgrade-insecure-requests" not in csp

    def test_nothing_else_becomes_laxer(self, load):
        plain, secure = load(SITE_URL="http://localhost"), load()
        differing = {
            name
            for name in secure
            if name.isupper() and name.lstrip("_") != "SITE"
            if secure[name] != plain[name]
        }
        assert differing == {
            *("SITE_URL", "HTTPS", "CSRF_TRUSTED_ORIGINS", "CONTENT_SECURITY_POLICY"),
            *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"),
            *("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"),
            "SECURE_HSTS_PRELOAD",
        }  # fmt: skip


class TestVariables:
    def test_the_host_follows_the_address_of_the_site(self, load):
        found = load(SITE_URL="https://learn.example.org:8443/")
        assert found["SITE_URL"] == "https://learn.example.org:8443"
        assert found["ALLOWED_HOSTS"] == ["learn.example.org"]
        assert found["CSRF_TRUSTED_ORIGINS"] == ["https://learn.example.org:8443"]

    def test_other_hosts_can_be_allowed(self, load):
        found = load(ALLOWED_HOSTS="a.example,b.example")
        assert found["ALLOWED_HOSTS"] == ["a.example", "b.example"]

    def test_postgresql_keeps_its_connections_and_gets_no_option_of_sqlite(self, load):
        database = load(DATABASE_URL="postgres://me:secret@db.example/site")[
            "DATABASES"
        ]
        found = database["default"]
        assert found["ENGINE"] == "django.db.backends.postgresql"
        assert (found["HOST"], found["NAME"]) == ("db.example", "site")
        assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)
        assert "OPTIONS" not in found

    def test_sqlite_takes_the_writers_lock_first(self, load):
        options = load()["DATABASES"]["default"]["OPTIONS"]
        assert options["transaction_mode"] == "IMMEDIATE"
        assert "journal_mode=WAL" in options["init_command"]

    def test_behind_a_proxy_its_headers_are_believed(self, load):
        found = load(BEHIND_PROXY="yes")
        assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
        assert found["BEHIND_PROXY"] is True

    def test_static_files_are_only_named_by_their_content_in_production(self, load):
        backend = "STORAGES", "staticfiles", "BACKEND"
        production, debugging = load(), load(DEBUG="1")
        for key in backend:
            production, debugging = production[key], debugging[key]
        assert "Manifest" in production
        assert "Manifest" not in debugging

    def test_services_can_be_others(self, load):
        found = load(
            DOI_URL="http://127.0.0.1:8001/doi/", CONTACT_EMAIL="desk@example.org",
            FETCH_ALLOW="127.0.0.1:8001,[::1]:8001",
        )  # fmt: skip
        assert found["DOI_URL"] == "http://127.0.0.1:8001/doi"
        assert found["CONTACT_EMAIL"] == "desk@example.org"
        assert found["FETCH_ALLOW"] == ["127.0.0.1:8001", "[::1]:8001"]

    def test_the_data_folder_is_made_with_its_parents(self, load, tmp_path):
        folder = tmp_path / "deep" / "down"
        load(DATA_DIR=str(folder))
        assert (folder / "secret_key").exists()


class TestBadValues:
    @pytest.mark.parametrize("name", ["DEBUG", "BEHIND_PROXY", "DEMO_NOTICE"])
    def test_a_switch_is_on_or_off(self, load, name):
        with pytest.raises(EnvValidationError, match=f'"{name}" invalid: Not a valid'):
            load(**{name: "perhaps"})

    @pytest.mark.parametrize("url", ["nonsense", "oracle-of-delphi://x"])
    def test_a_database_must_be_known(self, load, url):
        with pytest.raises(EnvValidationError, match='"DATABASE_URL" invalid'):
            load(DATABASE_URL=url)

    def test_a_cache_must_be_known(self, load):
        with pytest.raises(EnvValidationError, match='"CACHE_URL" invalid'):
            load(CACHE_URL="attic://x")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("DOI_URL", "doi.org"),
            ("NCBI_URL", "ftp://ncbi.example"),
            ("CROSSREF_URL", "https://me@crossref.example"),
            ("CONTACT_EMAIL", "the desk"),
            ("FETCH_ALLOW", "127.0.0.1"),
            ("FETCH_ALLOW", "127.0.0.1:80,http://mirror:80"),
        ],
    )
    def test_who_is_asked_and_who_asks_is_said_clearly(self, load, name, text):
        with pytest.raises(EnvValidationError, match=f'"{name}" invalid: '):
            load(**{name: text})

    @pytest.mark.parametrize(
        "url", ["", "example.org", "//example.org", "https://", "ftp://example.org",
                "https:example.org", "localhost:8000"],
    )  # fmt: skip
    def test_an_address_without_scheme_or_host_does_not_turn_https_off(self, load, url):
        with pytest.raises(ImproperlyConfigured, match="like https://example.org"):
            load(SITE_URL=url)


class TestProcess:
    """Each of these starts Django as an operator does."""

    def test_a_bad_value_ends_with_its_name(self, tmp_path):
        done = manage("check", data_dir=tmp_path, SITE_URL="example.org")
        assert done.returncode == 1
        last = done.stderr.strip().splitlines()[-1]
        assert "SITE_URL must be an address like https://example.org" in last
        assert "“example.org”" in last

    def test_a_public_site_passes_the_checks_of_deployment(self, tmp_path):
        done = manage(
            "check", "--deploy", "--fail-level", "WARNING",
            data_dir=tmp_path, SITE_URL="https://immunosite.example",
            DATABASE_URL="postgres://localhost/none",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "W0" not in done.stderr
        assert (tmp_path / "secret_key").exists()
