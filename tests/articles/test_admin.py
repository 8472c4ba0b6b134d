"""The desk of articles: what each role sees, types and is told."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleRevision, FormerSlug
from articles.publishing import publish, rename, save_draft, withdraw
from immunosite.core.audit import AuditEntry
from immunosite.core.intervals import State
from tests.factories import (
    approved,
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"
ADD = f"{LIST}add/"
DAY = timedelta(days=1)
LATER = timezone.now() + 3650 * DAY
NEW = {
    "title": "What is hope?",
    "slug": "hope",
    "kind": "article",
    "summary": "On hope.",
    "body": "Some hope.",
    "note": "First words.",
}
SAVE, PREVIEW = ({name: "Button"} for name in ("_continue", "_preview"))


@pytest.fixture
def authors_desk(client, author):
    """A browser in which an author is logged in."""
    client.force_login(author)
    return client


@pytest.fixture
def desk(client, editor):
    """A browser in which an editor is logged in."""
    client.force_login(editor)
    return client


@pytest.fixture
def guest():
    """Staff who may only look at articles."""
    user = make_user("guest")
    user.is_superuser = False
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    return user


def page_for(article: Article, deed: str = "change", *args: int) -> str:
    return reverse(f"admin:articles_article_{deed}", args=[article.pk, *args])


def text_of(response) -> str:
    """The words of a page, without its tags."""
    plain = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def form_of(response):
    assert response.status_code == 200
    return response.context["adminform"].form


def errors_of(response) -> dict[str, list[str]]:
    return dict(form_of(response).errors)


def filled_in(client, address: str) -> dict[str, object]:
    """What a browser would send of a form that is left as it is."""
    sent: dict[str, object] = {}
    for field in form_of(client.get(address)):
        value = field.value()
        if isinstance(value, list):
            sent[field.html_name] = [str(getattr(one, "pk", one)) for one in value]
        elif value is not None:
            sent[field.html_name] = str(value).replace("\n", "\r\n")
    return sent


def moment(at) -> tuple[str, str]:
    return at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S")


def dates(**given) -> dict[str, str]:
    """The form's two inputs for each date."""
    sent = {}
    for name, at in given.items():
        sent[f"{name}_0"], sent[f"{name}_1"] = moment(at)
    return sent


