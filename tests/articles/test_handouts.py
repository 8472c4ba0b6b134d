"""The handout for a visit: of one article, or of several that a reader chose."""

from __future__ import annotations

import pytest

from articles.handouts import MOST, chosen, handout
from articles.publishing import rename, withdraw
from articles.reading import live_articles
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
BODY = """\
::: key-points
- A cytokine is a signal [@larkin-2015].
:::

## Its text

Something long.

::: questions
- What about [that](https://example.org)?
:::
"""


@pytest.fixture
def article(db):
    make_reference("larkin-2015")
    make_term("Cytokine", "A signal between cells.")
    return make_article("signals", BODY, title="Signals", summary="On signals.")


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestHandout:
    def test_holds_the_heart_of_the_article(self, article):
        made = handout(live_articles().get(pk=article.pk))
        assert "A cytokine is a signal" in made.key_points[0]
        assert made.questions[0].strip() == "<ul>\n<li>What about that?</li>\n</ul>"
        assert [word.title for word in made.words] == ["Cytokine"]
        assert [number for number, *_ in made.references] == [1]

    def test_may_lack_all_of_it(self):
        plain = make_article("plain", "Some words.")
        made = handout(live_articles().get(pk=plain.pk))
        assert not (made.key_points or made.questions or made.words or made.references)


class TestChosen:
    def test_keeps_the_readers_order_and_drops_repeats(self):
        for slug in ("one", "two", "three"):
            make_article(slug)
        found = chosen(["three", "one", "three"])
        assert [revision.page.slug for revision in found] == ["three", "one"]

    def test_leaves_out_what_is_not_live(self):
        draft_article("secret")
        gone = make_article("gone")
        withdraw(gone.page, by=publisher(), reason="Old.")
        make_article("privacy", kind="site page")
        assert chosen(["secret", "gone", "privacy", "never"]) == []

    def test_has_a_limit(self):
        slugs = [f"a{number}" for number in range(MOST + 2)]
        for slug in slugs:
            make_article(slug)
        assert len(chosen(slugs)) == MOST


class TestArticleHandout:
    def test_shows_points_words_questions_references_dates(self, client, article):
        html = text_of(client, "/articles/signals/handout/")
        for words in (
            "Signals",
            "On signals.",
            "A cytokine is a signal",
            "A signal between cells.",
            "What about that?",
            "Journal of Examples",
            "Published",
            "http://testserver/articles/signals/",
            "My notes",
        ):
            assert words in html
        assert "Something long." not in html

    def test_is_not_for_search_engines(self, client, article):
        html = text_of(client, "/articles/signals/handout/")
        assert '<meta name="robots" content="noindex">' in html

    def test_follows_a_renamed_article(self, client, article):
        rename(article.page, "messages", by=publisher())
        response = client.get("/articles/signals/handout/")
        assert response.status_code == 301

    @pytest.mark.parametrize("slug", ["secret", "never"])
    def test_is_not_found_for_what_is_not_live(self, client, slug):
        draft_article("secret")
        assert client.get(f"/articles/{slug}/handout/").status_code == 404


class TestVisitHandout:
    def test_joins_articles_with_no_id_twice(self, client, article):
        make_article("other", BODY)
        html = text_of(client, "/handout/?article=signals&article=other")
        ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
        assert len(ids) == len(set(ids))
        assert html.count("Questions to ask") == 2

    def test_without_a_choice_offers_all_live_articles(self, client, article):
        draft_article("secret")
        html = text_of(client, "/handout/")
        assert 'name="article" value="signals"' in html
        assert "secret" not in html

    def test_says_when_the_chosen_ones_are_gone(self, client, article):
        html = text_of(client, "/handout/?article=never&article=%00")
        assert "not there anymore" in html

    def test_says_when_there_is_nothing(self, client):
        assert "No article has been published yet." in text_of(client, "/handout/")
