"""What the Markdown editor asks the server, and to whom it answers what."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from articles.models import ArticleRevision
from immunosite.core import markdown, pictures
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_term,
    make_user,
    word_rows,
)

pytestmark = pytest.mark.django_db
PREVIEW = "/admin/markdown/preview/"
UPLOAD = "/admin/markdown/upload/"
ENDPOINTS = [PREVIEW, UPLOAD]


@pytest.fixture
def desk(client, author):
    """A browser in which an author is logged in."""
    client.force_login(author)
    return client


def image(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def picture(content: bytes | None = None, name: str = "a.png"):
    content = image() if content is None else content
    return SimpleUploadedFile(name, content, content_type="image/png")


def staff_with(*rights: str):
    user = make_user("somebody")
    user.is_superuser = False
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def previewed(client, content: str, query: str = "", **fields: str) -> str:
    response = client.post(PREVIEW + query, {"content": content, **fields})
    assert response.status_code == 200
    return response.content.decode()


def items(page: str) -> dict[str, str]:
    """The words of each item of the checklist, by the code of its check."""
    found = re.split(
        r'<li class="check-\w+" data-check="([a-z]+)">',
        page.partition('<div class="prose"')[0],
    )
    texts = [html.unescape(re.sub(r"<[^>]+>", " ", text)) for text in found[2::2]]
    words = [" ".join(text.split()) for text in texts]
    return dict(zip(found[1::2], words, strict=True))


def is_one_plain_line(response) -> bool:
    """Fit to be put into the preview by the editor's script as it is."""
    text = response.content.decode()
    if response["Content-Type"] == "application/json":
        text = json.loads(text)["error"]
    return "<" not in text and "\n" not in text and 0 < len(text) < 200


@pytest.mark.parametrize("address", ENDPOINTS)
class TestWhoMayAsk:
    def refused(self, client, address):
        response = client.post(address, {"content": "Words.", "image": picture()})
        assert response.status_code == 403
        assert is_one_plain_line(response)
        assert "Log in again" in response.content.decode()
        assert "no-store" in response["Cache-Control"]

    def test_nobody_who_is_not_logged_in_and_no_redirect(self, client, address):
        self.refused(client, address)

    def test_no_account_that_is_not_staff(self, client, address):
        user = staff_with("change_article")
        user.is_staff = False
        user.save()
        client.force_login(user)
        self.refused(client, address)

    @pytest.mark.parametrize("rights", [[], ["view_article", "change_reference"]])
    def test_no_staff_who_may_change_no_page(self, client, address, rights):
        client.force_login(staff_with(*rights))
        self.refused(client, address)

    def test_nobody_whose_account_was_closed(self, desk, author, address):
        author.is_active = False
        author.save()
        self.refused(desk, address)

    @pytest.mark.parametrize(
        "right", ["add_article", "change_article", "add_term", "change_term"]
    )
    def test_who_may_change_one_kind_of_page(self, client, address, right):
        client.force_login(staff_with(right))
        sent = {"content": "Words.", "image": picture()}
        assert client.post(address, sent).status_code == 200

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_only_by_post(self, desk, address, method):
        assert getattr(desk, method)(address).status_code == 405

    def test_only_with_the_token_of_the_form(self, author, address):
        client = Client(enforce_csrf_checks=True)
        client.force_login(author)
        response = client.post(address, {"content": "Words.", "image": picture()})
        assert response.status_code == 403
        assert is_one_plain_line(response)

    def test_answers_are_never_kept(self, desk, address):
        response = desk.post(address, {"content": "Words.", "image": picture()})
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]

    def test_what_is_larger_than_any_form_is_refused_in_a_line(
        self, desk, address, settings
    ):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        response = desk.post(address, {"content": "x" * 2000})
        assert response.status_code == 400
        assert is_one_plain_line(response)


@pytest.mark.parametrize("address", ["/markdownx/markdownify/", "/markdownx/upload/"])
def test_the_views_of_the_package_itself_are_not_reachable(desk, address):
    assert desk.post(address, {"content": "Words."}).status_code == 404