class TestAdding:
    def test_saves_a_draft_that_readers_do_not_see(self, authors_desk, author):
        response = authors_desk.post(ADD, {**NEW, **SAVE})
        article = Article.objects.get()
        assert response["Location"] == page_for(article)
        revision = article.newest()
        texts = ("title", "summary", "body", "note")
        assert {name: getattr(revision, name) for name in texts} == {
            name: NEW[name] for name in texts
        }
        assert (article.slug, article.kind) == ("hope", "article")
        assert revision.created_by == author
        assert revision.state_at() is State.DRAFT
        assert authors_desk.get("/articles/hope/").status_code == 404

    def test_may_begin_with_nothing_but_an_address(self, authors_desk):
        authors_desk.post(ADD, {"slug": "hope", "kind": "article", **SAVE})
        assert Article.objects.get().newest().title == ""

    def test_tags_are_kept(self, authors_desk):
        tags = [make_tag("Melanoma", "cancer type"), make_tag("Basics")]
        authors_desk.post(ADD, {**NEW, **SAVE, "tags": [str(tag.pk) for tag in tags]})
        assert set(Article.objects.get().newest().tags.all()) == set(tags)

    def test_line_ends_are_those_of_the_files(self, authors_desk):
        authors_desk.post(ADD, {**NEW, **SAVE, "body": "One.  \r\n\r\nTwo.\r\n"})
        assert ArticleRevision.objects.get().body == "One.  \n\nTwo.\n"

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("slug", "", "required"),
            ("slug", "Not a slug", "valid"),
            ("slug", "taken", "already exists"),
            ("slug", "moved", "redirects to"),
            ("kind", "blog", "valid choice"),
            ("title", "x" * 201, "200"),
            ("summary", "x" * 401, "400"),
            ("body", "x" * 100_001, "100000"),
            ("note", "x" * 301, "300"),
            ("title", "a\0b", "Null"),
            ("body", "a\0b", "Null"),
            ("tags", ["999"], "999"),
        ],
        ids=lambda value: str(value)[:10].replace("\0", "NUL"),
    )
    def test_bad_input_is_named_at_its_field_and_nothing_is_lost(
        self, authors_desk, field, value, why
    ):
        rename(draft_article("moved").page, "taken", by=publisher())
        response = authors_desk.post(ADD, {**NEW, **SAVE, field: value})
        errors = errors_of(response)
        assert list(errors) == [field]
        assert why in " ".join(errors[field])
        for name in set(NEW) - {field}:
            assert form_of(response)[name].value() == NEW[name]
        assert Article.objects.count() == 1

    def test_a_page_about_the_site_stays_one(self, authors_desk):
        authors_desk.post(ADD, {**NEW, **SAVE, "kind": "site page"})
        article = Article.objects.get()
        assert article.kind == "site page"
        address = page_for(article)
        assert "kind" not in filled_in(authors_desk, address)
        sent = filled_in(authors_desk, address) | {"kind": "article", "body": "More."}
        authors_desk.post(address, sent | SAVE)
        article.refresh_from_db()
        assert (article.kind, article.newest().body) == ("site page", "More.")

    def test_what_a_form_lets_through_and_a_deed_refuses_is_named_too(
        self, authors_desk
    ):
        rename(draft_article("hope").page, "more-hope", by=publisher())
        response = authors_desk.post(ADD, {**NEW, **SAVE})
        assert list(errors_of(response)) == ["slug"]
        assert "redirects to “Hope”" in text_of(response)
        assert form_of(response)["body"].value() == "Some hope."

    def test_who_may_only_look_gets_no_form(self, client, guest):
        client.force_login(guest)
        assert client.get(ADD).status_code == 403
        assert client.post(ADD, NEW).status_code == 403
        assert not Article.objects.exists()


class TestChanging:
    def test_the_form_shows_the_newest_revision(self, authors_desk):
        make_article("hope", "Live.", title="Old")
        tag = make_tag("Basics")
        draft = draft_article("hope", "Draft.", title="New", tags=[tag])
        form = form_of(authors_desk.get(page_for(draft.page)))
        shown = {name: form[name].value() for name in ("title", "body", "slug", "note")}
        assert shown == {"title": "New", "body": "Draft.", "slug": "hope", "note": None}
        assert form["tags"].value() == [tag.pk]

    def test_saving_appends_a_draft_and_leaves_what_is_live(self, authors_desk):
        live = make_article("hope", "Live.")
        address = page_for(live.page)
        sent = filled_in(authors_desk, address) | {"body": "Better."}
        assert authors_desk.post(address, sent | SAVE).status_code == 302
        newest = live.page.newest()
        assert (newest.number, newest.body, newest.based_on) == (2, "Better.", live)
        assert live.page.live_revision() == live
        assert "Live." in authors_desk.get("/articles/hope/").content.decode()

    def test_saving_what_was_not_changed_makes_no_revision(self, authors_desk):
        tag = make_tag("Basics")
        draft = draft_article("hope", "One.  \n\nTwo.\n", tags=[tag])
        address = page_for(draft.page)
        authors_desk.post(address, filled_in(authors_desk, address) | SAVE)
        assert draft.page.newest() == draft

    def test_tags_are_set_and_taken_away(self, authors_desk):
        tag = make_tag("Melanoma")
        article = draft_article("hope").page
        address = page_for(article)
        sent = filled_in(authors_desk, address) | {"tags": [str(tag.pk)]}
        authors_desk.post(address, sent | SAVE)
        assert list(article.newest().tags.all()) == [tag]
        sent = filled_in(authors_desk, address)
        assert sent["tags"] == [str(tag.pk)]
        del sent["tags"]
        authors_desk.post(address, sent | SAVE)
        assert not article.newest().tags.exists()

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("draft", "Not public. Revision 1, saved by publisher"),
            ("live", "Revision 1 is live since"),
            ("newer draft", "You are looking at revision 2, a draft."),
            ("scheduled", "Revision 1 is scheduled for"),
            ("successor", "You are looking at revision 2, scheduled for"),
            ("withdrawn", "Not public. Revision 1"),
        ],
    )
    def test_the_page_tells_what_readers_see(self, authors_desk, state, words):
        later = timezone.now() + DAY
        if state == "draft":
            draft_article("hope")
        else:
            make_article("hope", live_from=later if state == "scheduled" else None)
        article = Article.objects.get()
        if state == "newer draft":
            draft_article("hope", "More.")
        if state == "successor":
            make_article("hope", "More.", live_from=later)
        if state == "withdrawn":
            withdraw(article, by=publisher(), reason="Old.")
        assert words in text_of(authors_desk.get(page_for(article)))

    def test_an_article_that_is_gone_leads_to_the_start(self, desk):
        assert desk.get(f"{LIST}999/change/").status_code == 302

    def test_who_may_only_look_changes_nothing(self, client, guest):
        article = draft_article("hope").page
        client.force_login(guest)
        assert client.get(page_for(article)).status_code == 200
        assert client.post(page_for(article), {**NEW, **SAVE}).status_code == 403
        assert article.newest().number == 1


