"""What is to be tidied up among the tags: look-alikes, and what hardly anything bears."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from immunosite.core.audit import AuditEntry
from immunosite.core.curating import save_tag
from immunosite.core.tagging import Tag
from immunosite.core.tagreport import (
    borne_by_none,
    borne_by_one,
    forget_apart,
    keep_apart,
    near_duplicates,
    uses,
)
from immunosite.core.tidying import TagsApart
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
REPORT = "/admin/core/tag/report/"


def pairs() -> list[set[str]]:
    return [{pair.first.name, pair.second.name} for pair in near_duplicates()]


class TestNearDuplicates:
    def test_the_most_alike_come_first(self):
        for name in ("Tumor vaccine", "Tumour vaccine", "Lung cancer", "Lung cancers"):
            make_tag(name)
        assert pairs() == [
            {"Lung cancer", "Lung cancers"}, {"Tumor vaccine", "Tumour vaccine"},
        ]  # fmt: skip
        assert [pair.is_same_words for pair in near_duplicates()] == [True, False]

    def test_aliases_count_as_names(self):
        inhibitors = make_tag("Checkpoint inhibitors", "treatment")
        save_tag(inhibitors, by=publisher(), aliases=["PD-1 drugs"])
        make_tag("PD-1 drug")
        (pair,) = near_duplicates()
        assert (pair.first, pair.names) == (inhibitors, ("PD-1 drugs", "PD-1 drug"))

    def test_a_tag_is_not_like_its_own_alias(self):
        save_tag(make_tag("Lung cancer"), by=publisher(), aliases=["Lung cancers"])
        assert pairs() == []

    def test_a_pair_alike_by_several_names_is_shown_once(self):
        save_tag(make_tag("Lung cancer"), by=publisher(), aliases=["Pulmonary cancer"])
        other = save_tag(Tag(name="Lung cancers"), by=publisher())
        save_tag(other, by=publisher(), aliases=["Pulmonary cancers"])
        assert len(pairs()) == 1


class TestKeepApart:
    @pytest.fixture
    def two(self):
        return make_tag("Lung cancer"), make_tag("Lung cancers")

    @pytest.mark.parametrize("order", [1, -1])
    def test_they_are_shown_no_more_until_it_is_taken_back(self, two, editor, order):
        keep_apart(*two[::order], by=editor)
        keep_apart(*two, by=editor)
        assert pairs() == []
        forget_apart(TagsApart.objects.get(), by=editor)
        assert len(pairs()) == 1
        actions = AuditEntry.objects.filter(by=editor).order_by("pk")
        assert [entry.action for entry in actions] == [
            "keep tags apart", "show tags as alike again",
        ]  # fmt: skip

    def test_takes_the_right_to_change_tags(self, two, author):
        with pytest.raises(PermissionDenied):
            keep_apart(*two, by=author)
        keep_apart(*two, by=publisher())
        with pytest.raises(PermissionDenied):
            forget_apart(TagsApart.objects.get(), by=author)


class TestUses:
    def test_pages_count_once_with_their_public_and_their_newest_text(self):
        tag, old = make_tag("Basics"), make_tag("Old")
        make_article("hope", tags=[old])
        make_article("hope", tags=[tag])
        draft_article("hope", tags=[tag])
        make_term("Cell", tags=[tag])
        make_reference().tags.add(tag)
        assert uses() == {tag.pk: 3}

    def test_those_borne_once_are_told_with_the_place(self):
        public, drafted, twice = make_tag("A"), make_tag("B"), make_tag("C")
        page = make_article("hope", tags=[public, twice]).page
        draft_article("new", tags=[drafted, twice])
        found = [(tag, p.page_id, p.is_public) for tag, p in borne_by_one(uses())]
        new = type(page).objects.get(slug="new")
        assert found == [(public, page.pk, True), (drafted, new.pk, False)]

    def test_an_older_revision_is_no_place(self):
        tag, other = make_tag("Basics"), make_tag("Other")
        make_article("hope", tags=[tag])
        make_article("hope", tags=[other])
        place = make_article("news", tags=[tag])
        assert [(t, p.title) for t, p in borne_by_one(uses())] == [
            (tag, place.title), (other, "Hope"),
        ]  # fmt: skip

    def test_those_that_nothing_bears_unless_they_group_others(self):
        wide = make_tag("Wide")
        narrow = save_tag(Tag(name="Narrow", parent=wide), by=publisher())
        assert borne_by_none(uses()) == [narrow]


class TestPage:
    @pytest.fixture
    def desk(self, client, editor):
        client.force_login(editor)
        return client

    def test_is_empty_at_first(self, desk):
        page = desk.get(REPORT).text
        for told in ("No two tags look alike", "Every tag is used"):
            assert told in page

    def test_leads_to_the_merge_both_ways(self, desk):
        one, other = make_tag("Lung cancer"), make_tag("Lung cancers")
        page = desk.get(REPORT).text
        for kept, gone in ((one, other), (other, one)):
            address = f"/admin/core/tag/{kept.pk}/merge/?other={gone.pk}"
            assert address in page
            assert desk.get(address).status_code == 200

    def test_judges_and_takes_it_back(self, desk):
        one, other = make_tag("Lung cancer"), make_tag("Lung cancers")
        sent = {"first": other.pk, "second": one.pk}
        page = desk.post(f"{REPORT}apart/", sent, follow=True).text
        assert "are not shown as alike any more" in page
        assert "Judged not to be the same (1)" in page
        apart = TagsApart.objects.get()
        page = desk.post(f"{REPORT}apart/{apart.pk}/forget/", follow=True).text
        assert "may be shown as alike again" in page
        assert "Judged" not in page

    @pytest.mark.parametrize("value", ["", "x", "0", "9" * 30, "²", "\0"])
    def test_no_tag_no_judgment(self, desk, value):
        one = make_tag("Lung cancer")
        sent = {"first": one.pk, "second": value}
        assert desk.post(f"{REPORT}apart/", sent).status_code == 404

    def test_one_tag_is_no_pair(self, desk):
        one = make_tag("Lung cancer")
        sent = {"first": one.pk, "second": one.pk}
        told = desk.post(f"{REPORT}apart/", sent, follow=True).text
        assert "That is the same tag." in told
        assert not TagsApart.objects.exists()

    def test_takes_as_many_queries_for_many_tags(
        self, desk, django_assert_max_num_queries
    ):
        for number in range(12):
            tag = make_tag(f"Tag {number}")
            make_article(f"a-{number}", tags=[tag])
            make_tag(f"Tag number {number}")
        cache.clear()
        with django_assert_max_num_queries(22):
            desk.get(REPORT)