class TestPreview:
    def test_shows_what_publishing_would_store(self, desk):
        make_reference()
        make_term("Cytokine")
        make_article("other")
        body = "## Why\n\nA cytokine [@larkin-2015]. See [it](article:other)."
        html = make_article("hope", body).html
        page = previewed(desk, body)
        assert html in page

    def test_stores_nothing(self, desk):
        draft_article("hope")
        before = list(ArticleRevision.objects.values())
        previewed(desk, "Other words.")
        assert list(ArticleRevision.objects.values()) == before

    def test_names_the_problems_with_their_lines(self, desk):
        page = previewed(desk, "One.\n\nTwo [@nobody].\n\n##### Deep")
        shown = items(page)
        assert shown["citations"].startswith("To mend:")
        assert "Line 3: No reference has the key “nobody”" in shown["citations"]
        assert shown["headings"].startswith("Look at:")
        assert "Line 5:" in shown["headings"]

    def test_lines_are_counted_alike_with_the_line_ends_of_a_form(self, desk):
        page = previewed(desk, "One.\r\n\r\nTwo [@nobody].")
        assert "Line 3:" in items(page)["citations"]

    def test_scripts_are_shown_and_not_run(self, desk):
        page = previewed(desk, "<script>alert(1)</script> [x](javascript:alert(1))")
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert 'href="javascript' not in page

    def test_a_problem_is_shown_as_text(self, desk):
        page = previewed(desk, "[@<img/src=x>]")
        assert "<img" not in page

    def test_an_empty_text_is_an_empty_page(self, desk):
        assert '<div class="prose"></div>' in previewed(desk, "")

    def test_without_a_text_it_says_so(self, desk):
        response = desk.post(PREVIEW)
        assert response.status_code == 400
        assert is_one_plain_line(response)

    def test_a_text_up_to_the_limit_is_shown(self, desk):
        words = "word " * (markdown.MAX_BODY // 5)
        assert "word" in previewed(desk, words)

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            ("é" * (markdown.MAX_BODY + 1), "100,001 characters"),
            ("[" * 5000, "square brackets"),
        ],
    )
    def test_what_would_take_long_is_refused_in_a_line(self, desk, content, why):
        response = desk.post(PREVIEW, {"content": content})
        assert response.status_code == 400
        assert why in response.content.decode()
        assert is_one_plain_line(response)

    def test_a_link_to_an_article_that_is_not_live_is_a_warning(self, desk):
        draft_article("later")
        shown = items(previewed(desk, "See [it](article:later)."))["links"]
        assert shown.startswith("Look at:")
        assert "Line 1:" in shown

    def test_unless_the_text_is_a_definition(self, desk):
        draft_article("later")
        shown = items(previewed(desk, "See [it](article:later).", "?term="))["links"]
        assert shown.startswith("To mend:")
        assert "Line 1:" in shown

    def test_a_definition_does_not_link_its_own_word(self, desk):
        make_term("Cytokine")
        own, other = 'href="#word-cytokine"', "A cytokine."
        assert own in previewed(desk, other)
        assert own in previewed(desk, other, "?term=t-cell")
        assert own not in previewed(desk, other, "?term=cytokine")

    def test_drafts_of_terms_are_not_linked_yet(self, desk):
        draft_term("Cytokine")
        assert "#word-cytokine" not in previewed(desk, "A cytokine.")

    @pytest.mark.parametrize("content", ["a\0b", "a\ufffdb", "a\u202eb", "a\x1bb"])
    def test_any_character_is_answered(self, desk, content):
        assert "<p>a" in previewed(desk, content)


class TestChecklist:
    def test_asks_for_the_fields_that_come_along(self, desk):
        shown = items(previewed(desk, "Words."))
        assert shown["title"].startswith("To mend: Title")
        assert shown["summary"].startswith("To mend: Summary")
        shown = items(previewed(desk, "Words.", title="Hope", summary="On hope."))
        assert shown["title"] == "OK: Title"
        assert shown["summary"] == "OK: Summary"
        assert shown["description"].startswith("Look at:")

    def test_says_how_many_and_shows_first_what_blocks(self, desk):
        page = previewed(desk, "Words.", title="Hope")
        assert "1 to mend, 2 to look at" in page
        assert list(items(page))[:3] == ["summary", "sources", "due"]

    def test_tells_the_grade_and_leads_to_the_hardest_sentence(self, desk):
        page = previewed(desk, "## A\n\nThis is a short line of plain words.")
        assert "hardest sentence: line 3" in items(page)["readability"]
        assert '<button type="button" class="to-line" value="3">' in page

    def test_a_new_page_about_the_site_needs_no_sources(self, desk):
        assert items(previewed(desk, "Words."))["sources"].startswith("Look at:")
        shown = items(previewed(desk, "Words.", kind="site page"))
        assert shown["sources"].startswith("OK:")

    def test_knows_the_page_and_what_is_live_of_it(self, desk):
        page = make_article("hope", "Old words.", kind="site page").page
        page.review_due_on = date(2030, 1, 1)
        page.save()
        shown = items(previewed(desk, "Something quite new.", f"?page={page.pk}"))
        assert shown["sources"].startswith("OK:")
        assert shown["due"].startswith("OK:")
        assert shown["note"].startswith("Look at:")
        query, note = f"?page={page.pk}", "New words."
        shown = items(previewed(desk, "Something new.", query, public_note=note))
        assert shown["note"].startswith("OK:")

    def test_the_note_of_a_saved_draft_counts_while_nothing_else_is_typed(self, desk):
        make_article("hope", "Old words.")
        draft = draft_article("hope", "All is new.", public_note="All is new.")
        query = f"?page={draft.page_id}"
        same = {"title": draft.title, "summary": draft.summary}
        shown = items(previewed(desk, draft.body, query, **same))
        assert shown["note"].startswith("OK:")
        shown = items(previewed(desk, "All is quite new.", query, **same))
        assert shown["note"].startswith("Look at:")

    def test_tells_nothing_of_a_page_to_who_may_not_change_it(self, client):
        page = make_article("hope", "Old words.").page
        client.force_login(staff_with("change_term"))
        shown = items(previewed(client, "New.", f"?page={page.pk}"))
        assert shown["note"].startswith("OK:")

    @pytest.mark.parametrize("page", ["", "0", "x", "-1", "9" * 30])
    def test_any_key_of_a_page_is_answered(self, desk, page):
        assert "data-check" in previewed(desk, "Words.", f"?page={page}")

    def test_of_a_term_asks_what_a_term_needs(self, desk):
        make_term("Other", forms=[("synonym", "cell")])
        shown = items(previewed(desk, "A cell.", "?term=", title="Cell"))
        assert "“cell” already belongs to “Other”." in shown["words"]
        assert "summary" not in shown
        words = word_rows(("plural", "x"), ("plural", " cell "))
        shown = items(previewed(desk, "A.", "?term=", title="A", **words))
        assert shown["words"].startswith("To mend:")

    def test_a_term_does_not_compete_with_itself(self, desk):
        term = make_term("Cell").page
        query = f"?term=cell&page={term.pk}"
        shown = items(previewed(desk, "It lives.", query, title="Cell"))
        assert shown["words"].startswith("OK:")