class TestTwoPeopleEditing:
    """The second is refused once, sees both texts, and loses nothing."""

    @pytest.fixture
    def article(self):
        return make_article("hope", "First.", summary="Ours.").page

    @pytest.fixture
    def sent(self, desk, article):
        form = filled_in(desk, page_for(article))
        return {**form, "title": "My <title>", "body": "My words.", **SAVE}

    @pytest.fixture
    def second(self, desk, article, sent, author):
        """The answer to an editor's save after an author has saved."""
        save_draft(
            article, based_on=1, by=author, title="Hope", summary="Theirs.",
            body="Their words.", tags=[make_tag("Basics")],
        )  # fmt: skip
        return desk.post(page_for(article), sent)

    def test_nothing_of_the_second_is_stored(self, article, second):
        assert list(errors_of(second)) == ["__all__"]
        assert "author saved revision 2" in errors_of(second)["__all__"][0]
        assert article.newest().body == "Their words."
        assert article.revisions.count() == 2

    def test_both_are_shown_where_they_differ(self, second):
        rows = form_of(second).differences()
        assert {row.label: (row.theirs, row.yours) for row in rows} == {
            "Title": ("Hope", "My <title>"),
            "Summary": ("Theirs.", "Ours."),
            "Body": ("Their words.", "My words."),
            "Tags": ("Basics", ""),
        }
        page = second.content.decode()
        assert "Two texts" in page
        assert "Their words." in page
        assert "My &lt;title&gt;" in page
        assert "My <title>" not in page

    def test_what_was_typed_is_still_in_the_form(self, second):
        form = form_of(second)
        assert form["title"].value() == "My <title>"
        assert form["body"].value() == "My words."

    def test_saving_once_more_goes_on_top_of_theirs(self, desk, article, second, sent):
        based_on = form_of(second)["based_on"].value()
        response = desk.post(page_for(article), {**sent, "based_on": based_on})
        assert response.status_code == 302
        newest = article.newest()
        assert (newest.number, newest.body) == (3, "My words.")
        assert newest.based_on.body == "Their words."

    def test_unless_a_third_was_faster_again(self, desk, article, second, sent):
        based_on = form_of(second)["based_on"].value()
        draft_article("hope", "A third text.")
        response = desk.post(page_for(article), {**sent, "based_on": based_on})
        assert list(errors_of(response)) == ["__all__"]
        assert article.newest().body == "A third text."

    def test_publishing_is_refused_just_so(self, desk, article):
        live = article.live_revision()
        approved(draft_article("hope", "My words."))
        draft_article("hope", "Their words.")
        response = desk.post(page_for(article, "publish", 2), dates(live_until=LATER))
        assert "saved revision 3 of this page" in text_of(response)
        assert article.live_revision() == live

    @pytest.mark.parametrize("based_on", ["", "7", "x", "-1", "9" * 30])
    def test_a_form_that_does_not_know_what_it_saw_is_refused(
        self, desk, article, sent, based_on
    ):
        response = desk.post(page_for(article), {**sent, "based_on": based_on})
        assert errors_of(response)
        assert article.newest().number == 1

    def test_no_rename_comes_through_with_it(self, desk, article, sent):
        draft_article("hope", "Their words.")
        desk.post(page_for(article), {**sent, "slug": "despair"})
        assert Article.objects.get().slug == "hope"


