"""What every answer tells the browser, whoever gives it."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.test import Client
from PIL import Image

from immunosite.core.headers import HeadWithoutBody, PermissionsPolicy
from tests.factories import make_article, make_reference, make_term, make_user

pytestmark = pytest.mark.django_db
# What a browser would fetch from another site.
_LOADING = re.compile(r'(?:src|srcset|data|poster)="(?:https?:)?//[^"]*"')
_SHEETS = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="(?:https?:)?//')


def directives(response) -> dict[str, set[str]]:
    policy = response["Content-Security-Policy"]
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


@pytest.fixture
def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    return "/media/" + default_storage.save("a.png", ContentFile(out.getvalue()))


@pytest.fixture
def answers(author, picture, monkeypatch):
    """An answer of every kind that the site gives."""
    make_reference()
    make_term("Cytokine")
    article = make_article("hope", "A cytokine [@larkin-2015].").page
    reader, staff = Client(raise_request_exception=False), Client()
    staff.force_login(author)
    paths = ["/", "/articles/hope/", "/glossary/cytokine/", "/search/?q=hope"]
    paths += ["/references/", "/feed.atom", "/sitemap.xml", "/robots.txt", "/healthz"]
    found = {path: reader.get(path) for path in paths}
    found["kept"] = reader.get("/")
    found["picture"] = reader.get(picture)
    found["404"] = reader.get("/no")
    found["400"] = reader.get("/", HTTP_HOST="evil.example")
    found["405"] = reader.post("/articles/")
    found["login"] = reader.get("/admin/login/")
    found["403"] = reader.post("/admin/markdown/preview/")
    admin = f"/admin/articles/article/{article.pk}"
    for path in ["/admin/", f"{admin}/change/", f"{admin}/preview/1/"]:
        found[path] = staff.get(path)
    found["preview"] = staff.post("/admin/markdown/preview/", {"content": "Words."})
    monkeypatch.setattr("articles.views.page_of", None)
    found["500"] = reader.get("/articles/?page=2")
    assert {
        name: found[name].status_code for name in ("404", "400", "405", "403", "500")
    } == {"404": 404, "400": 400, "405": 405, "403": 403, "500": 500}
    return found


class TestEveryAnswer:
    """One test for each header goes through all of them, since they cost time."""

    def test_forbids_every_script_and_style_that_is_not_a_file_of_the_site(
        self, answers
    ):
        for name, response in answers.items():
            policy = directives(response)
            assert "unsafe" not in response["Content-Security-Policy"], name
            assert "*" not in response["Content-Security-Policy"], name
            assert policy["default-src"] == {"'none'"}, name
            for kind in ("script-src", "style-src", "connect-src"):
                assert policy.get(kind, {"'self'"}) == {"'self'"}, name
            if name != "picture":
                assert policy["frame-ancestors"] == {"'none'"}, name
                assert policy["base-uri"] == {"'none'"}, name
                assert policy["form-action"] == {"'self'"}, name

    def test_gives_nothing_away_and_asks_for_nothing(self, answers):
        for name, response in answers.items():
            assert response["X-Content-Type-Options"] == "nosniff", name
            told = response["Referrer-Policy"]
            assert told == "strict-origin-when-cross-origin", name
            assert response["Cross-Origin-Opener-Policy"] == "same-origin", name
            assert response["Cross-Origin-Resource-Policy"] == "same-origin", name
            sensors = set(response["Permissions-Policy"].split(", "))
            assert {"camera=()", "microphone=()", "geolocation=()"} <= sensors, name
            assert all(part.endswith("=()") for part in sensors), name
            if not name.startswith(("/admin/", "login", "preview")):
                assert not response.cookies, name

    def test_pages_hold_nothing_that_the_policy_would_refuse(self, answers):
        for name, response in answers.items():
            if not response["Content-Type"].startswith("text/html"):
                continue
            page = response.content.decode()
            assert " style=" not in page, name
            assert "<style" not in page, name
            assert not re.search(r"<[^>]+\son[a-z]+=", page), name
            for script in re.findall(r"<script([^>]*)>", page):
                is_data = re.search(r'type="application/(ld\+)?json"', script)
                assert "src=" in script or is_data, name
            assert not _LOADING.search(page), name
            assert not _SHEETS.search(page), name


class TestPictures:
    def test_have_no_rights_at_all(self, client, picture):
        response = client.get(picture)
        assert directives(response)["default-src"] == {"'none'"}
        assert response["Content-Type"] == "image/png"
        assert response["Content-Disposition"].startswith("inline")

    def test_may_be_kept_for_good(self, client, picture):
        assert "immutable" in client.get(picture)["Cache-Control"]

    @pytest.mark.parametrize("name", ["a.html", "a.svg", "a", "..%2fa.png", ".png"])
    def test_nothing_else_is_served_from_their_folder(self, client, name):
        default_storage.save("b.html", ContentFile(b"<script>"))
        assert client.get(f"/media/{name}").status_code == 404


class TestUnderHTTPS:
    """As settings.py has it for a SITE_URL that begins with https."""

    @pytest.fixture(autouse=True)
    def _https(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
        settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
        settings.SECURE_HSTS_PRELOAD = True
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True

    @pytest.mark.parametrize("address", ["/", "/no", "/admin/login/"])
    def test_browsers_are_told_to_stay_there(self, client, address):
        told = client.get(address, secure=True)["Strict-Transport-Security"]
        assert told == "max-age=63072000; includeSubDomains; preload"

    def test_plain_requests_are_sent_there(self, client):
        response = client.get("/articles/?page=1")
        assert response.status_code == 301
        assert response["Location"] == "https://testserver/articles/?page=1"

    def test_but_the_monitor_is_answered(self, client):
        assert client.get("/healthz").status_code == 200

    def test_cookies_of_the_staff_are_for_this_site_and_no_script(self, client):
        make_user("anna")
        login = client.get("/admin/login/", secure=True)
        sent = {"username": "anna", "password": "correct horse"}
        response = client.post("/admin/login/?next=/admin/", sent, secure=True)
        assert response.status_code == 302
        cookies = [login.cookies["csrftoken"], response.cookies["sessionid"]]
        for cookie in cookies:
            assert cookie["secure"] and cookie["httponly"]
            assert cookie["samesite"] == "Lax"
            assert cookie["path"] == "/"


class TestPermissionsPolicy:
    def test_leaves_what_a_view_says_itself(self, rf):
        own = {"Permissions-Policy": "camera=(self)"}
        given = StreamingHttpResponse([b""], headers=own)
        response = PermissionsPolicy(lambda request: given)(rf.get("/"))
        assert response["Permissions-Policy"] == "camera=(self)"


class TestHeadWithoutBody:
    def test_leaves_the_body_of_other_requests(self, rf):
        given = StreamingHttpResponse([b"words"])
        response = HeadWithoutBody(lambda request: given)(rf.head("/"))
        assert response.getvalue() == b"words"

    def test_a_picture_has_the_same_head(self, client, picture):
        page, head = client.get(picture), client.head(picture)
        assert head.status_code == 200
        assert head["Content-Length"] == page["Content-Length"]
