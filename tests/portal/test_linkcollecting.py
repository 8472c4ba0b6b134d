"""Which addresses live content uses: no draft's, and each with its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

import articles.publishing
from immunosite.core.linkkeeping import say_of
from immunosite.core.outsidelinks import LinkUse, OutsideLink
from immunosite.portal.linkcollecting import Collected, collect
from references.noticing import add_notice
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
A, B = "https://a.example.org/x", "https://b.example.org/y"


def uses() -> list[tuple[str, str, str]]:
    return [
        (use.link.url, use.kind, use.words)
        for use in LinkUse.objects.select_related("link").order_by("kind", "words")
    ]


def urls() -> list[str]:
    return list(OutsideLink.objects.values_list("url", flat=True))


class TestPages:
    def test_are_looked_through_while_they_are_live(self):
        make_article("hope", f"See [this page]({A}#part) and <{B}>.")
        make_term("Cell", f"[The same]({A}).")
        assert collect() == Collected(used=2, new=2, dropped=0, too_long=0)
        assert uses() == [
            (B, "articles.article", B),
            (A, "articles.article", "this page"),
            (A, "glossary.term", "The same"),
        ]

    def test_are_not_while_they_are_drafts_or_scheduled_or_over(self):
        now = timezone.now()
        draft_article("draft", f"[a]({A})")
        draft_term("Draft", f"[a]({A})")
        make_article("later", f"[a]({A})", live_from=now + timedelta(days=1))
        gone = make_article("gone", f"[a]({A})").page
        articles.publishing.withdraw(gone, by=publisher(), reason="Old.")
        make_article("live", "Words.")
        draft_article("live", f"[a]({A})")
        assert collect().used == 0
        assert urls() == []

    def test_of_the_site_itself_are_not_outside(self, settings):
        make_article("hope", f"[a]({settings.SITE_URL}/about/) [b](/x) [c](#d)")
        assert collect().used == 0

    def test_may_use_an_address_twice_with_other_words(self):
        make_article("hope", f"[one]({A}), [two]({A}#x), [one]({A}).")
        collect()
        assert [words for *_, words in uses()] == ["one", "two"]

    def test_may_hold_very_long_words_and_addresses(self):
        body = f"[{'x' * 500}]({A}) [b](https://b.org/{'y' * 1_500})"
        make_article("hope", body)
        assert collect() == Collected(used=1, new=1, dropped=0, too_long=1)
        assert uses() == [(A, "articles.article", "x" * 200)]


class TestReferences:
    def test_have_the_addresses_of_identifiers_the_web_and_notices(self):
        record = {"DOI": "10.1000/ABC", "PMID": "12", "PMCID": "PMC3", "URL": A}
        reference = make_reference("larkin-2015", ISBN="9780306406157", **record)
        add_notice(
            reference, by=publisher(), kind="correction", noticed_on=date(2025, 1, 31),
            source=B,
        )  # fmt: skip
        collect()
        assert uses() == [
            (B, "references.reference", "Correction of 2025-01-31"),
            ("https://doi.org/10.1000/abc", "references.reference", "DOI"),
            (
                "https://pmc.ncbi.nlm.nih.gov/articles/PMC3/",
                "references.reference", "PMCID",
            ),
            ("https://pubmed.ncbi.nlm.nih.gov/12/", "references.reference", "PMID"),
            (A, "references.reference", "Web page"),
        ]  # fmt: skip

    def test_let_only_their_own_web_address_be_changed(self):
        make_reference("larkin-2015", DOI="10.1000/abc", URL=A)
        collect()
        mendable = LinkUse.objects.filter(is_mendable=True)
        assert [use.words for use in mendable] == ["Web page"]

    def test_may_have_none(self):
        make_reference("larkin-2015", URL="")
        assert collect().used == 0


class TestAgain:
    def test_changes_nothing_when_nothing_changed(self):
        make_article("hope", f"[a]({A}) [b]({B})")
        make_reference("larkin-2015", URL=A)
        collect()
        before = list(LinkUse.objects.values())
        assert collect() == Collected(used=2, new=0, dropped=0, too_long=0)
        assert list(LinkUse.objects.values()) == before

    def test_follows_what_is_published(self):
        make_article("hope", f"[a]({A})")
        collect()
        make_article("hope", f"[b]({B})")
        assert collect() == Collected(used=1, new=1, dropped=1, too_long=0)
        assert urls() == [B]

    def test_keeps_what_is_known_of_an_address(self):
        make_article("hope", f"[a]({A})")
        collect()
        OutsideLink.objects.update(status=404)
        make_article("hope", f"[b]({A})")
        collect()
        assert OutsideLink.objects.get().status == 404

    def test_forgets_nothing_that_somebody_wrote_down(self, editor):
        make_article("hope", f"[a]({A}) [b]({B}) [c](https://c.example.org/)")
        collect()
        copy, ignored, _ = OutsideLink.objects.all()
        say_of(copy, by=editor, archived_url="https://w.org/a", ignored_reason="")
        say_of(ignored, by=editor, archived_url="", ignored_reason="A wall.")
        make_article("hope", "Words.")
        assert collect() == Collected(used=0, new=0, dropped=1, too_long=0)
        assert urls() == [A, B]
        assert uses() == []