class TestPublishing:
    """The page that publishes. The way there is in tests/articles/test_desk.py."""

    def publish(self, client, article, **given):
        reason = {"forced_reason": "Made for a test."}
        address = page_for(article, "publish", article.newest().number)
        return client.post(address, reason | given, follow=True)

    def test_makes_the_draft_live_without_another_revision(self, desk):
        draft = draft_article("hope")
        response = self.publish(desk, draft.page)
        assert response.redirect_chain == [(page_for(draft.page), 302)]
        assert "“Hope” is live." in text_of(response)
        assert draft.page.live_revision() == draft
        assert desk.get("/articles/hope/").status_code == 200

    def test_the_form_of_the_text_has_no_button_for_it_and_no_dates(self, desk):
        article = draft_article("hope", "Old.").page
        address = page_for(article)
        sent = filled_in(desk, address)
        assert not [name for name in sent if name.startswith("live_")]
        given = dates(live_from=timezone.now() + DAY) | {"_publish": "Button"}
        desk.post(address, sent | given | {"body": "New.", "forced_reason": "Mine."})
        newest = article.newest()
        assert (newest.body, newest.live_from, newest.forced_reason) == (
            "New.", None, "",
        )  # fmt: skip

    def test_of_what_is_live_already_is_refused_in_words(self, desk):
        first = make_article("hope")
        assert "published before" in text_of(self.publish(desk, first.page))
        draft_article("hope", "More.")
        self.publish(desk, first.page)
        assert first.page.live_revision().number == 2

    def test_is_no_button_for_an_author_and_no_way_either(self, authors_desk):
        draft = approved(draft_article("hope", "Old."))
        address = page_for(draft.page, "publish", 1)
        assert address not in authors_desk.get(page_for(draft.page)).content.decode()
        assert authors_desk.get(address).status_code == 403
        assert self.publish(authors_desk, draft.page).status_code == 403
        assert draft.page.live_revision() is None

    def test_tells_all_that_must_be_mended_and_keeps_the_draft(self, desk):
        body = "One.\n\nTwo [@nobody]."
        article = draft_article("hope", body, summary="").page
        response = self.publish(desk, article)
        words = text_of(response)
        assert "The summary is missing." in words
        assert "Line 3: No reference has the key “nobody”." in words
        assert article.newest().body == body
        assert article.live_revision() is None

    def test_tells_of_very_many_problems_only_the_first(self, desk):
        body = "".join(f"Words [@nobody{n}].\n\n" for n in range(50))
        response = self.publish(desk, draft_article("hope", body).page)
        assert "… and 30 more." in text_of(response)

    def test_can_be_scheduled_with_an_end(self, desk):
        draft = draft_article("hope")
        start = (timezone.now() + DAY).replace(microsecond=0)
        end = start + DAY
        given = dates(live_from=start, live_until=end)
        response = self.publish(desk, draft.page, **given)
        draft.refresh_from_db()
        assert (draft.live_from, draft.live_until) == (start, end)
        assert "“Hope” is scheduled for" in text_of(response)

    def test_an_end_alone_is_told(self, desk):
        draft = draft_article("hope")
        given = dates(live_until=timezone.now() + DAY)
        assert "“Hope” is live until" in text_of(
            self.publish(desk, draft.page, **given)
        )

    def test_the_minute_just_past_means_now(self, desk):
        draft = draft_article("hope")
        self.publish(desk, draft.page, **dates(live_from=timezone.now() - DAY / 1440))
        assert draft.page.live_revision() == draft

    @pytest.mark.parametrize(
        ("days", "field", "why"),
        [
            ({"live_from": -1}, "live_from", "in the past"),
            ({"live_until": -1}, "live_until", "after the start"),
            ({"live_from": 2, "live_until": 1}, "live_until", "after the start"),
            ({"live_from": 365 * 7500}, "live_from", "before 9000"),
        ],
    )
    def test_bad_dates_are_named_at_the_field(self, desk, days, field, why):
        draft = draft_article("hope")
        given = dates(**{n: timezone.now() + DAY * d for n, d in days.items()})
        response = self.publish(desk, draft.page, forced_reason="Typed.", **given)
        form = response.context["form"]
        assert list(form.errors) == [field]
        assert why in form.errors[field][0]
        assert form["forced_reason"].value() == "Typed."
        assert draft.page.newest().live_from is None

    @pytest.mark.parametrize("day", ["2024-02-30", "tomorrow", "9999-12-31"])
    def test_what_is_no_date_is_told(self, desk, day):
        draft = draft_article("hope")
        response = self.publish(
            desk, draft.page, live_from_0=day, live_from_1="23:59:59"
        )
        assert list(response.context["form"].errors) == ["live_from"]
        assert draft.page.newest().live_from is None


