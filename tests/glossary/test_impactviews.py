"""The admin's list of what a change gains and loses: what it shows, takes and refuses."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from glossary.impact import SHOWN
from glossary.models import NeverHere
from glossary.rejecting import reject_words
from glossary.wording import fold
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
ARTICLE = "articles.article"


def address(page, /, step="impact", *args, **query) -> str:
    name = f"admin:{page._meta.app_label}_{page._meta.model_name}_{step}"
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(name, args=[page.pk, *args]) + (f"?{asked}" if asked else "")


def sent(revision, text="T cell") -> str:
    return f"{revision.page._meta.label_lower}:{revision.page_id}:{fold(text)}"


def text_of(response) -> str:
    """The words of a page, tags apart."""
    shown = re.sub(r"<[^>]*>", "", response.content.decode())
    return " ".join(unescape(shown).split())


def words() -> set[tuple[str, int, str]]:
    return set(NeverHere.objects.values_list("kind", "page_id", "word"))


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def term():
    return draft_term("T cell", forms=[("plural", "T cells")]).page


class TestTheList:
    def test_shows_each_place_in_its_sentence(self, desk, term):
        make_article("one", "First.\n\nHere a T cell kills.")
        shown = text_of(desk.get(address(term)))
        assert "1 page gains a link, 0 lose one." in shown
        assert "Link “T cell” here Live, line 3 Here a T cell kills." in shown
        assert "<mark>T cell</mark>" in desk.get(address(term)).content.decode()

    def test_escapes_what_a_page_holds(self, desk, term):
        make_article("one", "`<b>` & a T cell <i>.", title="<b>Bold</b>")
        page = desk.get(address(term)).content.decode()
        assert "<b>" not in page and "<i>" not in page

    def test_of_lost_links(self, desk):
        term = make_term("T cell").page
        make_article("one", "A T cell.")
        shown = text_of(desk.get(address(term, withdraw=1, tab="lost")))
        assert "If “T cell” is withdrawn" in shown
        assert "Live, line 1 A T cell." in shown

    def test_of_lost_links_comes_first_where_none_is_gained(self, desk):
        term = make_term("T cell").page
        make_article("one", "A T cell.")
        assert "Live, line 1 A T cell." in text_of(desk.get(address(term, withdraw=1)))

    def test_of_lost_links_leaves_out_who_only_gains(self, desk):
        make_term("T cell")
        make_article("one", "A T cell line. A T cell.")
        make_article("two", "A lymphocyte.")
        draft = draft_term("T cell", forms=[("synonym", "lymphocyte")])
        assert "No other page loses a link." in text_of(
            desk.get(address(draft.page, tab="lost"))
        )

    def test_of_another_address(self, desk):
        term = make_term("T cell").page
        draft_article("one", "A [[t-lymph]].")
        shown = text_of(desk.get(address(term, slug="t-lymph")))
        assert "If “T cell” moves to “t-lymph”" in shown
        assert "“t-lymph” is marked as a link in the text." in shown

    def test_a_bad_address_is_told_at_its_field(self, desk):
        term = make_term("T cell").page
        shown = text_of(desk.get(address(term, slug="a%20b")))
        assert "Enter a valid “slug”" in shown

    def test_of_a_merge(self, desk):
        ours, theirs = make_term("T cell").page, make_term("T lymphocyte").page
        make_article("one", "A T lymphocyte.")
        shown = text_of(desk.get(address(ours, merge=theirs.pk)))
        assert "If “T lymphocyte” is merged into “T cell”" in shown
        assert "Words here lead to “T lymphocyte” now." in shown

    def test_tells_when_there_is_nothing(self, desk, term):
        shown = text_of(desk.get(address(term)))
        assert shown.count("No other page gains") == 2

    def test_is_cut_into_pages(self, desk, term):
        for number in range(SHOWN + 2):
            make_article(f"a-{number:02}", "A T cell.")
        first, second = desk.get(address(term)), desk.get(address(term, page=2))
        assert f"Up to {SHOWN + 2} pages gain a link" in text_of(first)
        assert "Page 1 of 2" in text_of(first)
        assert first.content.decode().count("impact-place") == SHOWN
        assert second.content.decode().count("impact-place") == 2

    def test_says_where_none_of_a_page_of_the_list_is_concerned(self, desk, term):
        for number in range(SHOWN + 1):
            make_article(f"a-{number:02}", "## T cell\n\nWords.")
        shown = text_of(desk.get(address(term)))
        assert f"None of the {SHOWN} pages on this page of the list gains" in shown

    @pytest.mark.parametrize(
        "query",
        [{"tab": "x"}, {"texts": "x"}, {"page": "x"}, {"page": 9}, {"revision": 9},
         {"revision": "x"}, {"merge": "x"}, {"merge": 99999}],
    )  # fmt: skip
    def test_what_is_not_there_is_not_found(self, desk, term, query):
        assert desk.get(address(term, **query)).status_code == 404

    def test_a_term_without_a_live_revision_can_not_be_merged(self, desk, term):
        other = make_term("Other").page
        assert desk.get(address(term, merge=other.pk)).status_code == 404

    def test_shows_only_kinds_of_pages_that_one_may_see(self, client, term):
        user = make_user("translator", role="Author")
        user.groups.clear()
        user.user_permissions.add(Permission.objects.get(codename="view_term"))
        draft_article("one", "A T cell.")
        make_term("Killer", "A T cell.")
        client.force_login(user)
        shown = text_of(client.get(address(term)))
        assert "Killer" in shown and "One" not in shown


class TestTheChoices:
    def test_without_its_tick_a_word_is_rejected(self, desk, term):
        one, two = draft_article("one", "A T cell."), draft_article("two", "T cells.")
        shown = [sent(one), sent(two, "T cells")]
        answer = desk.post(address(term), {"shown": shown, "link": shown[1:]})
        assert answer.status_code == 302
        assert words() == {(ARTICLE, one.page_id, "t cell")}
        page = desk.get(address(term)).content.decode()
        assert f'value="{shown[0]}"> Link' in page
        assert f'value="{shown[1]}" checked> Link' in page

    def test_with_its_tick_it_is_accepted_again(self, desk, term):
        one = draft_article("one", "A T cell.")
        reject_words([(ARTICLE, one.page_id, "t cell")], by=publisher())
        desk.post(address(term), {"shown": sent(one), "link": sent(one)})
        assert words() == set()

    def test_leads_back_to_the_same_page_of_the_list(self, desk, term):
        path = address(term, page=1, texts="draft")
        assert desk.post(path, {}).url == path

    def test_all_can_be_rejected_also_beyond_what_is_shown(self, desk, term):
        drafts = [draft_article(f"a-{n}", "Some T cells.") for n in range(SHOWN + 2)]
        live = make_article("live", "A T cell.")
        answer = desk.post(address(term, texts="draft"), {"never": "1"}, follow=True)
        pages = {pk for _, pk, _ in words()}
        assert pages == {draft.page_id for draft in drafts}
        assert live.page_id not in pages
        assert "rejected" in text_of(answer)
        assert f"Never here {len(words())}" in text_of(answer)

    def test_and_all_accepted_again(self, desk, term):
        one, two = draft_article("one", "A T cell."), draft_article("two", "T cells.")
        other = (ARTICLE, one.page_id, "another word")
        rows = [(ARTICLE, one.page_id, "t cell"), (ARTICLE, two.page_id, "t cells")]
        reject_words([other, *rows], by=publisher())
        listed = desk.get(address(term, tab="never")).content.decode()
        assert "Allow all 2 again" in listed and "another word" not in listed
        desk.post(
            address(term, tab="never"), {"accept": f"{ARTICLE}:{two.page_id}:t cells"}
        )
        assert words() == {other, rows[0]}
        desk.post(address(term, tab="never"), {"accept_all": "1"})
        assert words() == {other}

    @pytest.mark.parametrize(
        "forged",
        ["x", "a:b:c", f"{ARTICLE}:0:t cell", f"{ARTICLE}:999:t cell", "core.tag:1:x",
         f"{ARTICLE}::", f"{ARTICLE}:{'9' * 40}:t cell"],
    )  # fmt: skip
    def test_what_no_form_has_sent_is_refused_in_words(self, desk, term, forged):
        for name in ("shown", "accept"):
            answer = desk.post(address(term), {name: forged}, follow=True)
            assert answer.status_code == 200
            assert answer.context["messages"]
        assert words() == set()

    def test_an_author_decides_about_drafts_only(self, client, author, term):
        draft, live = (
            draft_article("one", "A T cell."),
            make_article("two", "A T cell."),
        )
        client.force_login(author)
        page = client.get(address(term)).content.decode()
        assert sent(draft) in page and sent(live) not in page
        assert "Only who may publish this page can reject it." in page
        assert "Never in any" not in page
        assert client.post(address(term), {"shown": sent(live)}).status_code == 403
        client.post(address(term), {"shown": sent(draft)})
        assert words() == {(ARTICLE, draft.page_id, "t cell")}

    def test_a_reviewer_only_looks(self, client, reviewer, term):
        draft = draft_article("one", "A T cell.")
        client.force_login(reviewer)
        assert client.get(address(term)).status_code == 200
        assert client.post(address(term), {"shown": sent(draft)}).status_code == 403


class TestBesideTheSteps:
    def test_publishing_tells_how_many_pages_it_concerns(self, desk, term):
        make_article("one", "A T cell.")
        page = desk.get(address(term, "publish", 1))
        assert "1 page gains a link, 0 lose one. See every place" in text_of(page)
        assert address(term, revision=1) in page.content.decode()

    def test_withdrawing_too(self, desk):
        term = make_term("T cell").page
        make_article("one", "A T cell.")
        page = desk.get(address(term, "withdraw"))
        assert "0 pages gain a link, 1 loses one." in text_of(page)
        assert address(term, withdraw=1) in page.content.decode()

    def test_and_merging(self, desk):
        ours, theirs = make_term("T cell").page, make_term("T lymphocyte").page
        make_article("one", "A T lymphocyte.")
        page = desk.get(address(ours, "merge", other=theirs.pk))
        assert "1 page gains a link, 0 lose one." in text_of(page)
        assert address(ours, merge=theirs.pk) in page.content.decode()
        assert "gain" not in text_of(desk.get(address(ours, "merge", other=ours.pk)))

    def test_articles_have_no_such_line(self, desk):
        draft = draft_article("one")
        assert "See every place" not in text_of(
            desk.get(address(draft.page, "publish", 1))
        )


class TestTheEditorOfAPage:
    @pytest.mark.parametrize("make", [draft_article, draft_term])
    def test_lists_its_words_and_takes_more(self, desk, make):
        page = make("one").page
        desk.post(address(page, "never"), {"reject": " T  Cell "})
        (row,) = NeverHere.objects.all()
        assert row.word == "t cell"
        shown = text_of(desk.get(address(page, "change")))
        assert "Words never linked here 1 “t cell” editor" in shown
        desk.post(address(page, "never"), {"accept": "t cell"})
        assert not NeverHere.objects.exists()

    def test_says_what_is_no_word(self, desk):
        page = draft_article("one").page
        answer = desk.post(address(page, "never"), {"reject": "!"}, follow=True)
        assert "That is no word." in text_of(answer)

    def test_shows_no_buttons_to_who_may_not(self, client, author):
        live = make_article("one")
        reject_words([(ARTICLE, live.page_id, "t cell")], by=publisher())
        client.force_login(author)
        page = client.get(address(live.page, "change"))
        assert "“t cell”" in text_of(page)
        assert "Allow again" not in text_of(page)
        assert (
            client.post(address(live.page, "never"), {"accept": "t cell"}).status_code
            == 403
        )

    def test_leads_from_a_term_to_its_impact(self, desk, term):
        page = desk.get(address(term, "change")).content.decode()
        assert f'href="{address(term)}"' in page
