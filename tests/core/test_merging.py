"""Two tags become one; what is used is not deleted."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from articles.publishing import discard
from immunosite.core.audit import AuditEntry
from immunosite.core.curating import delete_tag
from immunosite.core.labelling import tag_for
from immunosite.core.merging import merge_tags, plan_tags
from immunosite.core.publishing import PublishingRefused
from immunosite.core.tagging import Tag
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """The survivor and the other."""
    return make_tag("Lung cancer"), make_tag("Cancer of the lung")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def merge(two, by=None):
    merge_tags(*two, by=by or publisher(), reason="The same.")


class TestMergeTags:
    def test_all_that_bore_the_other_bears_the_survivor_once(self, two):
        article = make_article("hope", tags=[two[1]])
        both = draft_article("both", tags=list(two))
        term = make_term("Cell", tags=[two[1]])
        reference = make_reference()
        reference.tags.add(two[1])
        merge(two)
        for thing in (article, both, term, reference):
            assert list(thing.tags.all()) == [two[0]]
        assert list(Tag.objects.all()) == [two[0]]

    def test_the_former_address_redirects_whatever_its_case(self, two, client):
        make_article("hope", tags=[two[1]])
        merge(two)
        for slug in ("cancer-of-the-lung", "Cancer-of-the-LUNG"):
            response = client.get(f"/topics/{slug}/")
            assert (response.status_code, response["Location"]) == (
                301,
                "/topics/lung-cancer/",
            )

    def test_chains_collapse(self, two, client):
        third = make_tag("Third")
        make_article("hope", tags=[third])
        merge((two[1], third))
        merge(two)
        assert client.get("/topics/third/")["Location"] == "/topics/lung-cancer/"

    def test_the_former_name_in_a_file_means_the_survivor(self, two):
        merge(two)
        assert tag_for("cancer of the LUNG", by=publisher()) == two[0]

    def test_a_former_address_of_what_nothing_bears_is_none(self, two, client):
        merge(two)
        assert client.get("/topics/cancer-of-the-lung/").status_code == 404

    def test_is_written_into_the_audit(self, two, editor):
        make_article("hope", tags=[two[1]])
        merge(two, by=editor)
        entry = AuditEntry.objects.filter(by=editor, action="merge tag").first()
        assert entry.details["before"]["name"] == "Cancer of the lung"
        assert entry.details["moved"] == {
            "article revisions": 1, "term revisions": 0, "references": 0,
        }  # fmt: skip

    def test_takes_rights(self, two, author):
        with pytest.raises(PermissionDenied):
            merge(two, by=author)
        assert Tag.objects.count() == 2

    def test_refuses_a_tag_and_itself(self, two):
        with pytest.raises(ValidationError, match="the same tag"):
            merge((two[0], two[0]))

    def test_a_second_time_is_refused_and_changes_nothing(self, two):
        survivor, other = two
        again = Tag.objects.get(pk=other.pk)
        merge_tags(survivor, other, by=publisher(), reason="The same.")
        with pytest.raises(ValidationError, match="no longer there"):
            merge_tags(survivor, again, by=publisher(), reason="The same.")
        assert survivor.aliases.count() == 1

    def test_is_shown_first_and_then_done_in_the_admin(self, two, desk):
        make_article("hope", tags=[two[1]])
        assert plan_tags(*two).gains[0][1][0] == "1 article revision"
        address = f"/admin/core/tag/{two[0].pk}/merge/"
        assert "/merge/" in desk.get(f"/admin/core/tag/{two[0].pk}/change/").text
        shown = desk.get(f"{address}?other={two[1].pk}").content.decode()
        assert "/topics/cancer-of-the-lung/" in shown
        sent = {"other": two[1].pk, "reason": "The same."}
        assert desk.post(address, sent).status_code == 302
        assert Tag.objects.get() == two[0]


class TestDeleting:
    def test_a_tag_lists_what_bears_it(self, desk):
        tag = make_tag("Basics")
        make_article("hope", tags=[tag])
        draft_term("Cell", tags=[tag])
        make_reference().tags.add(tag)
        page = desk.get(f"/admin/core/tag/{tag.pk}/delete/").content.decode()
        assert ">Hope</a>, public" in page
        assert ">Cell</a>, in the newest draft" in page
        assert "larkin-2015: A study" in page
        assert "Yes, I’m sure" in page

    def test_what_bears_it_no_longer_is_not_listed(self, desk):
        tag = make_tag("Basics")
        make_article("hope", tags=[tag])
        make_article("hope", tags=[])
        page = desk.get(f"/admin/core/tag/{tag.pk}/delete/").content.decode()
        assert "Where it is used" not in page

    def test_a_tag_whose_topic_a_public_page_links_stays(self, desk):
        tag = make_tag("Basics")
        make_article("hope", "See [more](/topics/basics/).")
        with pytest.raises(ValidationError, match="link its topic: “Hope”"):
            delete_tag(tag, by=publisher())
        address = f"/admin/core/tag/{tag.pk}/delete/"
        assert "Public pages link its topic" in desk.get(address).content.decode()
        desk.post(address, {"post": "yes"})
        assert Tag.objects.filter(pk=tag.pk).exists()

    def test_an_article_lists_what_links_it(self, desk):
        page = draft_article("new").page
        draft_article("hope", "See [it](article:new).")
        draft_article("other", "See [it](article:new-york).")
        shown = desk.get(f"/admin/articles/article/{page.pk}/delete/").content.decode()
        assert ">Hope</a>, in the newest draft" in shown
        assert "Other" not in shown
        discard(page, by=publisher())

    def test_an_article_that_a_public_page_links_stays(self, desk):
        page = draft_article("new").page
        make_article("hope", "See [it](article:new).")
        with pytest.raises(PublishingRefused, match="Public pages link it: “Hope”"):
            discard(page, by=publisher())
        address = f"/admin/articles/article/{page.pk}/delete/"
        assert "Public pages link it" in desk.get(address).content.decode()

    def test_a_term_lists_what_marks_its_words(self, desk):
        page = draft_term("T cell", forms=[("plural", "T cells")]).page
        draft_article("hope", "Some [[t cells|words]].")
        shown = desk.get(f"/admin/glossary/term/{page.pk}/delete/").content.decode()
        assert ">Hope</a>, in the newest draft" in shown
        sent = {"post": "yes"}
        desk.post(f"/admin/glossary/term/{page.pk}/delete/", sent)
        assert not type(page).objects.filter(pk=page.pk).exists()