class TestPreviewing:
    def test_shows_the_public_page_with_the_draft_in_its_place(self, authors_desk):
        make_article("hope", "Live.", title="Hope")
        draft = draft_article("hope", "Draft.", title="New hope")
        response = authors_desk.get(page_for(draft.page, "preview", 2))
        page = response.content.decode()
        assert response.status_code == 200
        assert '<article class="reading">' in page
        assert "New hope" in page and "Draft." in page
        assert "Live." not in page

    def test_is_for_no_cache_and_no_search_engine(self, authors_desk):
        draft = draft_article("hope")
        response = authors_desk.get(page_for(draft.page, "preview", 1))
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"

    def test_leaves_no_trace(self, authors_desk, client):
        live = make_article("hope", "Live.")
        draft = draft_article("hope", "Draft.")
        before = list(ArticleRevision.objects.order_by("pk").values())
        authors_desk.get(page_for(draft.page, "preview", 2))
        assert list(ArticleRevision.objects.order_by("pk").values()) == before
        authors_desk.logout()
        assert "Live." in authors_desk.get("/articles/hope/").content.decode()
        assert live.page.live_revision() == live

    def test_the_button_saves_and_leads_there(self, authors_desk):
        article = draft_article("hope").page
        address = page_for(article)
        sent = filled_in(authors_desk, address) | {"body": "More."} | PREVIEW
        response = authors_desk.post(address, sent)
        assert response["Location"] == page_for(article, "preview", 2)

    def test_shows_unfinished_text_too(self, authors_desk):
        draft = draft_article("hope", "Words [@nobody].", title="", summary="")
        response = authors_desk.get(page_for(draft.page, "preview", 1))
        assert "?nobody" in response.content.decode()

    def test_a_text_that_can_not_be_rendered_is_told(self, authors_desk):
        draft = draft_article("hope", "[" * 5000)
        address = page_for(draft.page, "preview", 1)
        response = authors_desk.get(address, follow=True)
        assert response.redirect_chain == [(page_for(draft.page), 302)]
        assert "square brackets" in text_of(response)

    def test_is_for_nobody_else(self, client):
        draft = draft_article("hope")
        address = page_for(draft.page, "preview", 1)
        assert client.get(address).status_code == 302
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        client.force_login(user)
        assert client.get(address).status_code == 403

    def test_of_what_is_not_there(self, authors_desk):
        article = draft_article("hope").page
        assert authors_desk.get(page_for(article, "preview", 2)).status_code == 404
        other = f"{LIST}999/preview/1/"
        assert authors_desk.get(other).status_code == 404


