"""What tags and their aliases may be called, and which tag may be part of which."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F

from immunosite.core.audit import AuditEntry
from immunosite.core.curating import save_tag
from immunosite.core.labelling import tag_for
from immunosite.core.pictures import store_picture
from immunosite.core.tagging import Tag, TagAlias
from tests.core.test_pictures import image
from tests.factories import make_tag, publisher

pytestmark = pytest.mark.django_db


def save(tag: Tag, *aliases: str) -> Tag:
    return save_tag(tag, by=publisher(), aliases=aliases)


def errors(tag: Tag, *aliases: str) -> dict[str, list[str]]:
    """What is said against storing a tag so, by field."""
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        save(tag, *aliases)
    return refused.value.message_dict


def aliases_of(tag: Tag) -> set[tuple[str, str]]:
    return set(tag.aliases.values_list("name", "slug"))


@pytest.fixture
def inhibitors():
    return save(make_tag("Checkpoint inhibitors", "treatment"), "PD1 drugs")


class TestAliases:
    def test_have_an_address_of_their_name(self, inhibitors):
        assert aliases_of(inhibitors) == {("PD1 drugs", "pd1-drugs")}

    @pytest.mark.parametrize("text", ["pd1 DRUGS", "topic: PD1  drugs"])
    def test_mean_the_tag_in_files_whatever_their_case(self, inhibitors, text):
        assert tag_for(text, by=publisher()) == inhibitors

    def test_case_is_folded_beyond_ascii(self):
        tag = save(make_tag("Aids"), "Ärzte und Ähnliches")
        assert tag_for("ÄRZTE und ähnliches", by=publisher()) == tag

    def test_blank_lines_repetitions_and_the_own_name_are_no_matter(self):
        tag = save(make_tag("Basics"), " ", "First  steps", "first steps", "BASICS")
        assert aliases_of(tag) == {("First steps", "first-steps")}

    def test_none_leaves_them_alone(self, inhibitors):
        save_tag(inhibitors, by=publisher())
        assert inhibitors.aliases.count() == 1

    @pytest.mark.parametrize(
        ("alias", "told"),
        [
            ("basics", "“basics” means “Basics” already."),
            ("pd1 drugs", "“pd1 drugs” means “Checkpoint inhibitors” already."),
            ("PD1: drugs", "would have an address of “Checkpoint inhibitors”."),
            ("Basics!", "“Basics!” would have an address of “Basics”."),
            ("x" * 101, "has more than 100 characters."),
        ],
    )
    def test_mean_one_tag_only(self, inhibitors, alias, told):
        make_tag("Basics")
        (message,) = errors(make_tag("Third"), alias)["aliases"]
        assert told in message
        assert TagAlias.objects.count() == 1

    @pytest.mark.parametrize("name", ["PD1 drugs", "pd1 DRUGS"])
    def test_no_tag_is_called_like_another_ones_alias(self, inhibitors, name):
        told = errors(Tag(name=name, slug="other"))
        assert told == {
            "name": ["“PD1 drugs” is another name of “Checkpoint inhibitors”."]
        }

    def test_no_tag_has_the_address_of_another_ones_alias(self, inhibitors):
        assert set(errors(Tag(name="Other", slug="PD1-drugs"))) == {"slug"}

    def test_one_whose_address_is_the_tags_own_has_none(self):
        tag = save(make_tag("Side effects"), "Side-effects!")
        assert aliases_of(tag) == {("Side-effects!", "")}

    def test_one_that_goes_leaves_its_address(self, inhibitors):
        save(inhibitors)
        assert aliases_of(inhibitors) == {("", "pd1-drugs")}
        save(inhibitors, "PD1 Drugs")
        assert aliases_of(inhibitors) == {("PD1 Drugs", "pd1-drugs")}

    def test_an_address_without_a_name_gives_way(self, inhibitors):
        save(inhibitors)
        other = save(Tag(name="PD1 drugs"))
        assert other.slug == "pd1-drugs"
        assert not aliases_of(inhibitors)

    def test_and_so_it_does_for_an_alias(self, inhibitors):
        save(inhibitors)
        assert aliases_of(save(make_tag("Other"), "PD1 drugs")) == {
            ("PD1 drugs", "pd1-drugs")
        }
        assert not aliases_of(inhibitors)

    def test_a_tag_may_take_the_name_of_its_own_alias(self, inhibitors):
        inhibitors.name, inhibitors.slug = "PD1 drugs", "pd1-drugs"
        save(inhibitors, "PD1 drugs", "Checkpoint inhibitors")
        assert aliases_of(inhibitors) == {
            ("Checkpoint inhibitors", "checkpoint-inhibitors")
        }

    def test_a_former_address_goes_on(self, inhibitors):
        inhibitors.slug = "inhibitors"
        save_tag(inhibitors, by=publisher())
        assert ("", "checkpoint-inhibitors") in aliases_of(inhibitors)

    def test_the_audit_has_their_names(self, inhibitors):
        entry = AuditEntry.objects.filter(action="change tag").latest("pk")
        assert entry.details["after"]["other names"] == ["PD1 drugs"]

    @pytest.mark.parametrize(
        "fields",
        [{"name": "pd1 DRUGS", "slug": "x"}, {"name": "x", "slug": "PD1-drugs"}, {}],
    )
    def test_the_database_keeps_them_apart_too(self, inhibitors, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            TagAlias.objects.create(tag=make_tag("Other"), **fields)


class TestHierarchy:
    @pytest.fixture
    def treatments(self):
        wide = make_tag("Immunotherapy", "treatment")
        narrow = Tag(name="Inhibitors", kind="treatment", parent=wide)
        return wide, save(narrow)

    def test_a_tag_is_part_of_one_of_its_kind(self, treatments):
        wide, narrow = treatments
        assert list(wide.children.all()) == [narrow]
        entry = AuditEntry.objects.get(subject="Inhibitors")
        assert entry.details["after"]["part of"] == "Immunotherapy"

    def test_not_of_another_kind(self, treatments):
        (message,) = errors(Tag(name="Basics", parent=treatments[0]))["parent"]
        assert message == ("“Immunotherapy” is of another kind (Treatment, not Topic).")

    def test_there_is_one_level(self, treatments):
        wide, narrow = treatments
        third = Tag(name="Third", kind="treatment", parent=narrow)
        assert "Tags have one level only" in errors(third)["parent"][0]
        wide.parent = make_tag("Top", "treatment")
        assert errors(wide)["parent"] == ["This tag has tags below it: “Inhibitors”."]

    def test_there_is_no_circle(self, treatments):
        wide, narrow = treatments
        wide.parent = narrow
        assert "parent" in errors(wide)
        narrow.parent = narrow
        assert errors(narrow)["parent"] == ["A tag can't be part of itself."]

    def test_the_database_says_so_too(self, treatments):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.filter(pk=treatments[0].pk).update(parent=F("pk"))

    def test_its_kind_stays_while_there_are_tags_below(self, treatments):
        treatments[0].kind = "topic"
        assert errors(treatments[0])["kind"] == [
            "The tags below it are of another kind: “Inhibitors”."
        ]

    def test_those_below_one_that_is_deleted_stand_alone(self, treatments):
        wide, narrow = treatments
        wide.delete()
        narrow.refresh_from_db()
        assert narrow.parent is None


class TestPicture:
    def picture(self) -> str:
        return store_picture(
            SimpleUploadedFile("x.png", image(size=(8, 5)), "image/png")
        )

    def test_tells_its_size(self):
        tag = Tag(name="Basics", picture=self.picture(), picture_alt="Two cells")
        assert save(tag).picture_size == (8, 5)

    def test_is_described(self):
        tag = Tag(name="Basics", picture=self.picture())
        assert errors(tag)["picture_alt"] == ["Say what the picture shows."]
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name="Basics", slug="basics", picture="x")

    @pytest.mark.parametrize(
        "address",
        [
            "https://elsewhere.example.org/a-8x5.png",
            "javascript:alert(1)-8x5.png",
            "/media/../settings-8x5.py",
            "/media/none-8x5.png",
            "/media/none.png",
        ],
    )
    def test_is_one_that_was_uploaded_here(self, address):
        tag = Tag(name="Basics", picture=address, picture_alt="Two cells")
        assert errors(tag)["picture"] == ["Upload the picture here."]
