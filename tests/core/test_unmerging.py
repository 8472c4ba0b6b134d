"""A merge of two tags is undone, as far as what was merged is still there."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from immunosite.core.audit import AuditEntry
from immunosite.core.curating import delete_tag, save_tag
from immunosite.core.merging import merge_tags, plan_tags
from immunosite.core.tagging import Tag
from immunosite.core.unmerging import plan_undo, undo_tag_merge
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db


def merge(survivor: Tag, other: Tag):
    return merge_tags(survivor, other, by=publisher(), reason="The same.")


def undo(merge, by=None):
    return undo_tag_merge(merge, by=by or publisher())


def refused(merge) -> str:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        undo(merge)
    return " ".join(error.value.messages)


@pytest.fixture
def two():
    """The survivor and the other."""
    other = Tag(name="Cancer of the lung", kind="cancer type", description="Old.")
    return (
        make_tag("Lung cancer", "cancer type"),
        save_tag(other, by=publisher(), aliases=["Pulmonary cancer"]),
    )


class TestUndo:
    def test_all_is_as_it_was(self, two):
        survivor, other = two
        things = [
            make_article("hope", tags=[other]),
            draft_article("both", tags=[survivor, other]),
            make_article("only", tags=[survivor]),
            make_term("Cell", tags=[other]),
            make_reference(),
        ]
        things[-1].tags.add(other)

        def state():
            tags = list(Tag.objects.order_by("pk").values())
            names = sorted(other.aliases.values_list("name", "slug"))
            return tags, names, [set(thing.tags.all()) for thing in things]

        before = state()
        done = merge(survivor, other)
        assert not Tag.objects.filter(name=before[0][1]["name"]).exists()
        plan = undo(done)
        other.pk = done.other_id
        assert state() == before
        assert plan.lost == ()
        assert not survivor.aliases.exists()

    def test_its_address_shows_it_again(self, two, client):
        make_article("hope", tags=[two[1]])
        make_article("only", tags=[two[0]])
        done = merge(*two)
        assert client.get("/topics/cancer-of-the-lung/").status_code == 301
        undo(done)
        assert client.get("/topics/cancer-of-the-lung/").status_code == 200
        assert client.get("/topics/pulmonary-cancer/")["Location"] == (
            "/topics/cancer-of-the-lung/"
        )

    def test_is_written_into_the_audit(self, two, editor):
        done = merge(*two)
        undo(done, by=editor)
        entries = AuditEntry.objects.filter(by=editor, action="undo merge of tags")
        assert {entry.subject for entry in entries} == {
            "Lung cancer", "Cancer of the lung",
        }  # fmt: skip
        done.refresh_from_db()
        assert done.undone_at

    def test_takes_rights(self, two, author):
        done = merge(*two)
        with pytest.raises(PermissionDenied):
            undo(done, by=author)
        assert Tag.objects.count() == 1

    def test_happens_once(self, two):
        done = merge(*two)
        undo(done)
        assert refused(done) == "This merge has been undone."

    @pytest.mark.parametrize(
        ("name", "slug", "told"),
        [
            ("cancer of the LUNG", "x", "Another tag is called “Cancer of the lung”"),
            ("Other", "cancer-of-the-lung", "The address /topics/cancer-of-the-lung/"),
        ],
    )
    def test_is_refused_when_the_name_or_address_is_anothers_now(
        self, two, name, slug, told
    ):
        done = merge(*two)
        save_tag(two[0], by=publisher(), aliases=[])
        save_tag(Tag(name=name, slug=slug), by=publisher())
        assert told in refused(done)
        assert Tag.objects.count() == 2

    def test_is_refused_when_the_survivor_is_gone(self, two):
        done = merge(*two)
        delete_tag(two[0], by=publisher())
        assert "“Lung cancer” is no longer there." in refused(done)

    def test_a_chain_is_undone_from_its_end(self, two):
        first = merge(*two)
        article = make_article("hope", tags=[two[0]])
        last = merge(make_tag("Lungs", "cancer type"), two[0])
        assert "undo that first" in refused(first)
        undo(last)
        undo(first)
        assert [tag.name for tag in article.tags.all()] == ["Lung cancer"]
        assert Tag.objects.count() == 3

    def test_what_another_merge_brought_too_keeps_both(self, two):
        third = make_tag("Lungs", "cancer type")
        article = make_article("hope", tags=[two[1], third])
        done = merge(*two)
        merge(two[0], third)
        undo(done)
        assert {tag.name for tag in article.tags.all()} == {
            "Lung cancer", "Cancer of the lung",
        }  # fmt: skip


class TestWhatIsLost:
    """It is said before and after."""

    def test_what_does_not_bear_the_survivor_any_more(self, two):
        reference = make_reference()
        reference.tags.add(two[1])
        done = merge(*two)
        reference.tags.clear()
        told = "1 reference is no longer there, or no longer bears “Lung cancer”."
        assert plan_undo(done).lost == (told,)
        assert undo(done).lost == (told,)
        assert not reference.tags.exists()

    def test_pages_that_were_saved_since_are_named(self, two):
        make_article("hope", tags=[two[1]])
        done = merge(*two)
        draft_article("hope", "New.", tags=[two[0]])
        draft_article("other", "New.", tags=[two[0]])
        (told,) = undo(done).lost
        assert told.endswith("keeps “Lung cancer” only: “Hope”.")

    def test_other_names_that_were_given_to_another(self, two):
        done = merge(*two)
        save_tag(two[0], by=publisher(), aliases=["Cancer of the lung"])
        save_tag(make_tag("Lungs"), by=publisher(), aliases=["Pulmonary cancer"])
        assert undo(done).lost == ("1 of its other names or addresses are gone.",)
        assert Tag.objects.filter(aliases__name="Pulmonary cancer").get().name == (
            "Lungs"
        )


class TestFamilies:
    @pytest.fixture
    def family(self):
        wide = make_tag("Skin cancer", "cancer type")
        narrow = Tag(name="Melanoma", kind="cancer type", parent=wide)
        return wide, save_tag(narrow, by=publisher())

    def parents(self) -> dict[str, str | None]:
        return dict(Tag.objects.values_list("name", "parent__name"))

    def test_the_tags_below_come_below_the_survivor_and_go_back(self, family):
        wide, _ = family
        before = self.parents()
        new = make_tag("Cancer of the skin", "cancer type")
        done = merge(new, wide)
        assert self.parents()["Melanoma"] == "Cancer of the skin"
        undo(done)
        assert self.parents() == {**before, "Cancer of the skin": None}

    @pytest.mark.parametrize("is_other_wide", [True, False])
    def test_a_tag_and_the_one_it_is_part_of(self, family, is_other_wide):
        wide, narrow = family
        before = self.parents()
        done = merge(narrow, wide) if is_other_wide else merge(wide, narrow)
        assert set(self.parents().values()) == {None}
        assert undo(done).lost == ()
        assert self.parents() == before

    def test_two_levels_are_refused(self, family):
        _, narrow = family
        other = make_tag("Eye cancer", "cancer type")
        below = Tag(name="Uveal melanoma", kind="cancer type", parent=other)
        save_tag(below, by=publisher())
        (told,) = plan_tags(narrow, other).refusals
        assert "Tags have one level only" in told
        with pytest.raises(ValidationError), transaction.atomic():
            merge(narrow, other)

    def test_so_are_tags_below_of_another_kind(self, family):
        (told,) = plan_tags(make_tag("Basics"), family[0]).refusals
        assert told == "The tags below “Skin cancer” are of another kind: “Melanoma”."

    def test_one_whose_place_is_taken_comes_back_alone(self, family):
        wide, narrow = family
        done = merge(make_tag("Skin", "cancer type"), narrow)
        wide.parent = make_tag("Cancers", "cancer type")
        save_tag(wide, by=publisher())
        assert undo(done).lost == (
            "The tag that it was part of is gone, or can hold none now.",
        )
        assert self.parents()["Melanoma"] is None


class TestDesk:
    """The admin's list of merges."""

    MERGES = "/admin/core/tag/merges/"

    def test_lists_shows_and_undoes(self, client, two):
        make_article("hope", tags=[two[1]])
        done = merge(*two)
        client.force_login(make_user("an-editor", role="Editor"))
        address = f"{self.MERGES}{done.pk}/undo/"
        assert address in client.get(self.MERGES).text
        shown = client.get(address).text
        assert "/topics/cancer-of-the-lung/" in shown
        assert "1 article revision," in shown
        answer = client.post(address, follow=True)
        assert "“Cancer of the lung” is back." in answer.text
        assert Tag.objects.count() == 2
        assert "has been undone" in client.get(address).text
        assert "has been undone" in client.post(address).text
        assert address not in client.get(self.MERGES).text

    def test_is_empty_at_first(self, client, editor):
        client.force_login(editor)
        assert "No tags have been merged yet." in client.get(self.MERGES).text
