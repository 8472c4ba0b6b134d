"""The admin of tags: its form, and who may use it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from immunosite.core.curating import save_tag
from immunosite.core.tagging import Tag
from tests.core.test_pictures import image
from tests.factories import make_article, make_tag, publisher

pytestmark = pytest.mark.django_db
LIST = "/admin/core/tag/"
NEW = {"name": "Melanoma", "kind": "cancer type", "slug": "melanoma"}


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.png", content, "image/png")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def errors_of(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


class TestForm:
    def test_keeps_other_names_and_the_wider_tag(self, desk):
        wide = make_tag("Skin cancer", "cancer type")
        sent = {**NEW, "other_names": "Black mole\r\n\r\nMM", "parent": str(wide.pk)}
        assert desk.post(f"{LIST}add/", sent).status_code == 302
        tag = Tag.objects.get(slug="melanoma")
        assert tag.parent == wide
        form = desk.get(f"{LIST}{tag.pk}/change/").context["adminform"].form
        assert form["other_names"].value() == "Black mole\nMM"
        assert "Black mole, MM" in desk.get(LIST).text

    def test_names_what_is_wrong_at_the_field_and_keeps_what_was_typed(self, desk):
        make_tag("Basics")
        sent = {**NEW, "other_names": "Mole\nbasics", "description": "Some words."}
        response = desk.post(f"{LIST}add/", sent)
        assert errors_of(response) == {
            "other_names": ["“basics” means “Basics” already."]
        }
        assert "Mole\nbasics</textarea>" in response.text
        assert "Some words." in response.text
        assert Tag.objects.count() == 1

    def test_a_wider_tag_of_another_kind_is_refused_at_its_field(self, desk):
        wide = make_tag("Basics")
        response = desk.post(f"{LIST}add/", {**NEW, "parent": str(wide.pk)})
        assert list(errors_of(response)) == ["parent"]

    @pytest.mark.parametrize("value", ["x", "0", "9" * 30, "-1", "\0"])
    def test_what_is_no_tag_is_refused_as_wider(self, desk, value):
        response = desk.post(f"{LIST}add/", {**NEW, "parent": value})
        assert list(errors_of(response)) == ["parent"]
        tag = make_tag("Basics")
        merge = desk.get(f"{LIST}{tag.pk}/merge/", {"other": value})
        assert merge.context["choice"].errors

    def test_offers_as_wider_only_tags_that_are_part_of_none(self, desk):
        wide = make_tag("Skin cancer")
        save_tag(Tag(name="Skin melanoma", parent=wide), by=publisher())
        query = {"app_label": "core", "model_name": "tag", "field_name": "parent"}
        found = desk.get("/admin/autocomplete/", {**query, "term": "skin"}).json()
        assert [row["text"] for row in found["results"]] == ["Skin cancer"]


class TestPicture:
    def test_is_kept_and_shown(self, desk, client):
        sent = {**NEW, "picture-new": upload(image()), "picture_alt": "A mole"}
        sent["picture_credit"] = "A. Photographer"
        assert desk.post(f"{LIST}add/", sent).status_code == 302
        tag = Tag.objects.get()
        assert tag.picture_size == (40, 30)
        make_article("hope", tags=[tag])
        page = client.get("/topics/melanoma/").text
        assert f'src="{tag.picture}" alt="A mole" width="40" height="30"' in page
        assert "A. Photographer" in page
        assert f'src="{tag.picture}" alt=""' in client.get("/topics/").text

    def test_without_a_description_it_is_refused_and_not_lost(self, desk):
        response = desk.post(
            f"{LIST}add/", {**NEW, "picture-new": upload(image()), "picture_alt": " "}
        )
        assert errors_of(response) == {"picture_alt": ["Say what the picture shows."]}
        kept = response.context["adminform"].form.cleaned_data["picture"]
        assert f'name="picture" value="{kept}"' in response.text
        again = {**NEW, "picture": kept, "picture_alt": "A mole"}
        assert desk.post(f"{LIST}add/", again).status_code == 302
        assert Tag.objects.get().picture == kept

    @pytest.mark.parametrize("content", [b"no picture", b"<svg/>"])
    def test_is_a_picture(self, desk, content):
        sent = {**NEW, "picture-new": upload(content), "picture_alt": "A mole"}
        assert list(errors_of(desk.post(f"{LIST}add/", sent))) == ["picture"]

    def test_one_of_another_site_is_refused(self, desk):
        sent = {**NEW, "picture": "https://a.example.org/x-8x5.png", "picture_alt": "x"}
        assert list(errors_of(desk.post(f"{LIST}add/", sent))) == ["picture"]


class TestVocabulary:
    """Authors choose tags; editors create them."""

    @pytest.fixture
    def authors(self, client, author):
        client.force_login(author)
        return client

    def test_authors_see_a_tag_and_change_nothing(self, authors):
        tag = save_tag(Tag(name="Melanoma"), by=publisher(), aliases=["MM"])
        page = authors.get(f"{LIST}{tag.pk}/change/").text
        assert "MM" in page
        assert 'name="other_names"' not in page
        assert "Tidy up" not in authors.get(LIST).text
        for path in ("add/", "report/", "merges/"):
            assert authors.get(f"{LIST}{path}").status_code == 403

    @pytest.mark.parametrize("term", ["pd1", "checkpoint", "INHIB"])
    def test_authors_find_a_tag_by_its_names(self, authors, term):
        tag = make_tag("Checkpoint inhibitors", "treatment")
        save_tag(tag, by=publisher(), aliases=["PD1 drugs", "PD1 medicines"])
        query = {"app_label": "articles", "model_name": "articletag"}
        found = authors.get(
            "/admin/autocomplete/", {**query, "field_name": "tag", "term": term}
        )
        assert [row["text"] for row in found.json()["results"]] == [tag.name]

    @pytest.mark.parametrize("value", ["Melanoma", "0", "", "9" * 30])
    def test_no_editor_form_makes_one(self, authors, value):
        sent = {"title": "Hope", "slug": "hope", "kind": "article", "body": "Words."}
        authors.post("/admin/articles/article/add/", {**sent, "tags": [value]})
        sent = {"title": "Cell", "slug": "cell", "body": "Words."}
        authors.post("/admin/glossary/term/add/", {**sent, "tags": [value]})
        assert not Tag.objects.exists()