class TestRenaming:
    def rename(self, client, article, slug):
        address = page_for(article)
        sent = filled_in(client, address) | {"slug": slug} | SAVE
        return client.post(address, sent)

    def test_leaves_a_redirect_and_makes_no_revision(self, desk):
        live = make_article("hope")
        assert self.rename(desk, live.page, "more-hope").status_code == 302
        assert Article.objects.get().slug == "more-hope"
        assert live.page.newest() == live
        response = desk.get("/articles/hope/")
        assert (response.status_code, response["Location"]) == (
            301, "/articles/more-hope/",
        )  # fmt: skip

    def test_together_with_other_words(self, desk):
        article = draft_article("hope").page
        address = page_for(article)
        sent = filled_in(desk, address) | {"slug": "more-hope", "body": "More."}
        desk.post(address, sent | SAVE)
        article.refresh_from_db()
        assert (article.slug, article.newest().body) == ("more-hope", "More.")

    @pytest.mark.parametrize("slug", ["taken", "moved", "no slug", ""])
    def test_to_an_address_that_can_not_be_had_is_refused_at_the_field(
        self, desk, slug
    ):
        rename(draft_article("moved").page, "taken", by=publisher())
        article = make_article("hope").page
        response = self.rename(desk, article, slug)
        assert list(errors_of(response)) == ["slug"]
        article.refresh_from_db()
        assert article.slug == "hope"
        assert FormerSlug.objects.count() == 1

    def test_the_links_of_the_page_still_lead_to_its_present_address(self, desk):
        article = make_article("hope").page
        response = self.rename(desk, article, "no slug")
        assert 'href="/articles/hope/"' in response.content.decode()

    def test_of_a_public_one_is_refused_to_an_author_and_nothing_is_lost(
        self, authors_desk
    ):
        live = make_article("hope")
        address = page_for(live.page)
        sent = filled_in(authors_desk, address) | {"slug": "mine", "body": "Typed."}
        response = authors_desk.post(address, sent | SAVE)
        assert "publish_article" in errors_of(response)["__all__"][0]
        assert form_of(response)["body"].value() == "Typed."
        assert Article.objects.get().slug == "hope"
        assert live.page.newest() == live


class TestWithdrawing:
    GONE = {"withdrawn_as": "gone", "reason": "Out of date."}

    def test_asks_for_a_reason_and_takes_the_page_down(self, desk, editor):
        article = make_article("hope").page
        address = page_for(article, "withdraw")
        assert "Withdraw “Hope”?" in text_of(desk.get(address))
        response = desk.post(address, self.GONE, follow=True)
        assert response.redirect_chain == [(page_for(article), 302)]
        assert "“Hope” is withdrawn from the site." in text_of(response)
        assert desk.get("/articles/hope/").status_code == 410
        entry = AuditEntry.objects.get(action="withdraw")
        assert (entry.by, entry.details["reason"]) == (editor, "Out of date.")

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
    def test_not_without_one(self, desk, reason):
        article = make_article("hope").page
        sent = {**self.GONE, "reason": reason}
        response = desk.post(page_for(article, "withdraw"), sent)
        assert response.status_code == 200
        assert response.context["form"].errors["reason"]
        assert article.live_revision()

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"withdrawn_as": ""}, "withdrawn_as"),
            ({"withdrawn_as": "hidden"}, "withdrawn_as"),
            ({"withdrawn_as": "explained", "text": " "}, "text"),
            ({"withdrawn_as": "redirected", "to": ""}, "to"),
            ({"withdrawn_as": "redirected", "to": "/articles/hope/"}, "to"),
            ({"withdrawn_as": "redirected", "to": "/articles/nowhere/"}, "to"),
            ({"withdrawn_as": "redirected", "to": "https://example.org/"}, "to"),
        ],
    )
    def test_nor_without_what_readers_get(self, desk, sent, field):
        article = make_article("hope").page
        response = desk.post(page_for(article, "withdraw"), {**self.GONE, **sent})
        assert list(response.context["form"].errors) == [field]
        assert article.live_revision()

    def test_of_what_is_not_public_is_refused_in_words(self, desk):
        article = draft_article("hope").page
        address = page_for(article, "withdraw")
        response = desk.post(address, self.GONE, follow=True)
        assert "not public" in text_of(response)
        assert "withdraw" not in AuditEntry.objects.values_list("action", flat=True)

    def test_is_not_for_authors(self, authors_desk):
        article = make_article("hope").page
        address = page_for(article, "withdraw")
        assert address not in authors_desk.get(page_for(article)).content.decode()
        assert authors_desk.get(address).status_code == 403
        assert authors_desk.post(address, self.GONE).status_code == 403
        assert article.live_revision()


