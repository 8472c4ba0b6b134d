"""The error pages: the right status, plain words, nothing of the inside."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test import Client

from immunosite.core import errors
from tests.factories import make_article, make_user

PREVIEW = "/admin/markdown/preview/"
UPLOAD = "/admin/markdown/upload/"
SECRET = "zebrafish"


def broken(*args, **kwargs):
    raise RuntimeError(SECRET)


@pytest.fixture
def fragile():
    """A browser that shows the error page where others would see the traceback."""
    return Client(raise_request_exception=False)


PAGES = {
    400: lambda request: errors.bad_request(request, SuspiciousOperation(SECRET)),
    403: lambda request: errors.forbidden(request, PermissionError(SECRET)),
    404: lambda request: errors.not_found(request, KeyError(SECRET)),
    410: lambda request: errors.gone(request, title="A <b>page</b>"),
    429: lambda request: errors.locked_out(request),
    500: lambda request: errors.server_error(request),
}


class TestEveryPage:
    """None of them asks the database: these tests have none."""

    @pytest.fixture(params=PAGES)
    def status(self, request):
        return request.param

    @pytest.fixture
    def response(self, rf, status):
        return PAGES[status](rf.get("/somewhere/"))

    def test_has_its_status(self, response, status):
        assert response.status_code == status

    def test_is_a_page_of_the_site(self, response):
        page = response.content.decode()
        assert page.lstrip().startswith("<!doctype html>")
        assert '<main id="main"' in page
        assert "css/site.css" in page
        assert len(re.findall(r"<h1>[^<]+</h1>", page)) == 1
        assert '<a href="/">start page</a>' in page

    def test_says_nothing_of_the_inside(self, response):
        page = response.content.decode()
        assert SECRET not in page
        assert "Traceback" not in page
        assert "Error:" not in page

    def test_is_kept_by_nobody_and_found_by_no_search_engine(self, response):
        assert response["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex">' in response.content.decode()


class TestWhatIsSaid:
    def test_the_title_of_what_is_gone_is_escaped(self, rf):
        page = PAGES[410](rf.get("/")).content.decode()
        assert "“A &lt;b&gt;page&lt;/b&gt;” has been taken off this site." in page

    def test_who_tried_too_often_is_told_when_to_come_back(self, rf):
        assert int(PAGES[429](rf.get("/"))["Retry-After"]) == 30 * 60

    def test_who_finds_nothing_can_search(self, rf):
        page = PAGES[404](rf.get("/")).content.decode()
        assert page.count('role="search"') == 1

    def test_a_form_that_was_too_old_is_told_from_a_page_that_is_not_yours(self, rf):
        old = errors.csrf_failure(rf.post("/")).content.decode()
        not_yours = errors.forbidden(rf.get("/"), PermissionError()).content.decode()
        assert "Go back, reload the page and send it again." in old
        assert "Your account may not open this page." in not_yours


class TestTheEditorsScript:
    """It shows whatever it gets, so it gets one plain line."""

    @pytest.mark.parametrize(
        "answer",
        [
            lambda request: errors.bad_request(request, SuspiciousOperation(SECRET)),
            errors.csrf_failure,
            errors.server_error,
        ],
        ids=["400", "403", "500"],
    )
    def test_gets_a_line_for_the_preview_and_json_for_a_picture(self, rf, answer):
        line = answer(rf.post(PREVIEW))
        assert line["Content-Type"] == "text/plain"
        assert line.content and b"<" not in line.content
        told = answer(rf.post(UPLOAD))
        assert json.loads(told.content) == {"error": line.content.decode()}
        assert SECRET not in line.content.decode()
        assert told.status_code == line.status_code >= 400


@pytest.mark.django_db
class TestOnTheSite:
    def test_a_failure_of_ours(self, fragile, monkeypatch):
        monkeypatch.setattr("articles.views.page_of", broken)
        response = fragile.get("/articles/")
        page = response.content.decode()
        assert response.status_code == 500
        assert "The mistake is ours, not yours." in page
        assert SECRET not in page
        assert response["Cache-Control"] == "no-store"

    def test_even_while_the_database_does_not_answer(self, fragile):
        with connection.execute_wrapper(broken):
            response = fragile.get("/articles/")
        assert response.status_code == 500
        assert "The mistake is ours, not yours." in response.content.decode()

    def test_a_failure_is_not_kept(self, fragile, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("articles.views.page_of", broken)
            fragile.get("/articles/")
        assert fragile.get("/articles/").status_code == 200

    def test_a_failure_while_the_text_is_previewed(self, fragile, author, monkeypatch):
        fragile.force_login(author)
        monkeypatch.setattr("articles.editor.checking.previewed", broken)
        response = fragile.post(PREVIEW, {"content": "Words."})
        assert response.status_code == 500
        assert response.content == (
            b"Something went wrong here. Your text is still in the form."
        )

    def test_an_address_of_another_host(self, client):
        response = client.get("/", HTTP_HOST="evil.example")
        assert response.status_code == 400
        assert "evil.example" not in response.content.decode()
        assert "We could not read that request" in response.content.decode()

    def test_a_form_of_very_many_fields(self, client, author):
        client.force_login(author)
        sent = {f"field{number}": "" for number in range(2001)}
        response = client.post("/admin/articles/article/add/", sent)
        assert response.status_code == 400

    def test_what_is_not_yours(self, client):
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        client.force_login(user)
        response = client.get("/admin/articles/article/")
        assert response.status_code == 403
        assert "Your account may not open this page." in response.content.decode()

    @pytest.mark.parametrize("address", ["/no", "/articles/no/", "/media/no.png"])
    def test_what_is_not_there(self, client, address):
        make_article("yes")
        response = client.get(address)
        assert response.status_code == 404
        assert address not in response.content.decode().partition("<main")[2]

    @pytest.mark.parametrize(
        "address",
        [
            "/%00",
            "/articles/%00/",
            "/glossary/%00/",
            "/references/%00/",
            "/topics/%00/",
            "/pages/%00/",
            "/media/%00.png",
            "/articles/%ff/",
            pytest.param(f"/articles/{'a' * 3000}/", id="long"),
        ],
    )
    def test_odd_addresses_are_only_not_found(self, client, address):
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("deed", ["%00", "%00/change", "1%00/history"])
    def test_odd_addresses_of_the_desk_too(self, client, author, deed):
        client.force_login(author)
        assert client.get(f"/admin/articles/article/{deed}/").status_code == 404