class TestUpload:
    def upload(self, client, content: bytes | None = None, name: str = "a.png"):
        return client.post(UPLOAD, {"image": picture(content, name)})

    def test_answers_the_markdown_of_the_picture(self, desk):
        response = self.upload(desk)
        code = response.json()["image_code"]
        assert code.startswith("![Describe this image](/media/")
        address = code.rpartition("(")[2].removesuffix(")")
        assert default_storage.exists(address.removeprefix("/media/"))

    def test_what_it_answers_can_be_seen_once_it_is_described(self, desk):
        code = self.upload(desk).json()["image_code"]
        assert "no description" in previewed(desk, code)
        described = code.replace("Describe this image", "A T cell")
        page = previewed(desk, described)
        assert items(page)["pictures"].startswith("OK:")
        address = code.rpartition("(")[2].removesuffix(")")
        assert f'src="{address}"' in page
        served = Client().get(address)
        assert served.status_code == 200
        assert served["Content-Type"] == "image/png"

    def test_the_same_picture_twice_is_two_files(self, desk):
        codes = {self.upload(desk).json()["image_code"] for _ in range(2)}
        assert len(codes) == 2

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"<html><script>alert(1)</script></html>", "evil.gif"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
            (image("GIF"), "a.gif"),
            (image()[:60], "a.png"),
            (b"", "a.png"),
        ],
        ids=["html", "svg", "gif", "broken off", "empty"],
    )
    def test_anything_but_a_picture_is_refused_and_not_kept(self, desk, content, name):
        before = default_storage.listdir("")[1]
        response = self.upload(desk, content, name)
        assert response.status_code == 400
        assert is_one_plain_line(response)
        assert default_storage.listdir("")[1] == before

    def test_pixels_that_break_off_are_refused(self, desk):
        out = io.BytesIO()
        Image.effect_noise((200, 200), 50).save(out, "JPEG")
        response = self.upload(desk, out.getvalue()[: out.tell() // 2], "a.jpg")
        assert response.status_code == 400
        assert is_one_plain_line(response)

    def test_too_many_bytes_are_refused(self, desk, monkeypatch):
        monkeypatch.setattr(pictures, "MAX_BYTES", 10)
        response = self.upload(desk)
        assert response.status_code == 400
        assert "5 MB" in response.json()["error"]

    @pytest.mark.parametrize("sent", [{}, {"image": "words"}])
    def test_no_file_at_all_is_told(self, desk, sent):
        response = desk.post(UPLOAD, sent)
        assert response.status_code == 400
        assert response.json() == {"error": "Choose a picture."}


class TestClaims:
    """The checklist leads to the claims of the page, for who may see them."""

    BODY = "It grew by 5%."

    def shown(self, client, page):
        query = f"?page={page.pk}" if page else ""
        answer = client.post(f"/admin/markdown/preview/{query}", {"content": self.BODY})
        return answer.content.decode()

    def test_without_a_source_are_counted_and_linked(self, client, author):
        client.force_login(author)
        page = draft_article("hope", self.BODY).page
        html = self.shown(client, page)
        assert "Numbers and comparisons are cited: 1 without a source" in html
        path = f"/admin/articles/article/{page.pk}/claims/?show=uncited"
        assert f'href="{path}"' in html

    def test_of_a_new_page_have_no_page_yet(self, client, author):
        client.force_login(author)
        html = self.shown(client, None)
        assert "1 without a source" in html
        assert "/claims/" not in html
