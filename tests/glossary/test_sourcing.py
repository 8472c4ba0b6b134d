"""Evidence stays with its sentence, moves with it, and is offered when the words change."""

from __future__ import annotations

import pytest

from glossary.sourcing import LIKE, Backing, sourced, sums
from references.evidencing import save_evidence, verify_evidence
from references.merging import merge_references
from references.models import Evidence
from tests.factories import draft_article, make_reference, publisher

pytestmark = pytest.mark.django_db
OLD = "Median survival was 10.0 months with the drug [@larkin-2015]."
NEW = "Median survival was 11.0 months with the drug [@larkin-2015]."


@pytest.fixture
def page():
    make_reference()
    make_reference("other-2016")
    return draft_article("hope").page


def quote(page, body, quotation="Words.", at=0):
    """A quotation for the first citation of the ``at``-th sentence."""
    (support, *_) = sourced(page, body).rows[at].supports
    return save_evidence(support.place, quotation=quotation, seen="", by=publisher())


def backings(page, body):
    return [row.backing for row in sourced(page, body).rows]


class TestBacking:
    def test_of_each_sentence(self, page, reviewer):
        body = f"{OLD} It grew by 5%. It is red. It grew [@other-2016]. See [@nobody]."
        found = quote(page, body)
        assert backings(page, body) == [
            Backing.WRITTEN, Backing.UNCITED, Backing.PLAIN, Backing.NONE,
            Backing.UNKNOWN,
        ]  # fmt: skip
        verify_evidence(page, found.pk, seen=found.seen, by=reviewer)
        assert backings(page, body)[0] == Backing.VERIFIED

    def test_is_that_of_the_citation_that_needs_most_work(self, page):
        body = "It grew [@larkin-2015; @other-2016]."
        quote(page, body)
        assert backings(page, body) == [Backing.NONE]

    def test_counts_the_sentences(self, page):
        assert sourced(page, f"{OLD} It grew by 5%. Red.").counts == {
            Backing.NONE: 1, Backing.UNCITED: 1, Backing.PLAIN: 1,
        }  # fmt: skip


class TestEvidence:
    def test_stays_when_other_passages_change_and_moves_along(self, page):
        found = quote(page, OLD)
        moved = sourced(page, f"New words.\n\n- An item.\n\nThen: {OLD}\n\n{OLD}")
        held = [s.evidence for row in moved.rows for s in row.supports]
        assert held == [None, found]
        assert moved.gone == ()

    def test_belongs_to_one_place_in_the_source(self, page):
        body = "It grew [@larkin-2015, p. 3; @larkin-2015, p. 4]."
        found = quote(page, body)
        (row,) = sourced(page, body).rows
        assert [each.evidence for each in row.supports] == [found, None]

    def test_is_not_shown_on_another_page(self, page):
        quote(page, OLD)
        assert backings(draft_article("other").page, OLD) == [Backing.NONE]

    def test_is_found_by_a_former_key_of_the_reference(self, page):
        quote(page, OLD)
        both = [row.supports[0].place.reference for row in sourced(page, OLD).rows]
        survivor = make_reference("survivor")
        merge_references(survivor, both[0], by=publisher(), reason="The same.")
        (row,) = sourced(page, OLD).rows
        assert (row.supports[0].key, row.backing) == ("larkin-2015", Backing.WRITTEN)


class TestChangedSentences:
    def test_show_what_they_were(self, page):
        found = quote(page, OLD)
        changed = sourced(page, NEW)
        assert [row.backing for row in changed.rows] == [Backing.CHANGED]
        assert changed.rows[0].supports[0].former == found
        assert changed.gone == ()

    def test_so_does_another_place_in_the_source(self, page):
        found = quote(page, OLD)
        now = sourced(page, OLD.replace("15]", "15, p. 3]"))
        assert now.rows[0].supports[0].former == found

    def test_the_likest_is_taken_and_none_twice(self, page):
        both = f"{OLD} {OLD.replace('10.0 months', 'twenty weeks')}"
        first, second = quote(page, both), quote(page, both, "More.", at=1)
        now = both.replace("twenty", "thirty").replace("10.0", "10.5")
        formers = [row.supports[0].former for row in sourced(page, now).rows]
        assert formers == [first, second]
        twice = sourced(page, f"{NEW} {NEW.replace('11.0', '12.0')}")
        formers = [row.supports[0].former for row in twice.rows]
        assert sorted(each.pk for each in formers) == [first.pk, second.pk]

    def test_only_of_the_same_source(self, page):
        quote(page, OLD)
        other = sourced(page, NEW.replace("larkin-2015", "other-2016"))
        assert [row.backing for row in other.rows] == [Backing.NONE]
        assert len(other.gone) == 1

    def test_not_of_something_quite_different(self, page):
        found = quote(page, OLD)
        now = sourced(page, "Rash is common [@larkin-2015].")
        assert (now.rows[0].backing, now.gone) == (Backing.NONE, (found,))
        assert now.open_for(found) == list(now.rows[0].supports)
        assert 0 < LIKE < 1

    def test_a_thousand_of_them_take_no_time(self, page):
        body = " ".join(
            f"Sentence number {n} is so [@larkin-2015]." for n in range(200)
        )
        quote(page, body)
        place = sourced(page, body).rows[0].supports[0].place
        Evidence.objects.bulk_create(
            Evidence(
                kind="articles.article", page_id=page.pk, reference=place.reference,
                claim=f"Former sentence {n} was so.", claim_key=f"{n:064}",
                quotation="Words.", updated_by=publisher(),
            )
            for n in range(1000)
        )  # fmt: skip
        found = sourced(page, body)
        formers = {s.former for row in found.rows for s in row.supports} - {None}
        assert len(found.gone) + len(formers) == 1000


class TestQueries:
    def test_are_as_many_however_long_the_page(
        self, page, django_assert_max_num_queries
    ):
        body = "\n\n".join(f"It grew by {n}% [@larkin-2015]." for n in range(60))
        quote(page, body, at=3)
        with django_assert_max_num_queries(3):
            sourced(page, body)


class TestSums:
    def test_add_up_what_is_cited_backed_and_not(self, page, reviewer):
        body = f"{OLD} It grew [@other-2016]. It grew by 5%. {NEW}"
        one, two = quote(page, body), quote(page, body, at=1)
        verify_evidence(page, one.pk, seen=one.seen, by=reviewer)
        quote(page, "A sentence that is gone [@larkin-2015].")
        claims = [row.claim for row in sourced(page, body).rows]
        found = sums(claims, Evidence.objects.select_related("reference"), {})
        assert (found.cited, found.quoted, found.verified, found.uncited) == (
            3,
            2,
            1,
            1,
        )
        assert two.verified_at is None

    def test_know_former_keys(self, page):
        claims = [row.claim for row in sourced(page, OLD).rows]
        quote(page, OLD)
        Evidence.objects.get().reference.aliases.create(key="former")
        former = [
            row.claim
            for row in sourced(page, OLD.replace("larkin-2015", "former")).rows
        ]
        evidence = Evidence.objects.select_related("reference")
        assert sums(former, evidence, {"former": "larkin-2015"}).quoted == 1
        assert sums(former, evidence, {}).quoted == 0
        assert sums(claims, evidence, {}).quoted == 1
