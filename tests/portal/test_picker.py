"""What the editor's picker finds: sources and terms that fit some words."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from references.noticing import add_notice
from references.picking import Query, parse_query
from tests.factories import (
    draft_term,
    make_reference,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, author):
    """A function that returns what an author is answered."""
    client.force_login(author)

    def ask(words: str, kind: str = "") -> dict:
        response = client.get("/admin/pick/", {"q": words, "kind": kind})
        assert response.status_code == 200
        return response.json()

    return ask


@pytest.fixture
def marks(ask):
    def marks(words: str, kind: str = "") -> list[str]:
        return [pick["mark"] for pick in ask(words, kind)["picks"]]

    return marks


@pytest.fixture
def garcia():
    return make_reference(
        "garcia-2020",
        title="Vaccination against naïve tumors",
        author=[{"family": "García", "given": "Á."}, {"family": "Wolchok"}],
        issued={"date-parts": [[2020]]},
        DOI="10.1056/nejmoa1504030",
        PMID="26027431",
    )


class TestASource:
    @pytest.mark.parametrize(
        "words",
        [
            *("garcia-2020", "GARCIA-20", "garcía", "garcia", "wolch", "vaccina"),
            *("against tumors", "naive", "gar tum", "2020 vacc", "examples"),
            *("10.1056/nejmoa1504030", "https://doi.org/10.1056/NEJMOA1504030"),
            *("26027431", "PMID: 26027431"),
        ],
    )
    def test_is_found_by_key_author_title_year_journal_and_identifier(
        self, marks, garcia, words
    ):
        make_reference("other-2015")
        found = marks(words, "reference")
        assert "garcia-2020" in found
        assert found == ["garcia-2020"] or words == "examples"

    def test_needs_all_words(self, marks, garcia):
        assert marks("garcia lung") == []

    def test_says_what_an_author_must_know(self, ask, garcia):
        add_notice(
            garcia, by=publisher(), kind="retraction", noticed_on=date(2024, 5, 1),
            source="https://example.org/", note="",
        )  # fmt: skip
        assert ask("garcia")["picks"] == [
            {
                "kind": "reference",
                "mark": "garcia-2020",
                "title": "Vaccination against naïve tumors",
                "detail": "García Á. et al. · Journal of Examples · 2020 · garcia-2020",
                "notice": "Retracted",
            }
        ]

    def test_a_correction_is_told_too(self, ask, garcia):
        add_notice(
            garcia, by=publisher(), kind="correction", noticed_on=date(2024, 5, 1),
            source="https://example.org/", note="",
        )  # fmt: skip
        assert ask("garcia")["picks"][0]["notice"] == "Correction of 2024-05-01"

    def test_comes_first_when_it_is_just_what_was_typed(self, marks):
        years = {"issued": {"date-parts": [[2024]]}}
        make_reference("hope", title="On vaccines")
        make_reference("new-hope", title="A new hope", **years)
        make_reference("x", title="Hope of many", PMID="2024")
        assert marks("hope") == ["hope", "x", "new-hope"]
        assert marks("2024") == ["x", "new-hope"]


class TestATerm:
    def test_is_found_by_any_of_its_forms_and_shown_with_what_it_means(self, ask):
        make_term(
            "Immune checkpoint inhibitor",
            "A medicine that lets T cells work.\n\nMore.",
            forms=[("synonym", "checkpoint blocker"), ("abbreviation", "ICI")],
        )
        for words in ("immune", "inhib", "blocker", "ici", "check immune"):
            assert ask(words)["picks"] == [
                {
                    "kind": "term",
                    "mark": "ICI" if words == "ici" else "Immune checkpoint inhibitor",
                    "title": "Immune checkpoint inhibitor",
                    "detail": "A medicine that lets T cells work.",
                    "notice": "",
                }
            ]

    def test_whatever_its_accents(self, marks):
        make_term("Naïve T cell")
        assert marks("naive") == ["Naïve T cell"]

    def test_is_not_found_by_its_definition(self, marks):
        make_term("Cytokine", "A protein that carries signals.")
        assert marks("protein") == []

    def test_that_is_not_public_can_not_be_linked_and_is_not_found(self, marks):
        draft_term("Cytokine")
        make_term("Cytology", live_from=timezone.now() + timezone.timedelta(days=1))
        assert marks("cyto") == []

    def test_by_its_newest_words_only_when_they_are_live(self, marks):
        make_term("Cytokine")
        draft_term("Messenger", slug="cytokine")
        assert marks("messenger") == []
        assert marks("cytokine") == ["Cytokine"]

    def test_comes_first_when_it_is_just_what_was_typed(self, marks):
        make_reference("tumor-2020")
        make_term("Tumor")
        make_term("Tumor marker")
        assert marks("tumor") == ["Tumor", "Tumor marker", "tumor-2020"]
        assert marks("tumo")[0] == "tumor-2020"


class TestTheAnswer:
    def test_is_of_the_kind_that_was_asked_for(self, marks):
        make_reference("tumor-2020")
        make_term("Tumor")
        assert marks("tumor", "reference") == ["tumor-2020"]
        assert marks("tumor", "term") == ["Tumor"]

    def test_is_bounded(self, marks):
        for number in range(12):
            make_reference(f"hope-{number}")
            make_term(f"Hope {number}")
        assert len(marks("hope", "reference")) == len(marks("hope", "term")) == 10
        assert len(marks("hope")) == 10

    @pytest.mark.parametrize(
        "words", ["", " ", "%", "_", "\0", "'\"*", "(", "AND", "😀"]
    )
    def test_of_words_that_are_none_is_empty(self, ask, garcia, words):
        assert ask(words)["picks"] == []

    def test_of_endless_words_is_given(self, ask, garcia):
        assert ask("garcia " * 1_000)["picks"]

    def test_takes_three_queries_and_those_for_the_login(self, client, author, garcia):
        make_term("García")
        client.force_login(author)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/admin/pick/?q=garcia").json()["picks"]) == 2
        about = [q["sql"] for q in queries if "auth_" not in q["sql"]]
        assert len([sql for sql in about if "django_session" not in sql]) == 3

    def test_names_the_place_in_the_source_apart(self, ask, garcia):
        answer = ask("garcia, p. 3")
        assert answer["locator"] == "p. 3"
        assert [pick["mark"] for pick in answer["picks"]] == ["garcia-2020"]

    def test_is_kept_nowhere(self, client, author):
        client.force_login(author)
        assert "no-store" in client.get("/admin/pick/?q=x")["Cache-Control"]


class TestWhoIsAnswered:
    def test_only_staff_who_may_write(self, client, garcia, reviewer):
        assert client.get("/admin/pick/?q=garcia").status_code == 403
        client.force_login(reviewer)
        refused = client.get("/admin/pick/?q=garcia")
        assert refused.status_code == 403
        assert "picks" not in refused.json()
        user = make_user("former", role="Editor")
        user.is_staff = False
        user.save()
        client.force_login(user)
        assert client.get("/admin/pick/?q=garcia").status_code == 403

    def test_only_get(self, client, author):
        client.force_login(author)
        assert client.post("/admin/pick/", {"q": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("larkin 2015", Query("larkin 2015")),
        ("larkin p. 3", Query("larkin", "p. 3")),
        ("larkin-2015, pp. 3–5", Query("larkin-2015", "pp. 3–5")),
        ("larkin Fig. 2", Query("larkin", "Fig. 2")),
        ("phase 3", Query("phase 3")),
        ("p. 3", Query("p. 3")),
        ("larkin p. 3]", Query("larkin p. 3]")),
    ],
)
def test_a_query_may_end_with_a_place_in_the_source(text, query):
    assert parse_query(text) == query
