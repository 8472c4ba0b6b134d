"""Two terms become one, and every link still leads somewhere."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from articles.relinking import rerender_stale
from glossary.merging import merge_terms, plan_terms
from glossary.models import Term
from glossary.publishing import withdraw
from immunosite.core.audit import AuditEntry
from immunosite.core.tagging import Tag
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """The survivor and the other."""
    ours = make_term(
        "T cell", "A white blood cell.", forms=[("plural", "T cells")],
        tags=[make_tag("Basics")],
    )  # fmt: skip
    theirs = make_term(
        "T lymphocyte", "The same.",
        forms=[("plural", "T lymphocytes"), ("abbreviation", "TL")],
        tags=[make_tag("Blood")],
    )  # fmt: skip
    return ours.page, theirs.page


def merge(two, by=None, reason="They are the same."):
    merge_terms(*two, by=by or publisher(), reason=reason)


def test_the_survivor_has_the_words_of_both(two):
    merge(two)
    live = two[0].live_revision()
    assert live.number == 2
    assert live.body == "A white blood cell."
    assert list(live.forms.values_list("kind", "text")) == [
        ("headword", "T cell"),
        ("plural", "T cells"),
        ("synonym", "T lymphocyte"),
        ("plural", "T lymphocytes"),
        ("abbreviation", "TL"),
    ]
    assert {tag.name for tag in live.tags.all()} == {"Basics", "Blood"}


def test_what_would_match_the_same_words_is_there_once():
    ours = make_term("Checkpoint inhibitor", forms=[("synonym", "ICI")]).page
    theirs = make_term("Checkpoint-blocker").page
    draft_term("Checkpoint-blocker", forms=[("synonym", "ici drug")])
    merge((ours, theirs))
    texts = ours.live_revision().forms.values_list("text", flat=True)
    assert list(texts) == ["Checkpoint inhibitor", "ICI", "Checkpoint-blocker"]


def test_is_marked_as_published_without_an_approval(two):
    merge(two)
    live = two[0].live_revision()
    assert live.forced_reason == "Merged with “T lymphocyte”: They are the same."
    assert live.public_note == ""


def test_the_other_redirects(two, client):
    merge(two)
    response = client.get("/glossary/t-lymphocyte/")
    assert (response.status_code, response["Location"]) == (301, "/glossary/t-cell/")


def test_so_do_the_former_addresses_of_the_other(two, client):
    third = make_term("Thymocyte").page
    merge((two[1], third))
    two[1].refresh_from_db()
    merge(two)
    for slug in ("thymocyte", "t-lymphocyte"):
        assert client.get(f"/glossary/{slug}/")["Location"] == "/glossary/t-cell/"


def test_links_of_all_pages_lead_to_the_survivor(two, client):
    make_article("one", "A T lymphocyte.")
    make_article("both", "A T cell, a T lymphocyte.")
    make_article("marked", "A [[t-lymphocyte|word]] and [[TL]].")
    make_term("Blood", "It holds a T lymphocyte.")
    merge(two)
    assert rerender_stale() == 0
    paths = ("/articles/one/", "/articles/both/", "/articles/marked/")
    for path in (*paths, "/glossary/blood/"):
        page = client.get(path).content.decode()
        targets = re.findall(r'class="term"[^>]*href="#([^"]+)"', page)
        assert targets
        assert all(f'id="{target}"' in page for target in targets)
        assert "/glossary/t-cell/" in page
        assert "/glossary/t-lymphocyte/" not in page


def test_a_stored_page_links_it_also_before_it_is_compiled_again(
    two, client, monkeypatch
):
    monkeypatch.setattr("articles.relinking.AT_ONCE", 0)
    make_article("one", "A T lymphocyte.")
    merge(two)
    page = client.get("/articles/one/").content.decode()
    assert 'href="#word-t-lymphocyte"' in page
    assert 'id="word-t-lymphocyte"' in page
    assert "A white blood cell." in page


def test_marks_in_drafts_still_find_a_term(two):
    merge(two)
    body = "[[T lymphocyte]] and [[t-lymphocyte|it]]"
    assert not draft_article("hope", body).problems


def test_is_written_into_the_audit_of_both(two, editor):
    merge(two, by=editor)
    entries = AuditEntry.objects.filter(by=editor)
    assert set(entries.values_list("action", "subject_id")) == {
        ("withdraw", two[1].pk),
        ("merge term", two[0].pk),
        ("save draft", two[0].pk),
        ("publish", two[0].pk),
    }


def test_takes_the_right_to_publish(two, author):
    with pytest.raises(PermissionDenied, match="glossary.publish_term"):
        merge(two, by=author)


def test_refuses_a_term_and_itself(two):
    with pytest.raises(ValidationError, match="the same term"):
        merge((two[0], two[0]))


def test_refuses_what_is_not_live(two):
    withdraw(two[1], by=publisher(), reason="Old.")
    for pair in (two, two[::-1]):
        with pytest.raises(ValidationError, match="“T lymphocyte” is not live"):
            merge(pair)


def test_refuses_to_go_over_a_newer_draft_of_the_survivor(two):
    draft_term("T cell", "Newer.")
    with pytest.raises(ValidationError, match="newer revision that is not live"):
        merge(two)
    assert two[1].live_revision()


def test_nothing_changes_when_the_end_fails(two, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("glossary.merging.publishing.publish", fail)
    with pytest.raises(RuntimeError):
        merge(two)
    assert two[1].live_revision()
    assert Term.objects.get(pk=two[1].pk).withdrawn_as == ""
    assert two[0].newest().number == 1


def test_the_plan_says_what_will_change(two):
    make_article("hope", "A T lymphocyte.")
    make_term("T lymphocyte", "The same.", forms=[("plural", "T lymphocytes"),
              ("abbreviation", "TL")], tags=[Tag.objects.get(name="Blood")],
              relations=[("broader", make_term("Cell").page)])  # fmt: skip
    plan = plan_terms(*two)
    assert dict(plan.gains) == {
        "Words": (
            "T lymphocyte (synonym)",
            "T lymphocytes (plural)",
            "TL (abbreviation)",
        ),
        "Topics": ("Blood",),
        "Related terms": ("Cell",),
        "Redirects from": ("/glossary/t-lymphocyte/",),
    }
    assert plan.pages == (("/articles/hope/", "Hope"),)
    assert two[0].newest().number == 1


class TestInTheAdmin:
    def address(self, two) -> str:
        return f"/admin/glossary/term/{two[0].pk}/merge/"

    def test_is_shown_first_and_then_done(self, two, client, editor):
        client.force_login(editor)
        shown = client.get(f"{self.address(two)}?other={two[1].pk}")
        assert "T lymphocytes (plural)" in shown.content.decode()
        assert two[1].live_revision()
        sent = {"other": two[1].pk, "reason": "The same."}
        response = client.post(self.address(two), sent, follow=True)
        assert "“T lymphocyte” is merged into “T cell”." in response.content.decode()
        assert not two[1].live_revision()

    def test_takes_a_reason(self, two, client, editor):
        client.force_login(editor)
        client.post(self.address(two), {"other": two[1].pk, "reason": " "})
        assert two[1].live_revision()

    def test_says_what_is_against_it(self, two, client, editor):
        client.force_login(editor)
        shown = client.get(f"{self.address(two)}?other={two[0].pk}").content.decode()
        assert "That is the same term." in shown
        sent = {"other": two[0].pk, "reason": "Hm."}
        assert "the same term" in client.post(self.address(two), sent).content.decode()

    def test_is_not_for_authors(self, two, client, author):
        client.force_login(author)
        sent = {"other": two[1].pk, "reason": "The same."}
        assert client.get(self.address(two)).status_code == 403
        assert client.post(self.address(two), sent).status_code == 403
        change = client.get(f"/admin/glossary/term/{two[0].pk}/change/")
        assert "/merge/" not in change.content.decode()


class TestRicherDefinitions:
    def test_of_the_survivor_stay_and_relations_are_united(self, two):
        ours, theirs = two
        cell, blood = make_term("Cell").page, make_term("Blood").page
        richer = {
            "ipa": "ˈtiː sɛl",
            "professional": "Exact.",
            "translations": {"es": "x"},
        }
        make_term(
            "T cell", relations=[("broader", cell), ("related", theirs)], **richer
        )
        make_term(
            "T lymphocyte",
            relations=[("related", cell), ("part of", blood), ("related", ours)],
        )
        merge(two)
        live = ours.live_revision()
        assert {name: getattr(live, name) for name in richer} == richer
        assert [(row.kind, row.term) for row in live.relations.all()] == [
            ("broader", cell), ("part of", blood),
        ]  # fmt: skip

    def test_what_led_to_the_other_leads_to_the_survivor_once(self, two):
        ours, theirs = two
        one = make_term("Helper", relations=[("broader", theirs)])
        both = make_term("Killer", relations=[("broader", theirs), ("related", ours)])
        merge(two)
        assert [row.term for row in one.relations.all()] == [ours]
        assert [row.term for row in both.relations.filter(term=ours)] == [ours]
