"""Tags, and how reviewers sign: who may make and change them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from articles.models import ArticleRevision
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.curating import (
    delete_profile,
    delete_tag,
    save_profile,
    save_tag,
)
from immunosite.core.labelling import label, tag_for
from immunosite.core.reviews import ReviewerProfile
from immunosite.core.tagging import Tag, TagKind
from tests.factories import (
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/core/tag/"


def epoch() -> int:
    return Epoch.objects.get().value


class TestSaveTag:
    def test_makes_its_address_of_its_name(self, editor):
        tag = save_tag(Tag(name="Lung cancer", kind="cancer type"), by=editor)
        assert tag.slug == "lung-cancer"
        assert tag.get_absolute_url() == "/topics/lung-cancer/"

    def test_keeps_an_address_that_was_given(self, editor):
        tag = save_tag(Tag(name="Lung cancer", slug="lung"), by=editor)
        tag.name = "Cancer of the lung"
        assert save_tag(tag, by=editor).slug == "lung"

    @pytest.mark.parametrize("name", ["melanoma", "MELANOMA", "Melanoma"])
    def test_a_name_is_taken_whatever_its_case(self, editor, name):
        make_tag("Melanoma", "cancer type")
        with pytest.raises(ValidationError):
            save_tag(Tag(name=name, slug="other"), by=editor)
        assert Tag.objects.count() == 1

    def test_the_database_says_so_too(self):
        make_tag("Melanoma")
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name="MELANOMA", slug="other")

    @pytest.mark.parametrize("kind", ["", "colour", "Cancer type"])
    def test_is_of_a_known_kind(self, editor, kind):
        with pytest.raises(ValidationError) as error:
            save_tag(Tag(name="Red", kind=kind), by=editor)
        assert "kind" in error.value.error_dict
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name="Red", slug="red", kind=kind)

    @pytest.mark.parametrize("name", ["", "x" * 101])
    def test_has_a_name_of_sensible_length(self, editor, name):
        with pytest.raises(ValidationError) as error:
            save_tag(Tag(name=name), by=editor)
        assert "name" in error.value.error_dict

    def test_is_written_into_the_audit_and_moves_the_epoch(self, editor):
        before = epoch()
        tag = save_tag(Tag(name="Basics"), by=editor)
        save_tag(tag, by=editor)
        entries = AuditEntry.objects.order_by("pk")
        assert [entry.action for entry in entries] == ["add tag", "change tag"]
        assert entries[0].details["before"] == {}
        assert entries[0].details["after"]["name"] == "Basics"
        assert entries[0].details["after"]["kind"] == "topic"
        assert entries[1].details == {"before": {}, "after": {}}
        assert epoch() == before + 2

    def test_is_not_for_authors(self, author):
        with pytest.raises(PermissionDenied, match="core.add_tag"):
            save_tag(Tag(name="Basics"), by=author)
        with pytest.raises(PermissionDenied, match="core.change_tag"):
            save_tag(make_tag("Basics"), by=author)


class TestDeleteTag:
    def test_pages_that_bore_it_lose_it_and_stay(self, editor):
        tag, other = make_tag("Basics"), make_tag("Trials")
        article = make_article("hope", tags=[tag, other])
        make_term("Cytokine", tags=[tag])
        make_reference().tags.add(tag)
        before = epoch()
        delete_tag(tag, by=editor)
        assert list(ArticleRevision.objects.get(pk=article.pk).tags.all()) == [other]
        assert epoch() > before
        entry = AuditEntry.objects.get(action="delete tag")
        assert (entry.by, entry.subject) == (editor, "Basics")

    def test_is_not_for_authors(self, author):
        with pytest.raises(PermissionDenied, match="core.delete_tag"):
            delete_tag(make_tag("Basics"), by=author)
        assert Tag.objects.exists()


class TestLabels:
    """Tags as text in files."""

    @pytest.mark.parametrize("kind", TagKind.values)
    def test_what_is_written_is_read(self, kind):
        tag = make_tag("Some: name", kind)
        assert tag_for(label(tag), by=publisher()) == tag

    @pytest.mark.parametrize(
        "text", ["Melanoma", "melanoma", "topic: MELANOMA", "cancer type:Melanoma"]
    )
    def test_a_known_name_is_found_whatever_is_said_of_it(self, text):
        tag = make_tag("Melanoma", "cancer type")
        assert tag_for(text, by=publisher()) == tag

    def test_an_unknown_one_is_made(self):
        tag = tag_for("Cancer Type:  Melanoma ", by=publisher())
        assert (tag.name, tag.kind) == ("Melanoma", "cancer type")
        assert tag_for("Basics", by=publisher()).kind == "topic"

    @pytest.mark.parametrize("text", ["colour: red", ": red", "topic:", "", " "])
    def test_what_names_none_is_refused(self, text):
        with pytest.raises(ValidationError) as error:
            tag_for(text, by=publisher())
        assert set(error.value.error_dict) == {"tags"}


class TestDesk:
    """The admin of tags."""

    @pytest.fixture
    def desk(self, client, editor):
        client.force_login(editor)
        return client

    def test_adds_changes_and_deletes(self, desk):
        sent = {"name": "Melanoma", "kind": "cancer type", "slug": "melanoma"}
        assert desk.post(f"{LIST}add/", sent).status_code == 302
        tag = Tag.objects.get()
        address = f"{LIST}{tag.pk}"
        changed = {**sent, "description": "Cancer of the skin."}
        assert desk.post(f"{address}/change/", changed).status_code == 302
        tag.refresh_from_db()
        assert tag.description == "Cancer of the skin."
        assert desk.post(f"{address}/delete/", {"post": "yes"}).status_code == 302
        assert not Tag.objects.exists()
        assert AuditEntry.objects.count() == 3

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", ""), ("kind", "colour"), ("slug", "no slug"),
         ("description", "x" * 501)],
    )  # fmt: skip
    def test_names_bad_input_at_its_field(self, desk, field, value):
        sent = {"name": "Melanoma", "kind": "cancer type", "slug": "melanoma"}
        response = desk.post(f"{LIST}add/", {**sent, field: value})
        assert list(response.context["adminform"].form.errors) == [field]
        assert not Tag.objects.exists()

    def test_says_that_a_name_is_taken_whatever_its_case(self, desk):
        make_tag("Melanoma")
        sent = {"name": "MELANOMA", "kind": "topic", "slug": "other"}
        response = desk.post(f"{LIST}add/", sent)
        assert response.status_code == 200
        assert "already" in response.content.decode()
        assert Tag.objects.count() == 1

    def test_lists_them_by_kind(self, desk):
        make_tag("Basics")
        make_tag("Melanoma", "cancer type")
        response = desk.get(LIST, {"kind__exact": "cancer type"})
        assert [tag.name for tag in response.context["cl"].result_list] == ["Melanoma"]

    def test_offers_no_other_list_of_tags(self, client, administrator):
        client.force_login(administrator)
        assert client.get("/admin/taggit/tag/").status_code == 404

    def test_authors_find_tags_and_change_none(self, client, author):
        tag = make_tag("Melanoma")
        client.force_login(author)
        query = {"app_label": "articles", "model_name": "articletag"}
        found = client.get(
            "/admin/autocomplete/", {**query, "field_name": "tag", "term": "mela"}
        )
        assert [row["text"] for row in found.json()["results"]] == ["Melanoma"]
        assert client.post(f"{LIST}{tag.pk}/change/", {"name": "x"}).status_code == 403
        assert client.get(f"{LIST}add/").status_code == 403


class TestProfile:
    """How a reviewer signs: kept by administrators, corrected by its owner."""

    PROFILES = "/admin/core/reviewerprofile/"
    NEW = {"name": "New name", "credentials": "MD", "conflicts": "Shares in a firm"}

    @pytest.fixture
    def boss(self):
        return make_user("boss", role="Administrator")

    def profile(self, user):
        return ReviewerProfile(
            user=user, name="A. Nother", credentials="RN", conflicts="None"
        )

    def test_is_made_by_an_administrator(self, boss, author):
        profile = save_profile(self.profile(author), by=boss)
        entry = AuditEntry.objects.get(by=boss)
        assert (entry.action, entry.details["user"]) == ("add profile", author.pk)
        assert (entry.details["before"], entry.details["after"]["name"]) == (
            None, profile.name,
        )  # fmt: skip

    @pytest.mark.parametrize("who", ["author", "reviewer", "editor"])
    def test_and_by_nobody_else_not_even_for_themselves(self, request, who):
        user = request.getfixturevalue(who)
        ReviewerProfile.objects.all().delete()
        with pytest.raises(PermissionDenied, match="add_reviewerprofile"):
            save_profile(self.profile(user), by=user)
        assert not ReviewerProfile.objects.exists()

    def test_its_owner_corrects_it_and_that_is_written_down(self, reviewer):
        profile = reviewer.reviewer_profile
        profile.conflicts = "Shares in a firm"
        save_profile(profile, by=reviewer)
        entry = AuditEntry.objects.get(by=reviewer)
        assert entry.details["before"]["conflicts"] == "None"
        assert entry.details["after"]["conflicts"] == "Shares in a firm"

    def test_nobody_else_does_and_no_owner_hands_it_on(self, reviewer, editor):
        profile = reviewer.reviewer_profile
        with pytest.raises(PermissionDenied, match="change_reviewerprofile"):
            save_profile(profile, by=editor)
        profile.user = editor
        for by in (reviewer, editor):
            with pytest.raises(PermissionDenied):
                save_profile(profile, by=by)
        assert ReviewerProfile.objects.get().user == reviewer

    @pytest.mark.parametrize("field", ["name", "credentials", "conflicts"])
    def test_is_complete(self, reviewer, field):
        profile = reviewer.reviewer_profile
        setattr(profile, field, "")
        with pytest.raises(ValidationError) as error:
            save_profile(profile, by=reviewer)
        assert set(error.value.error_dict) == {field}

    def test_is_taken_away_by_an_administrator_only(self, reviewer, boss):
        profile = reviewer.reviewer_profile
        with pytest.raises(PermissionDenied):
            delete_profile(profile, by=reviewer)
        delete_profile(profile, by=boss)
        assert not ReviewerProfile.objects.exists()
        assert AuditEntry.objects.get(by=boss).details["before"]["name"] == "R. Viewer"

    def test_its_owner_finds_just_their_own_in_the_admin(self, client, reviewer, boss):
        save_profile(self.profile(boss), by=boss)
        client.force_login(reviewer)
        listed = client.get(self.PROFILES).context["cl"].result_list
        assert list(listed) == [reviewer.reviewer_profile]
        address = f"{self.PROFILES}{reviewer.reviewer_profile.pk}/change/"
        assert client.post(address, self.NEW).status_code == 302
        assert ReviewerProfile.objects.get(user=reviewer).name == "New name"
        address = f"{self.PROFILES}{boss.reviewer_profile.pk}/change/"
        client.post(address, self.NEW)
        assert ReviewerProfile.objects.get(user=boss).name == "A. Nother"

    def test_an_administrator_finds_and_makes_all(self, client, reviewer, boss):
        client.force_login(boss)
        sent = {**self.NEW, "user": str(boss.pk)}
        assert client.post(f"{self.PROFILES}add/", sent).status_code == 302
        assert len(client.get(self.PROFILES).context["cl"].result_list) == 2
