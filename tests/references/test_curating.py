"""The deeds on references: who may, what is refused, what is written down."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from articles.publishing import withdraw
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.fulltext import search
from references.curating import (
    EditConflict,
    check,
    delete_reference,
    lock,
    reformat,
    save_reference,
    version_of,
)
from references.models import Identifier, Notice, Reference
from references.noticing import add_notice, remove_notice
from references.styling import style_version
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
RETRACTION = {
    "kind": "retraction",
    "noticed_on": date(2024, 5, 1),
    "source": "https://example.org/notice",
    "note": "The figures were wrong.",
}


def epoch() -> int:
    return Epoch.objects.get(pk=1).value


def everything() -> dict[str, list]:
    """All rows that the deeds of this room may write."""
    models = (Reference, Identifier, Notice, AuditEntry, Epoch)
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in models
    }


def change(reference: Reference, *, key: str | None = None, by=None, **csl):
    return save_reference(
        key or reference.key,
        {**reference.csl, **csl},
        by=by or publisher(),
        reference=reference,
    )


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry


class TestCreating:
    def test_stores_the_record_and_draws_the_columns_from_it(self):
        reference = make_reference("larkin-2015", title="Of <i>mice</i>", volume="3")
        reference.refresh_from_db()
        assert reference.csl["id"] == "larkin-2015"
        assert reference.csl["title"] == "Of <i>mice</i>"
        assert reference.title == "Of mice"
        assert reference.authors == "Larkin J."
        assert reference.container == "Journal of Examples"
        assert reference.year == 2015
        assert reference.entry == (
            "Larkin J. Of <i>mice</i>. Journal of Examples. 2015;3."
        )
        assert reference.entry_by == style_version("nlm")

    def test_the_key_is_the_id_of_the_record(self, administrator):
        csl = {"id": "other", "type": "book", "title": "T"}
        assert save_reference("mine", csl, by=administrator).csl["id"] == "mine"

    def test_identifiers_are_stored_in_canonical_form(self):
        reference = make_reference(
            DOI="https://doi.org/10.1000/ABC", PMID="0012", ISBN="0306406152"
        )
        assert set(reference.identifiers.values_list("scheme", "value")) == {
            ("doi", "10.1000/abc"),
            ("pmid", "12"),
            ("isbn", "9780306406157"),
        }

    def test_is_written_down(self, editor):
        csl = {"type": "book", "title": "T"}
        reference = save_reference("a-book", csl, by=editor)
        entry = last_entry()
        assert (entry.by, entry.action) == (editor, "add reference")
        assert entry.subject_type == "references.reference"
        assert entry.subject_id == reference.pk
        assert entry.details["before"] == {}
        assert entry.details["after"] == {"id": "a-book", **csl}

    def test_moves_the_epoch_and_can_be_found(self):
        publisher()
        before = epoch()
        make_reference("larkin-2015", title="Zebrafish", DOI="10.1000/unheard")
        assert epoch() > before
        for words in ("zebrafish", "larkin", "unheard", "Journal of Examples"):
            assert [found.path for found in search(words)] == [
                "/references/larkin-2015/"
            ]

    def test_bears_tags(self, administrator):
        tags = [make_tag("Melanoma"), make_tag("Trials")]
        csl = {"type": "book", "title": "T"}
        reference = save_reference("a", csl, by=administrator, tags=tags)
        assert set(reference.tags.all()) == set(tags)
        assert last_entry().details["after"]["tags"] == ["Melanoma", "Trials"]


class TestChanging:
    def test_replaces_columns_and_identifiers(self):
        reference = make_reference(DOI="10.1000/old", PMID="1")
        change(reference, title="Another", DOI="10.1000/new")
        reference.refresh_from_db()
        assert reference.title == "Another"
        assert "Another" in reference.entry
        assert set(reference.identifiers.values_list("value", flat=True)) == {
            "10.1000/new",
            "1",
        }

    def test_what_changed_is_written_down_and_nothing_else(self):
        reference = make_reference(volume="1", issue="2")
        change(reference, volume="3", page="5")
        entry = last_entry()
        assert entry.action == "change reference"
        assert entry.details["before"] == {"volume": "1"}
        assert entry.details["after"] == {"volume": "3", "page": "5"}

    def test_search_finds_the_new_words_only(self):
        reference = make_reference(title="Zebrafish")
        change(reference, title="Axolotl")
        assert search("axolotl").count() == 1
        assert search("zebrafish").count() == 0

    def test_moves_the_epoch(self):
        reference = make_reference()
        before = epoch()
        change(reference, volume="9")
        assert epoch() > before

    def test_the_same_again_writes_nothing(self, editor):
        reference = make_reference(DOI="10.1000/x")
        before = everything()
        change(reference, by=editor)
        assert everything() == before

    def test_tags_are_left_alone_unless_given(self):
        tag = make_tag("Melanoma")
        reference = make_reference()
        csl = reference.csl
        save_reference(
            reference.key, csl, by=publisher(), reference=reference, tags=[tag]
        )
        assert last_entry().details["after"]["tags"] == ["Melanoma"]
        change(reference, volume="9")
        assert list(reference.tags.all()) == [tag]
        save_reference(
            reference.key, reference.csl, by=publisher(), reference=reference, tags=[]
        )
        assert not reference.tags.exists()
        assert last_entry().details["before"]["tags"] == ["Melanoma"]

    def test_the_same_tags_write_nothing(self):
        tag = make_tag("Melanoma")
        make_reference()
        reference = Reference.objects.get()
        for _ in range(2):
            save_reference(
                reference.key, reference.csl, by=publisher(), reference=reference,
                tags=[tag],
            )  # fmt: skip
        assert AuditEntry.objects.filter(action="change reference").count() == 1

    def test_the_key_of_one_that_nothing_cites_may_change(self):
        reference = make_reference("old-key")
        change(reference, key="new-key")
        reference.refresh_from_db()
        assert (reference.key, reference.csl["id"]) == ("new-key", "new-key")
        assert [found.path for found in search("example")] == ["/references/new-key/"]

    def test_the_key_of_a_cited_one_stays(self):
        reference = make_reference("old-key")
        make_article("first", "Words [@old-key].")
        with pytest.raises(ValidationError) as refused:
            change(reference, key="new-key")
        assert list(refused.value.error_dict) == ["key"]
        assert "cite this reference by its key" in str(refused.value)
        assert Reference.objects.get().key == "old-key"

    def test_the_rest_of_a_cited_one_may_change(self):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        change(reference, title="Corrected")
        assert Reference.objects.get().title == "Corrected"


class TestRefusals:
    """Nothing is stored, and the error stands at the field that is wrong."""

    @pytest.mark.parametrize(
        ("field", "csl", "words"),
        [
            ("title", {"title": ""}, "missing"),
            ("title", {"title": "<i> </i>"}, "no words"),
            ("type", {"type": "blog"}, "not a type"),
            ("author", {"author": [{}]}, "name is empty"),
            ("issued", {"issued": {"date-parts": [[2015, 13]]}}, "month 1–12"),
            ("colour", {"colour": "red"}, "no such variable"),
            ("DOI", {"DOI": "x"}, "is no DOI"),
            ("PMID", {"PMID": "x"}, "is no PMID"),
            ("PMCID", {"PMCID": "x"}, "is no PMCID"),
            ("ISBN", {"ISBN": "9780306406158"}, "is no ISBN"),
        ],
    )
    def test_of_a_record(self, field, csl, words):
        with pytest.raises(ValidationError, match=words) as refused:
            make_reference(**csl)
        assert list(refused.value.error_dict) == [field]
        assert not Reference.objects.exists()
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        "key",
        ["-a", "a b", "a,b", "a]", "a;b", "_a", "a_", "a" * 121, "a/../b", "a//b",
         "é" * 110],
    )  # fmt: skip
    def test_of_a_key(self, key):
        with pytest.raises(ValidationError) as refused:
            make_reference(key)
        assert list(refused.value.error_dict) == ["key"]
        assert not Reference.objects.exists()

    def test_of_no_key(self):
        with pytest.raises(ValidationError, match="missing") as refused:
            make_reference("")
        assert list(refused.value.error_dict) == ["id"]

    @pytest.mark.parametrize("key", ["a", "a/b", "doi:10.1000/x", "Müller2015", "a.b"])
    def test_but_not_of_these_keys(self, key, client):
        reference = make_reference(key)
        assert client.get(reference.get_absolute_url()).status_code == 200

    def test_of_a_key_that_another_has(self):
        make_reference("larkin-2015")
        with pytest.raises(ValidationError, match="Another reference") as refused:
            make_reference("larkin-2015")
        assert list(refused.value.error_dict) == ["key"]
        assert Reference.objects.count() == 1

    @pytest.mark.parametrize(
        ("variable", "first", "second"),
        [
            ("DOI", "10.1000/abc", "https://doi.org/10.1000/ABC"),
            ("PMID", "12", "PMID: 012"),
            ("PMCID", "PMC12", "pmc12"),
            ("ISBN", "978-0-306-40615-7", "0306406152"),
        ],
    )
    def test_of_an_identifier_that_another_has(self, variable, first, second):
        make_reference("one", **{variable: first})
        with pytest.raises(ValidationError) as refused:
            make_reference("two", **{variable: second})
        (error,) = refused.value.error_dict[variable]
        assert error.code == "duplicate"
        assert error.messages == [f"“one” already has this {variable}."]
        assert list(Reference.objects.values_list("key", flat=True)) == ["one"]

    def test_of_every_identifier_that_others_have(self):
        make_reference("one", DOI="10.1000/x")
        make_reference("two", PMID="12")
        with pytest.raises(ValidationError) as refused:
            make_reference("three", DOI="10.1000/X", PMID="12")
        assert set(refused.value.error_dict) == {"DOI", "PMID"}

    def test_ones_own_identifiers_are_no_duplicates(self):
        reference = make_reference(DOI="10.1000/x")
        assert check(reference.key, reference.csl, reference) == {"doi": "10.1000/x"}

    def test_a_refused_change_leaves_everything_as_it_was(self):
        make_reference("one", DOI="10.1000/x")
        other = make_reference("two", DOI="10.1000/y")
        before = everything()
        with pytest.raises(ValidationError):
            change(other, DOI="10.1000/x", title="New")
        assert everything() == before


class TestPermissions:
    @pytest.fixture
    def nobody(self):
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        return user

    def test_authors_add_and_change(self, author):
        reference = save_reference("a", {"type": "book", "title": "T"}, by=author)
        change(reference, title="Other", by=author)
        assert Reference.objects.get().title == "Other"

    def test_others_do_not(self, nobody):
        with pytest.raises(PermissionDenied, match="add_reference"):
            save_reference("a", {"type": "book", "title": "T"}, by=nobody)
        reference = make_reference()
        with pytest.raises(PermissionDenied, match="change_reference"):
            change(reference, title="Other", by=nobody)
        assert "Other" not in Reference.objects.get().title

    def test_authors_neither_delete_nor_announce(self, author):
        reference = make_reference()
        with pytest.raises(PermissionDenied, match="delete_reference"):
            delete_reference(reference, by=author)
        with pytest.raises(PermissionDenied, match="add_notice"):
            add_notice(reference, by=author, **RETRACTION)
        assert Reference.objects.exists()
        assert not Notice.objects.exists()

    def test_editors_do_both(self, editor):
        reference = make_reference()
        add_notice(reference, by=editor, **RETRACTION)
        assert Notice.objects.exists()
        delete_reference(reference, by=editor)
        assert not Reference.objects.exists()

    def test_only_administrators_take_a_notice_back(self, editor):
        notice = add_notice(make_reference(), by=editor, **RETRACTION)
        with pytest.raises(PermissionDenied, match="delete_notice"):
            remove_notice(notice, by=editor)
        remove_notice(notice, by=publisher())
        assert not Notice.objects.exists()


class TestDeleting:
    def test_leaves_nothing_but_what_is_written_down(self, editor):
        reference = make_reference(title="Zebrafish", DOI="10.1000/x")
        add_notice(reference, by=editor, **RETRACTION)
        pk, csl, before = reference.pk, reference.csl, epoch()
        delete_reference(reference, by=editor)
        for model in (Reference, Identifier, Notice):
            assert not model.objects.exists()
        assert search("zebrafish").count() == 0
        assert epoch() > before
        entry = last_entry()
        assert (entry.action, entry.subject_id) == ("delete reference", pk)
        assert entry.details == {"before": csl}

    def test_of_a_cited_one_is_refused_with_the_pages_titles(self, editor):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        make_term("Cytokine", "A protein [@larkin-2015].")
        before = everything()
        with pytest.raises(ValidationError, match="“Cytokine”, “First”"):
            delete_reference(reference, by=editor)
        assert everything() == before

    def test_many_titles_are_counted(self):
        reference = make_reference()
        for number in range(7):
            make_article(f"page-{number}", "Words [@larkin-2015].")
        with pytest.raises(ValidationError, match="“Page 4” and 2 more, so"):
            delete_reference(reference, by=publisher())

    def test_a_page_that_was_withdrawn_cites_all_the_same(self):
        reference = make_reference()
        article = make_article("first", "Words [@larkin-2015].").page
        withdraw(article, by=publisher(), reason="Wrong.")
        with pytest.raises(ValidationError, match="“First”"):
            delete_reference(reference, by=publisher())

    def test_a_draft_holds_nothing_back(self):
        reference = make_reference()
        draft_article("first", "Words [@larkin-2015].")
        delete_reference(reference, by=publisher())
        assert not Reference.objects.exists()


class TestTwoAtOnce:
    def test_who_saw_the_present_state_goes_on(self):
        reference = make_reference()
        with transaction.atomic():
            lock(reference, based_on=version_of(reference))

    def test_who_saw_an_older_one_is_told_who_was_faster(self, editor):
        reference = make_reference()
        seen = version_of(reference)
        change(Reference.objects.get(), title="Theirs", by=editor)
        with pytest.raises(EditConflict, match="editor saved") as conflict:
            with transaction.atomic():
                lock(reference, based_on=seen)
        assert conflict.value.current.title == "Theirs"

    def test_the_name_of_who_first_added_it_is_not_taken_for_it(self):
        reference = make_reference()
        with pytest.raises(EditConflict, match="Somebody else saved"):
            with transaction.atomic():
                lock(reference, based_on="")


class TestFormattingAnew:
    def test_entries_of_another_style_are_formatted_again(self):
        reference = make_reference()
        entry, updated_at = reference.entry, reference.updated_at
        make_reference("other")
        Reference.objects.filter(pk=reference.pk).update(entry="old", entry_by="nlm-0")
        before = epoch()
        assert reformat() == 1
        reference.refresh_from_db()
        assert (reference.entry, reference.entry_by) == (entry, style_version("nlm"))
        assert reference.updated_at == updated_at
        assert epoch() > before

    def test_another_style_of_the_site_makes_all_entries_stale(self, settings):
        reference = make_reference()
        settings.CITATION_STYLE = "apa"
        assert reformat() == 1
        reference.refresh_from_db()
        assert reference.entry.startswith("Larkin, J. (2015).")
        assert reference.entry_by == style_version("apa")
        assert make_reference("other").entry.startswith("Larkin, J. (2015).")
        assert reformat() == 0

    def test_rows_older_than_their_likeness_get_it(self):
        reference = make_reference()
        likeness = reference.likeness
        Reference.objects.update(likeness="", entry_by="nlm-0")
        reformat()
        reference.refresh_from_db()
        assert reference.likeness == likeness != ""

    def test_as_many_as_were_asked_for(self):
        for key in ("one", "two", "three"):
            make_reference(key)
        Reference.objects.update(entry_by="")
        assert [reformat(limit=2), reformat(limit=2), reformat(limit=2)] == [2, 1, 0]

    def test_nothing_to_do_moves_nothing(self):
        make_reference()
        before = everything()
        assert reformat() == 0
        assert everything() == before
