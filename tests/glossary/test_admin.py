"""The desk of terms: what each role sees, types and is told."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from glossary.models import Form as StoredForm
from glossary.models import Term, TermRevision
from glossary.wording import Form
from immunosite.core.audit import AuditEntry
from immunosite.core.intervals import State
from tests.factories import (
    approved,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    word_rows,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/glossary/term/"
ADD = f"{LIST}add/"
DAY = timedelta(days=1)
NEW = {
    "title": "T cell",
    "slug": "t-cell",
    "body": "A white blood cell.\r\n\r\nMore.",
    **word_rows(
        ("plural", "T cells"),
        ("plural", "T-cells"),
        ("synonym", "T lymphocyte"),
        ("abbreviation", "TC"),
    ),
    "is_automatic": "on",
    "note": "First words.",
}
SAVE, PREVIEW = ({name: "Button"} for name in ("_continue", "_preview"))
OGG = b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x01vorbis"
GONE = {"withdrawn_as": "gone", "reason": "Out of date."}


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


def page_for(term: Term, deed: str = "change", *args: int) -> str:
    return reverse(f"admin:glossary_term_{deed}", args=[term.pk, *args])


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
        if field.name == "words":
            sent |= word_rows(*(value or ()))
        elif field.name == "translations":
            for number, row in enumerate(value or ()):
                sent[f"translations-{number}-code"] = row.code
                sent[f"translations-{number}-text"] = row.word
        elif isinstance(value, list):
            sent[field.html_name] = [str(getattr(one, "pk", one)) for one in value]
        elif value is True:
            sent[field.html_name] = "on"
        elif value not in (None, False, ()):
            sent[field.html_name] = str(value).replace("\n", "\r\n")
    return sent


def send(client, term: Term, button: dict[str, str] = SAVE, **changes):
    address = page_for(term)
    return client.post(
        address, {**filled_in(client, address), **changes, **button}, follow=True
    )


def forms_of(revision: TermRevision) -> list[tuple[str, str]]:
    return list(revision.forms.values_list("kind", "text"))


class TestAdding:
    def test_saves_a_draft_with_all_its_words(self, authors_desk, author):
        tag = make_tag("Cells")
        response = authors_desk.post(ADD, {**NEW, "tags": [tag.pk], **SAVE})
        assert response.status_code == 302
        revision = TermRevision.objects.get()
        assert (revision.title, revision.body) == (
            "T cell", "A white blood cell.\n\nMore.",
        )  # fmt: skip
        assert forms_of(revision) == [
            ("headword", "T cell"), ("plural", "T cells"), ("plural", "T-cells"),
            ("synonym", "T lymphocyte"), ("abbreviation", "TC"),
        ]  # fmt: skip
        assert revision.is_automatic
        assert revision.state_at() is State.DRAFT
        assert (revision.created_by, revision.note) == (author, "First words.")
        assert list(revision.tags.all()) == [tag]

    def test_may_begin_with_nothing_but_an_address(self, authors_desk):
        assert authors_desk.post(ADD, {"slug": "x", **SAVE}).status_code == 302
        revision = Term.objects.get().newest()
        assert forms_of(revision) == []
        assert not revision.is_automatic

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("slug", "", "required"),
            ("slug", "no slug", "slug"),
            ("slug", "taken", "already exists"),
            ("title", "x" * 201, "at most 200"),
            ("body", "x" * 100_001, "at most 100000"),
            ("respelling", "x" * 201, "at most 200"),
            ("professional", "x" * 100_001, "at most 100000"),
        ],
    )
    def test_bad_input_is_named_at_its_field_and_nothing_is_lost(
        self, authors_desk, field, typed, words
    ):
        draft_term("Taken")
        response = authors_desk.post(ADD, {**NEW, field: typed, **SAVE})
        assert list(errors_of(response)) == [field]
        assert words in errors_of(response)[field][0]
        typed_before = {**NEW, field: typed}
        for name in ("title", "body", "note"):
            assert form_of(response)[name].value() == typed_before[name]
        assert word_rows(*form_of(response)["words"].value()).items() <= NEW.items()
        assert list(Term.objects.values_list("slug", flat=True)) == ["taken"]

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            (("plural", "T-cells"), "“T-cells” is written more than once"),
            (("synonym", "x" * 201), "longer than 200"),
            (("synonym", "a\0b"), "can't be stored"),
            (("verb", "celling"), "Say what kind of word “celling” is."),
        ],
    )
    def test_a_bad_word_is_named_at_the_words(self, authors_desk, row, told):
        rows = word_rows(*[("plural", "T-cells")], row)
        response = authors_desk.post(ADD, {**NEW, **rows, **SAVE})
        assert list(errors_of(response)) == ["words"]
        assert told in errors_of(response)["words"][0]
        assert not Term.objects.exists()

    def test_is_not_for_who_may_only_look(self, client):
        user = make_user("guest")
        user.is_superuser = False
        user.save()
        client.force_login(user)
        assert client.post(ADD, NEW).status_code == 403
        assert client.get(LIST).status_code == 403
        assert not Term.objects.exists()


class TestChanging:
    FORMS = [("plural", "T cells"), ("plural", "T-cells"), ("abbreviation", "TC")]

    def test_appends_a_draft_and_leaves_what_is_live(self, authors_desk):
        live = make_term("T cell", "Old.", forms=self.FORMS)
        response = send(
            authors_desk,
            live.page,
            body="New.",
            **{"words-5-text": "T lymphocyte", "words-5-kind": "synonym"},
        )
        assert response.status_code == 200
        newest = live.page.newest()
        assert (newest.number, newest.body) == (2, "New.")
        assert forms_of(newest) == [
            ("headword", "T cell"), ("plural", "T cells"), ("plural", "T-cells"),
            ("abbreviation", "TC"), ("synonym", "T lymphocyte"),
        ]  # fmt: skip
        assert live.page.live_revision() == live

    def test_the_form_left_as_it_is_makes_no_revision(self, authors_desk):
        term = draft_term("T cell", "One.\n\nTwo.", forms=self.FORMS).page
        send(authors_desk, term)
        assert term.newest().number == 1

    def test_a_term_can_be_set_to_link_only_explicitly(self, authors_desk):
        term = draft_term("Trial").page
        address = page_for(term)
        sent = filled_in(authors_desk, address)
        del sent["is_automatic"]
        authors_desk.post(address, {**sent, **SAVE})
        assert not term.newest().is_automatic

    def test_tells_the_problems_of_the_definition(self, authors_desk):
        term = draft_term("T cell", "One [@nobody].").page
        assert authors_desk.get(LIST).context["cl"].result_list[0] == term
        assert "1 error" in text_of(authors_desk.get(LIST))

    def test_the_address_of_a_draft_can_change(self, authors_desk, author):
        term = draft_term("T cell").page
        send(authors_desk, term, slug="other")
        assert Term.objects.get().slug == "other"
        assert AuditEntry.objects.get(action="rename").by == author

    def test_that_of_a_public_one_takes_an_editor(self, desk, authors_desk):
        term = make_term("T cell").page
        response = send(authors_desk, term, slug="other", body="Typed.")
        assert "glossary.publish_term" in text_of(response)
        assert form_of(response)["body"].value() == "Typed."
        assert Term.objects.get().slug == "t-cell"


class TestTwoPeopleEditing:
    def test_the_second_is_refused_once_and_loses_nothing(self, desk):
        term = draft_term("T cell", "Before.").page
        address = page_for(term)
        sent = filled_in(desk, address)
        draft_term("T cell", "Theirs.", forms=[("synonym", "their word")])
        rows = word_rows(("plural", "your words"))
        yours = {**sent, "body": "Yours.", **rows, **SAVE}
        response = desk.post(address, yours)
        words = text_of(response)
        assert "publisher saved revision 2" in words
        assert "their word" in words
        assert form_of(response)["words"].value() == (Form("your words", "plural"),)
        assert term.newest().body == "Theirs."
        again = {**yours, "based_on": form_of(response)["based_on"].value()}
        assert desk.post(address, again).status_code == 302
        newest = term.newest()
        assert (newest.number, newest.body) == (3, "Yours.")
        assert forms_of(newest) == [("headword", "T cell"), ("plural", "your words")]


class TestPublishing:
    """The page that publishes. The way there is in tests/articles/test_desk.py."""

    def publish(self, client, term, **given):
        reason = {"forced_reason": "Made for a test."}
        address = page_for(term, "publish", term.newest().number)
        return client.post(address, reason | given, follow=True)

    def test_links_the_term_wherever_its_words_stand(self, desk, client):
        make_article("page", "All about T cells.")
        term = draft_term("T cell", forms=[("plural", "T cells")]).page
        response = self.publish(desk, term)
        assert "“T cell” is live." in text_of(response)
        client.logout()
        page = client.get("/articles/page/").content.decode()
        assert 'href="#word-t-cell"' in page
        assert "What T cell means." in page

    def test_words_of_another_are_told_and_the_draft_is_kept(self, desk):
        make_term("Lymphocyte", forms=[("synonym", "T cell")])
        term = draft_term("T cell").page
        words = text_of(self.publish(desk, term))
        assert "“T cell” already belongs to “Lymphocyte”." in words
        assert term.newest().title == "T cell"
        assert term.live_revision() is None

    def test_problems_are_told_with_their_lines(self, desk):
        term = draft_term("T cell", "One.\n\nTwo [[nothing]].").page
        assert "Line 3: The glossary has no live term “nothing”." in text_of(
            self.publish(desk, term)
        )

    def test_can_be_scheduled(self, desk):
        term = draft_term("T cell").page
        start = timezone.now() + DAY
        self.publish(
            desk, term,
            live_from_0=start.strftime("%Y-%m-%d"),
            live_from_1=start.strftime("%H:%M:%S"),
        )  # fmt: skip
        assert term.newest().state_at() is State.SCHEDULED

    def test_is_no_button_for_an_author_and_no_way_either(self, authors_desk):
        term = approved(draft_term("T cell")).page
        address = page_for(term, "publish", 1)
        assert address not in authors_desk.get(page_for(term)).content.decode()
        assert self.publish(authors_desk, term).status_code == 403
        assert term.live_revision() is None


class TestPreviewing:
    def test_shows_the_public_page_with_the_draft_and_leaves_no_trace(
        self, authors_desk
    ):
        make_term("T cell", "Live words.")
        draft = draft_term("T cell", "Draft words on a T cell.")
        before = list(TermRevision.objects.order_by("pk").values())
        page = text_of(authors_desk.get(page_for(draft.page, "preview", 2)))
        assert "Draft words" in page
        assert "Live words" not in page
        assert list(TermRevision.objects.order_by("pk").values()) == before

    def test_the_button_saves_and_leads_there(self, authors_desk):
        term = draft_term("T cell").page
        response = send(authors_desk, term, PREVIEW, body="Other words.")
        assert response.redirect_chain[-1][0] == page_for(term, "preview", 2)
        assert "Other words." in text_of(response)


class TestRicherDefinitions:
    def test_are_typed_saved_and_shown_again(self, authors_desk):
        cell = draft_term("Cell").page
        rows = word_rows(
            Form("", "headword", "exact"), Form("TC", "abbreviation", "any")
        )
        song = SimpleUploadedFile("x.ogg", OGG, "text/html")
        term = draft_term("T cell").page
        response = send(
            authors_desk,
            term,
            professional="Exact words.",
            respelling="TEE-sell",
            broader=[str(cell.pk)],
            **{"translations-0-code": "es", "translations-0-text": "célula T"},
            **{"audio-new": song},
            **rows,
        )
        assert response.status_code == 200
        newest = term.newest()
        assert newest.professional == "Exact words."
        assert newest.translations == {"es": "célula T"}
        assert newest.audio.endswith(".ogg")
        assert [row.term for row in newest.relations.all()] == [cell]
        assert newest.forms.get(kind="headword").case == "exact"
        send(authors_desk, term)
        assert term.newest() == newest

    def test_are_compared(self, authors_desk):
        term = draft_term("T cell", forms=[("plural", "Ts")], ipa="a").page
        draft_term("T cell", forms=[Form("Ts", "plural", "exact")], ipa="b",
                   professional="Exact [@x].")  # fmt: skip
        words = text_of(authors_desk.get(page_for(term, "compare")))
        assert "Words plural: Ts (just as it is written)" in words
        assert "Phonetic spelling (IPA)" in words
        assert "For professionals" in words
        assert words.count("Exact") == 2  # the field, and as readers see it

    def test_are_in_the_live_preview_and_its_checklist(self, authors_desk):
        make_term("Other", forms=[("synonym", "TC")])
        term = make_term("T cell").page
        low = make_term("Low", relations=[("broader", term)]).page
        response = authors_desk.post(
            f"/admin/markdown/preview/?term=t-cell&page={term.pk}",
            {"content": "Plain.", "professional": "Exact [@no].", "title": "T cell",
             "broader": [low.pk], **word_rows(("abbreviation", "TC"))},
        )  # fmt: skip
        words = text_of(response)
        assert "Plain. For professionals Exact [ ?no ]" in words
        assert "“TC” already belongs to “Other”." in words
        assert "“Low” can't be broader" in words
        assert "For professionals, line 1: No reference has the key “no”." in words

    @pytest.mark.parametrize(("professional", "count"), [("Exact.", 0), ("New.", 1)])
    def test_that_change_alone_want_a_note_of_their_own(
        self, authors_desk, professional, count
    ):
        make_term("T cell", "Plain.", professional="Old.")
        draft = draft_term("T cell", "Plain.", professional="Exact.", public_note="So.")
        response = authors_desk.post(
            f"/admin/markdown/preview/?term=t-cell&page={draft.page_id}",
            {"content": "Plain.", "professional": professional, "title": "T cell"},
        )
        told = text_of(response).count("Without it the date “Updated” stays as it is.")
        assert told == count


class TestHistory:
    def test_lists_the_revisions_and_restores_one_with_its_words(self, authors_desk):
        old = make_term("T cell", "Old.", forms=[("plural", "T cells")], note="One.")
        draft_term("T cell", "New.", note="Two.")
        words = text_of(authors_desk.get(page_for(old.page, "history")))
        assert words.index("Two.") < words.index("One.")
        assert "Draft" in words
        assert "Live" in words
        authors_desk.post(page_for(old.page, "restore", 1), {"based_on": "2"})
        newest = old.page.newest()
        assert (newest.number, newest.body) == (3, "Old.")
        assert forms_of(newest) == [("headword", "T cell"), ("plural", "T cells")]


class TestWithdrawing:
    def test_takes_a_reason_and_the_links_away(self, desk, editor):
        term = make_term("T cell").page
        make_article("page", "A T cell.")
        address = page_for(term, "withdraw")
        assert "required" in text_of(desk.post(address, {**GONE, "reason": " "}))
        response = desk.post(address, GONE, follow=True)
        assert "“T cell” is withdrawn from the site." in text_of(response)
        assert AuditEntry.objects.get(action="withdraw").by == editor
        assert "#word-t-cell" not in desk.get("/articles/page/").content.decode()
        assert desk.get("/glossary/t-cell/").status_code == 410

    def test_is_not_for_authors(self, authors_desk):
        term = make_term("T cell").page
        response = authors_desk.post(page_for(term, "withdraw"), GONE)
        assert response.status_code == 403
        assert term.live_revision()


class TestDeleting:
    def test_is_for_editors_and_what_was_never_public(self, desk):
        draft, live = draft_term("Draft").page, make_term("Live").page
        assert desk.post(page_for(draft, "delete"), {"post": "yes"}).status_code == 302
        assert desk.post(page_for(live, "delete"), {"post": "yes"}).status_code == 403
        assert list(Term.objects.all()) == [live]

    def test_is_not_for_authors(self, authors_desk):
        term = draft_term("Draft").page
        response = authors_desk.post(page_for(term, "delete"), {"post": "yes"})
        assert response.status_code == 403
        assert Term.objects.exists()


class TestList:
    def rows(self, response) -> list[str]:
        return [term.slug for term in response.context["cl"].result_list]

    @pytest.mark.parametrize(
        ("words", "found"),
        [("T cell", ["t-cell"]), ("lymphocyte", ["t-cell"]), ("TC", ["t-cell"]),
         ("gene", ["gene"]), ("zebra", [])],
    )  # fmt: skip
    def test_is_searched_by_every_word_of_a_term(self, desk, words, found):
        forms = [("synonym", "T lymphocyte"), ("abbreviation", "TC")]
        draft_term("T cell", forms=forms)
        draft_term("Gene")
        assert self.rows(desk.get(LIST, {"q": words})) == found

    def test_its_queries_are_few_and_do_not_grow(self, desk):
        def fill(numbers):
            for number in numbers:
                make_term(f"Term {number}", "Words [@larkin-2015].")
                draft_term(f"Term {number}", "Draft.")

        make_reference("larkin-2015")
        fill(range(2))
        desk.get(LIST)  # what is asked only once
        with CaptureQueriesContext(connection) as few:
            desk.get(LIST)
        fill(range(2, 8))
        with CaptureQueriesContext(connection) as many:
            assert len(self.rows(desk.get(LIST))) == 8
        assert len(many) == len(few) <= 12


class TestChoosingOthers:
    """What is offered where a term leads to others."""

    FIELD = {"app_label": "glossary", "model_name": "relation", "field_name": "term"}

    def offered(self, client, words: str) -> list[str]:
        answer = client.get("/admin/autocomplete/", {**self.FIELD, "term": words})
        return [row["text"] for row in answer.json()["results"]]

    def test_begins_with_headwords_that_begin_so(self, desk):
        draft_term("Antigen", forms=[("synonym", "cell mark")])
        make_term("B cell")
        make_term("Cell line", slug="zz")
        draft_term("cell", slug="zzz", forms=[("plural", "cells")])
        make_term("CELL wall", slug="a-wall")
        assert self.offered(desk, "cell") == [
            "cell", "Cell line", "CELL wall", "Antigen", "B cell",
        ]  # fmt: skip

    def test_goes_by_the_newest_headword(self, desk):
        make_term("Cell", slug="a")
        draft_term("Old cell", slug="a")
        make_term("Cellist", slug="b")
        assert self.offered(desk, "Cell") == ["Cellist", "Old cell"]

    def test_minds_no_case_beyond_ascii_and_names_a_term_once(self, desk):
        make_term("Über cell", slug="a", forms=[("synonym", "übermut")])
        make_term("Ahead of über", slug="0")
        assert self.offered(desk, "Über")[0] == "Über cell"

    def test_has_terms_without_a_headword_last(self, desk):
        draft_term("Cell", slug="a-cell")
        draft_term("x", slug="cell-0")
        StoredForm.objects.filter(text="x").delete()
        assert self.offered(desk, "cell") == ["Cell", "x"]

    def test_keeps_the_order_of_the_list(self, desk):
        make_term("B cell")
        make_term("Cell", slug="zz")
        rows = desk.get(LIST, {"q": "cell"}).context["cl"].result_list
        assert [term.slug for term in rows] == ["b-cell", "zz"]


@pytest.mark.parametrize("role", ["author", "editor", "administrator"])
def test_everybody_on_the_staff_reaches_the_pages_of_terms(client, request, role):
    client.force_login(request.getfixturevalue(role))
    term = make_term("T cell").page
    for address in (LIST, ADD, page_for(term), page_for(term, "history")):
        assert client.get(address).status_code == 200


def test_an_administrator_adds_publishes_and_withdraws(client, administrator):
    client.force_login(administrator)
    client.post(ADD, {**NEW, **SAVE})
    term = Term.objects.get()
    client.post(page_for(term, "publish", 1), {"forced_reason": "Nobody else is here."})
    assert term.live_revision()
    client.post(page_for(term, "withdraw"), GONE)
    assert term.live_revision() is None


def test_a_stranger_is_asked_to_log_in(client):
    response = client.post(ADD, NEW)
    assert response.status_code == 302
    assert "login" in response.url
    assert not Term.objects.exists()