class TestHistory:
    def test_lists_every_revision_with_its_state(self, authors_desk):
        make_article("hope", "One.", note="A start.")
        make_article("hope", "Two.")
        draft = draft_article("hope", "Three.")
        response = authors_desk.get(page_for(draft.page, "history"))
        rows = [(rev.number, state) for rev, state in response.context["rows"]]
        assert rows == [(3, State.DRAFT), (2, State.LIVE), (1, State.ENDED)]
        assert "A start." in text_of(response)

    def test_an_old_revision_is_restored_as_a_draft(self, authors_desk):
        first = make_article("hope", "One.", tags=[make_tag("Basics")])
        make_article("hope", "Two.")
        article = first.page
        response = authors_desk.post(
            page_for(article, "restore", 1), {"based_on": "2"}, follow=True
        )
        assert "Revision 1 is restored as a new draft." in text_of(response)
        newest = article.newest()
        assert (newest.number, newest.body) == (3, "One.")
        assert [tag.name for tag in newest.tags.all()] == ["Basics"]
        assert article.live_revision().body == "Two."

    @pytest.mark.parametrize("based_on", ["1", "", "x", "²", "9" * 30])
    def test_not_over_what_somebody_saved_meanwhile(self, authors_desk, based_on):
        draft_article("hope", "One.")
        article = draft_article("hope", "Two.").page
        address = page_for(article, "restore", 1)
        response = authors_desk.post(address, {"based_on": based_on}, follow=True)
        assert "saved revision 2 of this page" in text_of(response)
        assert article.newest().body == "Two."

    def test_restoring_takes_a_post(self, authors_desk):
        article = draft_article("hope").page
        assert authors_desk.get(page_for(article, "restore", 1)).status_code == 405

    def test_who_may_only_look_sees_it_and_restores_nothing(self, client, guest):
        draft_article("hope", "One.")
        article = draft_article("hope", "Two.").page
        client.force_login(guest)
        response = client.get(page_for(article, "history"))
        assert "Restore" not in text_of(response)
        address = page_for(article, "restore", 1)
        assert client.post(address, {"based_on": "2"}).status_code == 403
        assert article.newest().number == 2

    @pytest.mark.parametrize("key", ["999", "x", "1_2"])
    def test_of_what_is_not_there(self, desk, key):
        assert desk.get(f"{LIST}{key}/history/").status_code == 404


class TestDeleting:
    def test_of_what_was_never_public(self, desk):
        article = draft_article("hope").page
        assert "Delete" in text_of(desk.get(page_for(article)))
        desk.post(page_for(article, "delete"), {"post": "yes"})
        assert not Article.objects.exists()

    @pytest.mark.parametrize("at", [None, LATER])
    def test_of_what_was_or_will_be_is_no_choice(self, desk, at):
        article = make_article("hope", live_from=at).page
        assert "deletelink" not in desk.get(page_for(article)).content.decode()
        address = page_for(article, "delete")
        assert desk.post(address, {"post": "yes"}).status_code == 403
        assert Article.objects.exists()

    def test_is_not_for_authors(self, authors_desk):
        article = draft_article("hope").page
        address = page_for(article, "delete")
        assert authors_desk.post(address, {"post": "yes"}).status_code == 403
        assert Article.objects.exists()

    def test_no_list_deletes_several_at_once(self, desk):
        article = draft_article("hope").page
        sent = {"action": "delete_selected", "_selected_action": article.pk}
        desk.post(LIST, {**sent, "post": "yes"})
        assert Article.objects.exists()


