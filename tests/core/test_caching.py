"""Which pages are kept, for whom, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.publishing import rename, withdraw
from glossary.publishing import withdraw as withdraw_term
from immunosite.core.caching import Epoch, PageCache, move_epoch
from immunosite.core.curating import delete_tag
from references.curating import save_reference
from references.noticing import add_notice
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOPE = "/articles/hope/"


def queries_of(client, address: str, **headers) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address, **headers)
    return len(queries)


def is_kept(client, address: str) -> bool:
    """Whether the page comes without asking the database more than for the epoch."""
    return queries_of(client, address) == 1


@pytest.fixture
def hope(client):
    """A live article whose page was asked for once."""
    revision = make_article("hope", "Some hope.")
    client.get(HOPE)
    return revision


class TestEpoch:
    def test_is_one_row(self):
        assert Epoch.objects.count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Epoch.objects.create(pk=2)

    def test_moves_by_one(self):
        before = Epoch.objects.get()
        move_epoch()
        after = Epoch.objects.get()
        assert after.value == before.value + 1
        assert after.moved_at > before.moved_at

    def test_moves_back_with_its_transaction(self):
        before = str(Epoch.objects.get())
        with transaction.atomic():
            move_epoch()
            transaction.set_rollback(True)
        assert str(Epoch.objects.get()) == before

    def test_is_made_again_when_the_database_is_emptied(self):
        Epoch.objects.all().delete()
        call_command("migrate", verbosity=0)
        assert Epoch.objects.get().value == 0


class TestWhatMovesTheEpoch:
    """Everything that a reader could see of it."""

    @pytest.fixture(autouse=True)
    def _site(self):
        self.tag = make_tag("Basics")
        self.reference = make_reference()
        self.term = make_term("Cytokine").page
        self.article = make_article("hope", "A cytokine [@larkin-2015].").page

    deeds = {
        "publish an article": lambda self: make_article("hope", "More."),
        "schedule an article": lambda self: make_article(
            "soon", live_from=timezone.now() + DAY
        ),
        "withdraw an article": lambda self: withdraw(
            self.article, by=publisher(), reason="Old."
        ),
        "rename an article": lambda self: rename(
            self.article, "more-hope", by=publisher()
        ),
        "publish a term": lambda self: make_term("Cytokine", "Said better."),
        "withdraw a term": lambda self: withdraw_term(
            self.term, by=publisher(), reason="Old."
        ),
        "change a reference": lambda self: save_reference(
            "larkin-2015",
            {**self.reference.csl, "title": "Other"},
            by=publisher(),
            reference=self.reference,
        ),
        "add a reference": lambda self: make_reference("other-2020"),
        "add a notice": lambda self: add_notice(
            self.reference,
            by=publisher(),
            kind="retraction",
            noticed_on=timezone.now().date(),
            source="https://example.org/",
        ),
        "add a tag": lambda self: make_tag("Trials"),
        "delete a tag": lambda self: delete_tag(self.tag, by=publisher()),
    }

    @pytest.mark.parametrize("deed", deeds)
    def test_moves(self, deed):
        before = Epoch.objects.get().value
        self.deeds[deed](self)
        assert Epoch.objects.get().value > before

    @pytest.mark.parametrize("draft", [draft_article, draft_term])
    def test_a_draft_does_not(self, draft):
        before = Epoch.objects.get().value
        draft("hope", "A draft.")
        assert Epoch.objects.get().value == before


class TestKeptPages:
    def test_cost_one_query(self, client, hope):
        assert is_kept(client, HOPE)

    def test_are_the_same_to_the_byte(self, client, hope):
        cache.clear()
        first, second = client.get(HOPE), client.get(HOPE)
        assert second.content == first.content
        assert dict(second.items()) == dict(first.items())

    def test_are_made_anew_when_the_epoch_moved(self, client, hope):
        move_epoch()
        assert not is_kept(client, HOPE)

    def test_show_a_change_at_once(self, client, hope):
        make_article("hope", "Other words.")
        assert "Other words." in client.get(HOPE).content.decode()

    def test_are_apart_by_page_and_host(self, client, settings):
        settings.ALLOWED_HOSTS = ["testserver", "other.example"]
        for number in range(21):
            make_article(f"a{number}")
        first, second = client.get("/articles/"), client.get("/articles/?page=2")
        assert first.content != second.content
        assert is_kept(client, "/articles/?page=2")
        assert queries_of(client, "/articles/", HTTP_HOST="other.example") > 1

    def test_are_apart_by_release(self, client, hope, settings):
        settings.RELEASE = "another"
        assert not is_kept(client, HOPE)

    def test_an_address_may_be_long(self, client, hope):
        client.get(HOPE + "?page=" + "1" * 2000)
        assert is_kept(client, HOPE + "?page=" + "1" * 2000)

    @pytest.mark.parametrize("query", ["?q=words", "?utm_source=x", "?page=1&a=b"])
    def test_none_for_addresses_that_anybody_can_invent(self, client, hope, query):
        client.get(HOPE + query)
        assert not is_kept(client, HOPE + query)

    @pytest.mark.parametrize("address", ["/articles/no/", "/no", "/articles/?page=9"])
    def test_none_that_was_not_found(self, client, hope, address):
        client.get(address)
        response = client.get(address)
        assert response.status_code == 404
        assert "no-store" in response["Cache-Control"]
        make_article("no")
        assert client.get("/articles/no/").status_code == 200

    def test_none_that_is_gone(self, client, hope):
        withdraw(hope.page, by=publisher(), reason="Old.")
        client.get(HOPE)
        assert not is_kept(client, HOPE)

    def test_none_that_is_sent_elsewhere(self, client, hope):
        rename(hope.page, "more-hope", by=publisher())
        client.get(HOPE)
        assert not is_kept(client, HOPE)

    @pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
    def test_only_reading_is_answered_from_them(self, client, hope, method):
        assert getattr(client, method)(HOPE).status_code == 405

    def test_an_answer_to_head_is_taken_from_them(self, client, hope):
        with CaptureQueriesContext(connection) as queries:
            response = client.head(HOPE)
        assert len(queries) == 1
        assert response.content == b""
        assert int(response["Content-Length"]) == len(client.get(HOPE).content)

    def test_but_is_never_one_of_them(self, client):
        make_article("hope", "Some hope.")
        client.head(HOPE)
        assert "Some hope." in client.get(HOPE).content.decode()

    def test_the_monitor_is_always_answered_anew(self, client):
        client.get("/healthz")
        response = client.get("/healthz")
        assert response.content == b"ok\n"
        assert "no-store" in response["Cache-Control"]


class TestTheClock:
    """No page is kept past the moment when something begins or ends."""

    @pytest.mark.parametrize("make", [make_article, make_term])
    def test_what_begins_shows_at_that_moment(self, client, make):
        start = timezone.now() + timedelta(hours=1)
        make("hope", "Some hope.", live_from=start)
        address = "/articles/" if make is make_article else "/glossary/"
        assert "Hope" not in client.get(address).content.decode().title()
        with time_machine.travel(start + timedelta(seconds=1)):
            assert "/hope/" in client.get(address).content.decode()

    def test_what_ends_is_gone_at_that_moment(self, client):
        end = timezone.now() + timedelta(hours=1)
        make_article("hope", live_until=end)
        assert client.get(HOPE).status_code == 200
        assert is_kept(client, HOPE)
        with time_machine.travel(end + timedelta(seconds=1)):
            assert client.get(HOPE).status_code == 410

    def test_nothing_is_kept_past_midnight(self, client, hope):
        """A review that was due is overdue then."""
        tomorrow = timezone.localtime() + timedelta(days=1)
        midnight = tomorrow.replace(hour=0, minute=0, second=1)
        with time_machine.travel(midnight):
            assert not is_kept(client, HOPE)


class TestPeopleWhoLogIn:
    """They neither get nor leave kept pages."""

    def test_get_every_page_anew(self, client, hope, author):
        client.force_login(author)
        assert queries_of(client, HOPE) > 1
        assert queries_of(client, HOPE) > 1

    def test_leave_none(self, client, author):
        make_article("hope")
        client.force_login(author)
        client.get(HOPE)
        client.logout()
        assert not is_kept(client, HOPE)

    def test_and_none_stays_on_its_way_to_them(self, client, hope, author):
        client.force_login(author)
        response = client.get(HOPE)
        assert "private" in response["Cache-Control"]
        assert "public" not in response["Cache-Control"]

    def test_a_preview_is_never_kept(self, client, hope, author):
        client.force_login(author)
        draft = draft_article("hope", "A draft.")
        preview = f"/admin/articles/article/{draft.page_id}/preview/2/"
        response = client.get(preview)
        assert "A draft." in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        client.logout()
        assert "A draft." not in client.get(HOPE).content.decode()

    @pytest.mark.parametrize("address", ["/admin/", "/admin/login/"])
    def test_the_desk_is_never_kept(self, client, author, address):
        client.force_login(author)
        response = client.get(address)
        assert "public" not in response.get("Cache-Control", "")


class TestAskingAgain:
    """What browsers and caches on the way are told."""

    def test_they_may_keep_a_page_and_must_ask(self, client, hope):
        response = client.get(HOPE)
        told = set(response["Cache-Control"].split(", "))
        assert told == {"public", "no-cache"}
        assert response["ETag"]

    def test_nothing_new_is_answered_without_a_body(self, client, hope):
        etag = client.get(HOPE)["ETag"]
        response = client.get(HOPE, HTTP_IF_NONE_MATCH=etag)
        assert response.status_code == 304
        assert response.content == b""
        assert response["ETag"] == etag
        assert queries_of(client, HOPE, HTTP_IF_NONE_MATCH=etag) == 1

    def test_a_change_is_answered_with_the_page(self, client, hope):
        etag = client.get(HOPE)["ETag"]
        make_article("hope", "Other words.")
        response = client.get(HOPE, HTTP_IF_NONE_MATCH=etag)
        assert response.status_code == 200
        assert response["ETag"] != etag

    def test_a_change_elsewhere_is_no_change_of_this_page(self, client, hope):
        etag = client.get(HOPE)["ETag"]
        make_reference("other-2020")
        assert client.get(HOPE, HTTP_IF_NONE_MATCH=etag).status_code == 304

    def test_compressed_or_not_a_page_has_the_same_words(self, client, hope):
        plain = client.get(HOPE)
        packed = client.get(HOPE, HTTP_ACCEPT_ENCODING="gzip")
        assert packed["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain
        assert "Accept-Encoding" in packed["Vary"]
        assert is_kept(client, HOPE)


class TestMiddleware:
    """Answers that no view of the site gives today."""

    def answered_twice(self, rf, make) -> int:
        """How often the view is asked when a page is asked for twice."""
        asked = []

        def view(request):
            asked.append(request)
            return make()

        middleware = PageCache(view)
        for _ in range(2):
            middleware(rf.get("/somewhere/"))
        return len(asked)

    def test_keeps_a_plain_answer(self, rf):
        assert self.answered_twice(rf, lambda: HttpResponse("words")) == 1

    @pytest.mark.parametrize(
        "told", ["no-store", "private", "private, max-age=60", "max-age=0, no-store"]
    )
    def test_keeps_none_that_says_so(self, rf, told):
        headers = {"Cache-Control": told}
        assert self.answered_twice(rf, lambda: HttpResponse(headers=headers)) == 2

    @pytest.mark.parametrize("status", [201, 301, 404, 410, 500])
    def test_keeps_none_but_successes(self, rf, status):
        assert self.answered_twice(rf, lambda: HttpResponse(status=status)) == 2

    def test_keeps_none_that_sets_a_cookie(self, rf):
        def with_cookie():
            response = HttpResponse("words")
            response.set_cookie("a", "b")
            return response

        assert self.answered_twice(rf, with_cookie) == 2

    def test_keeps_no_stream(self, rf):
        assert self.answered_twice(rf, lambda: StreamingHttpResponse([b"a"])) == 2

    def test_a_broken_view_leaves_nothing(self, rf):
        def broken():
            raise RuntimeError

        for _ in range(2):
            with pytest.raises(RuntimeError):
                self.answered_twice(rf, broken)