class TestRoles:
    @pytest.mark.parametrize("role", ["author", "editor", "administrator"])
    def test_everybody_on_the_staff_reaches_their_pages(self, client, request, role):
        client.force_login(request.getfixturevalue(role))
        article = make_article("hope").page
        pages = ["/admin/", LIST, ADD, page_for(article), page_for(article, "history")]
        for address in pages:
            assert client.get(address).status_code == 200, address

    def test_an_administrator_does_all_of_it(self, client, administrator):
        client.force_login(administrator)
        client.post(ADD, {**NEW, **SAVE})
        article = Article.objects.get()
        address = page_for(article, "publish", 1)
        client.post(address, {"forced_reason": "There is nobody else."})
        assert article.live_revision()
        sent = {"withdrawn_as": "gone", "reason": "Old."}
        client.post(page_for(article, "withdraw"), sent)
        assert article.live_revision() is None

    @pytest.mark.parametrize("address", [LIST, ADD, f"{LIST}1/change/"])
    def test_a_stranger_is_asked_to_log_in(self, client, address):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")

    def test_a_form_without_its_token_changes_nothing(self, editor):
        client = Client(enforce_csrf_checks=True)
        client.force_login(editor)
        response = client.post(ADD, {**NEW, **SAVE})
        assert response.status_code == 403
        assert "Your browser usually still holds what you typed." in text_of(response)
        assert not Article.objects.exists()


class TestList:
    """Pages at a glance. What both kinds share is in tests/core/test_listing.py."""

    def rows(self, response) -> list[str]:
        return sorted(article.slug for article in response.context["cl"].result_list)

    def test_shows_each_with_its_newest_title_and_what_it_cites(self, desk):
        make_reference("a-1")
        make_article("hope", "One [@a-1]. Two [@a-1].", title="Hope")
        draft_article("hope", "Three [@nobody].", title="New hope")
        words = text_of(desk.get(LIST))
        assert "New hope live, newer draft" in words
        # Its problems, since when it is live, and how often it cites.
        assert re.search(r"newer draft 1 error .* [ap]\.m\. 2 ", words)

    @pytest.mark.parametrize(
        ("words", "found"),
        [("hope", ["hope"]), ("despair", ["other"]), ("Former", ["hope"]), ("x", [])],
    )
    def test_is_searched_by_address_and_every_title(self, desk, words, found):
        make_article("hope", title="Former title")
        draft_article("hope", "More.", title="Hope")
        draft_article("other", title="Despair")
        assert self.rows(desk.get(LIST, {"q": words})) == found

    def test_its_queries_are_few_and_do_not_grow(self, desk):
        def fill(numbers):
            for number in numbers:
                make_article(f"page-{number}", tags=[tag])
                draft_article(f"page-{number}", "Words [@no].", tags=[tag])

        tag = make_tag("Basics")
        fill(range(2))
        desk.get(LIST)  # what is asked only once
        with CaptureQueriesContext(connection) as few:
            desk.get(LIST)
        fill(range(2, 8))
        with CaptureQueriesContext(connection) as many:
            assert len(self.rows(desk.get(LIST))) == 8
        assert len(many) == len(few) <= 12

    def test_publishing_shows_at_once(self, desk):
        draft = draft_article("hope")
        assert "Hope draft" in text_of(desk.get(LIST))
        publish(approved(draft), by=publisher())
        assert "Hope live" in text_of(desk.get(LIST))
