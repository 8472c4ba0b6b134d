"""The deeds on a term: who may do them, what they change, what they leave alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import ArticleRevision
from glossary.drafting import content_of
from glossary.models import Form as TermForm
from glossary.models import Term, TermMention, TermRevision
from glossary.publishing import (
    discard,
    publish,
    publish_together,
    rename,
    restore,
    save_draft,
    try_on,
    withdraw,
)
from glossary.relinking import announce, rerender_stale
from glossary.signals import vocabulary_changed
from glossary.wording import Form
from immunosite.core import markdown
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.documents import Document
from immunosite.core.intervals import State
from immunosite.core.publishing import (
    AT_ONCE,
    EditConflict,
    PublishingRefused,
    SeveralRefused,
)
from tests.factories import (
    approved,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIELDS = {"title": "T cell", "body": "A white blood cell."}
WORD = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=6)
CONTENT = st.fixed_dictionaries(
    {
        "title": WORD,
        "body": st.sampled_from(["", "One.", "Two [@nobody]."]),
        "is_automatic": st.booleans(),
        "professional": st.sampled_from(["", "Exact.\n\n  Words."]),
        "respelling": st.sampled_from(["", "SELL"]),
        "ipa": st.sampled_from(["", "sɛl"]),
        "audio": st.sampled_from(["", "/media/a.mp3"]),
        "picture": st.sampled_from(["", "/media/a-1x1.png"]),
        "picture_alt": st.sampled_from(["A cell.", "A drop."]),
        "picture_credit": st.sampled_from(["", "NCI"]),
        "translations": st.dictionaries(st.sampled_from(["es", "zh-Hans"]), WORD),
        "forms": st.lists(
            st.builds(
                Form,
                WORD.map("x{}".format),
                st.sampled_from(["plural", "synonym", "variant", "abbreviation"]),
                st.sampled_from(["", "any", "exact"]),
                st.booleans(),
                st.booleans(),
            ),
            max_size=4,
            unique_by=lambda form: form.text,
        ),
    }
)


@pytest.fixture
def reader_only(db):
    """Staff without any right."""
    user = make_user("nobody")
    user.is_superuser = False
    user.save()
    return user


@pytest.fixture
def told():
    """The sets of forms that were announced, in order."""
    heard: list[set[str]] = []

    def hear(sender, forms, **kwargs):
        heard.append(forms)

    vocabulary_changed.connect(hear)
    yield heard
    vocabulary_changed.disconnect(hear)


def epoch() -> int:
    return Epoch.objects.get().value


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def messages(refused) -> list[str]:
    return [problem.message for problem in refused.value.problems]


def fresh(revision) -> TermRevision:
    return TermRevision.objects.get(pk=revision.pk)


def html_of(revision) -> str:
    return type(revision).objects.get(pk=revision.pk).html


class TestSaveDraft:
    def test_creates_a_term_with_its_first_revision_and_its_forms(self, author):
        tag = make_tag("Cells")
        revision = save_draft(
            Term(slug="t-cell"),
            based_on=None,
            by=author,
            forms=[
                Form("T  cells", "plural"),
                Form("TC", "abbreviation"),
                Form("", "synonym"),
            ],
            is_automatic=False,
            tags=[tag],
            note="First.",
            **FIELDS,
        )
        assert (revision.number, revision.created_by) == (1, author)
        assert (revision.title, revision.note) == ("T cell", "First.")
        assert not revision.is_automatic
        assert list(revision.tags.all()) == [tag]
        assert revision.state_at() is State.DRAFT
        assert list(revision.forms.values_list("kind", "text", "folded")) == [
            ("headword", "T cell", "t cell"),
            ("plural", "T cells", "t cells"),
            ("abbreviation", "TC", "tc"),
        ]

    def test_may_be_incomplete(self, author):
        revision = save_draft(
            Term(slug="empty"), based_on=None, by=author, title="", body=""
        )
        assert not revision.forms.exists()

    def test_appends_and_never_overwrites(self, author):
        first = draft_term("T cell", "One.", forms=[("plural", "T cells")])
        second = save_draft(first.page, based_on=1, by=author, **FIELDS)
        assert (second.number, second.based_on) == (2, first)
        assert fresh(first).body == "One."
        assert first.forms.count() == 2
        assert second.forms.count() == 1

    def test_is_written_into_the_audit(self, author):
        save_draft(Term(slug="t-cell"), based_on=None, by=author, **FIELDS)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.by) == ("save draft", author)
        assert entry.subject_type == "glossary.term"

    def test_changes_nothing_that_readers_see(self, author, told):
        live = make_term("T cell")
        told.clear()
        before = epoch()
        forms = [Form("secret", "synonym")]
        save_draft(live.page, based_on=1, by=author, forms=forms, **FIELDS)
        assert epoch() == before
        assert live.page.live_revision() == live
        assert told == []

    def test_notes_the_problems_of_the_definition(self, author):
        revision = draft_term("T cell", "One.\n\nTwo [@nobody].")
        (problem,) = revision.problems
        assert (problem["line"], problem["code"]) == (3, "citation")

    def test_needs_the_right_to_add(self, reader_only):
        with pytest.raises(PermissionDenied, match="glossary.add_term"):
            save_draft(Term(slug="t"), based_on=None, by=reader_only, **FIELDS)
        assert not Term.objects.exists()

    def test_needs_the_right_to_change(self, reader_only):
        term = draft_term("T cell").page
        with pytest.raises(PermissionDenied, match="glossary.change_term"):
            save_draft(term, based_on=1, by=reader_only, **FIELDS)

    def test_refuses_to_go_over_what_somebody_else_saved(self, author):
        draft_term("T cell")
        newest = draft_term("T cell", "Theirs.")
        with pytest.raises(EditConflict) as conflict:
            save_draft(newest.page, based_on=1, by=author, **FIELDS)
        assert conflict.value.newest == newest
        assert newest.page.revisions.count() == 2

    @pytest.mark.parametrize(
        ("given", "key"),
        [
            ({"forms": [Form("T cell", "plural")]}, "words"),
            ({"forms": [Form("x" * 201, "synonym")]}, "words"),
            ({"title": "x" * 201}, "title"),
            ({"title": "a\0b"}, "title"),
            ({"body": "a\0b"}, "body"),
            ({"note": "x" * 301}, "note"),
        ],
    )
    def test_refuses_what_can_not_be_stored(self, author, given, key):
        with pytest.raises(ValidationError) as error:
            save_draft(
                Term(slug="t-cell"), based_on=None, by=author, **{**FIELDS, **given}
            )
        assert set(error.value.error_dict) == {key}
        assert not Term.objects.exists()

    @pytest.mark.parametrize("text", ["a\0b", "half of \ud83d"])
    def test_refuses_a_form_that_the_database_can_not_hold(self, author, text):
        with pytest.raises(ValidationError) as error:
            save_draft(
                Term(slug="t-cell"),
                based_on=None,
                by=author,
                forms=[Form(text, "synonym")],
                **FIELDS,
            )
        assert set(error.value.error_dict) == {"words"}
        assert not Term.objects.exists()

    def test_keeps_a_form_that_grows_when_it_is_folded(self, author):
        revision = draft_term("T cell", forms=[("synonym", "ΐ" * 200)])
        assert revision.forms.get(kind="synonym").text == "ΐ" * 200


class TestPublish:
    def test_makes_the_term_live_with_its_rendering(self):
        make_reference("larkin-2015")
        make_term("Antigen")
        revision = draft_term("T cell", "Knows an *antigen* [@larkin-2015].\n\nMore.")
        publish(approved(revision), by=publisher())
        live = revision.page.live_revision()
        assert live == revision
        assert 'href="#word-antigen"' in live.html
        assert live.lead == "Knows an antigen."
        assert [row.reference.key for row in live.citations.all()] == ["larkin-2015"]
        assert [row.term.slug for row in live.mentions.all()] == ["antigen"]
        assert Document.objects.get(revision_id=live.pk).path == "/glossary/t-cell/"

    def test_links_its_definition_to_all_but_itself(self):
        live = make_term("T cell", "A T cell is no other cell.")
        make_term("Cell", "Any T cell.")
        assert [row.term.slug for row in fresh(live).mentions.all()] == ["cell"]

    def test_closes_the_interval_of_its_predecessor(self):
        first = make_term("T cell", "One.")
        second = make_term("T cell", "Two.")
        assert fresh(first).live_until == second.live_from

    def test_is_written_into_the_audit_and_moves_the_epoch(self, editor):
        revision = approved(draft_term("T cell"))
        before = epoch()
        publish(revision, by=editor)
        entry = AuditEntry.objects.get(by=editor)
        assert (entry.action, entry.subject) == ("publish", "T cell")
        assert epoch() > before

    def test_needs_the_right_to_publish(self, author):
        revision = approved(draft_term("T cell"))
        with pytest.raises(PermissionDenied, match="glossary.publish_term"):
            publish(revision, by=author)
        assert fresh(revision).state_at() is State.DRAFT

    def test_takes_only_the_newest_revision_and_none_twice(self):
        old = approved(draft_term("T cell", "One."))
        newest = approved(draft_term("T cell", "Two."))
        with pytest.raises(EditConflict):
            publish(old, by=publisher())
        publish(newest, by=publisher())
        with pytest.raises(PublishingRefused, match="published before"):
            publish(newest, by=publisher())

    def test_says_all_that_is_missing_or_wrong_at_once(self):
        make_term("Cell")
        revision = draft_term("cell", "One.\n\n[[zzz]] [@no]", slug="other")
        with pytest.raises(PublishingRefused) as refused:
            publish(revision, by=publisher())
        told = messages(refused)
        assert told[0].startswith("“Cell” already belongs to “Cell”.")
        assert told[1:] == [
            "No reference has the key “no”.",
            "The glossary has no live term “zzz”.",
        ]

    def test_refuses_a_definition_that_can_not_be_rendered(self):
        revision = draft_term("T cell", "[" * 5000)
        with pytest.raises(PublishingRefused, match="square brackets"):
            publish(revision, by=publisher())

    @pytest.mark.parametrize("days", [(-1, None), (2, 1)])
    def test_refuses_an_interval_that_makes_no_sense(self, days):
        start, end = (day and timezone.now() + day * DAY for day in days)
        revision = approved(draft_term("T cell"))
        with pytest.raises(PublishingRefused, match="in the past|after the start"):
            publish(revision, by=publisher(), live_from=start, live_until=end)
        assert fresh(revision).state_at() is State.DRAFT

    def test_a_refusal_changes_nothing(self, told):
        live = make_term("T cell", "One.")
        draft = draft_term("T cell", "Two [@no].", forms=[("plural", "T cells")])
        told.clear()
        before, entries = epoch(), AuditEntry.objects.count()
        with pytest.raises(PublishingRefused):
            publish(draft, by=publisher())
        assert live.page.live_revision() == live
        assert (fresh(live).live_until, fresh(draft).html) == (None, "")
        assert (epoch(), AuditEntry.objects.count()) == (before, entries)
        assert told == []

    def test_a_term_that_was_withdrawn_gives_its_words_away(self):
        old = make_term("Cell").page
        withdraw(old, by=publisher(), reason="No.")
        make_term("Body cell", forms=[("synonym", "cell")])
        again = draft_term("Cell")
        with pytest.raises(PublishingRefused, match="belongs to “Body cell”"):
            publish(again, by=publisher())


class TestPublishTogether:
    def test_lets_definitions_name_one_another_whatever_their_order(self):
        one = draft_term("Antigen", "What a [[T cell]] sees.")
        other = draft_term("T cell", "It sees an [[antigen]].")
        publish_together([approved(one), approved(other)], by=publisher())
        assert [m.term.slug for m in one.mentions.all()] == ["t-cell"]
        assert [m.term.slug for m in other.mentions.all()] == ["antigen"]

    def test_tells_the_other_pages_once(self, told):
        drafts = [approved(draft_term(title)) for title in ("Antigen", "Cell")]
        publish_together(drafts, by=publisher())
        (forms,) = told
        assert {"Antigen", "Cell"} <= forms

    def test_publishes_all_or_none(self):
        good = draft_term("Antigen")
        bad, worse = draft_term("Cell", "[[zzz]]"), draft_term("Gene", " ")
        for revision in (good, bad, worse):
            approved(revision)
        before = epoch()
        with pytest.raises(SeveralRefused) as refused:
            publish_together([good, bad, worse], by=publisher())
        assert set(refused.value.by_revision) == {bad.pk, worse.pk}
        assert "zzz" in refused.value.by_revision[bad.pk][0].message
        assert not TermRevision.objects.live().exists()
        assert epoch() == before
        assert "publish" not in actions()

    def test_sees_words_that_two_of_them_claim(self):
        one = draft_term("Antigen", forms=[("synonym", "target")])
        other = draft_term("Goal", forms=[("synonym", "target")])
        for revision in (one, other):
            approved(revision)
        with pytest.raises(SeveralRefused) as refused:
            publish_together([one, other], by=publisher())
        (problem,) = refused.value.by_revision[other.pk]
        assert problem.message.startswith("“target” already belongs to “Antigen”.")

    def test_may_hand_words_from_one_to_another(self):
        make_term("Antigen", forms=[("synonym", "target")])
        without = draft_term("Antigen")
        taking = draft_term("Goal", forms=[("synonym", "target")])
        publish_together([approved(without), approved(taking)], by=publisher())
        assert taking.page.live_revision() == taking

    def test_keeps_all_back_when_one_is_not_approved(self):
        fine, other = approved(draft_term("Antigen")), draft_term("Cell")
        with pytest.raises(SeveralRefused) as refused:
            publish_together([fine, other], by=publisher())
        (problem,) = refused.value.by_revision[other.pk]
        assert problem.message.startswith("Revision 1 is not approved (draft).")
        assert not TermRevision.objects.live().exists()

    def test_a_reason_is_kept_just_where_nobody_approved(self):
        fine, other = approved(draft_term("Antigen")), draft_term("Cell")
        publish_together([fine, other], by=publisher(), forced_reason="A recall.")
        assert (fresh(fine).forced_reason, fresh(other).forced_reason) == (
            "", "A recall.",
        )  # fmt: skip

    def test_of_nothing_is_nothing(self):
        before = epoch()
        publish_together([], by=publisher())
        assert epoch() == before

    def test_needs_the_right_to_publish(self, author):
        with pytest.raises(PermissionDenied):
            publish_together([draft_term("Cell")], by=author)


class TestWithdraw:
    def test_ends_what_is_live_and_what_was_to_come(self, editor):
        live = make_term("Cell", "Now.")
        later = make_term("Cell", "Later.", live_from=timezone.now() + DAY)
        withdraw(live.page, by=editor, reason="Out of date.")
        assert live.page.live_revision() is None
        assert fresh(later).state_at() is State.DRAFT
        assert not Document.objects.exists()
        entry = AuditEntry.objects.get(by=editor)
        assert (entry.action, entry.details["reason"]) == ("withdraw", "Out of date.")

    def test_pages_that_link_it_lose_the_link(self):
        term = make_term("Cell").page
        article, other = make_article("a", "A cell."), make_term("Tissue", "A cell.")
        for page in (article, other):
            assert "word-cell" in html_of(page)
        withdraw(term, by=publisher(), reason="No.")
        for page in (article, other):
            assert "word-cell" not in html_of(page)
            assert not page.mentions.exists()

    def test_needs_the_right_to_publish(self, author):
        live = make_term("Cell")
        with pytest.raises(PermissionDenied):
            withdraw(live.page, by=author, reason="No.")
        assert live.page.live_revision() == live

    def test_refuses_when_nothing_is_public(self):
        with pytest.raises(PublishingRefused, match="not public"):
            withdraw(draft_term("Cell").page, by=publisher(), reason="No.")


class TestRicherDefinitions:
    RICHER = {
        "professional": "Exact words on a gene [@b; @a].",
        "respelling": "TEE-sell",
        "ipa": "ˈtiː sɛl",
        "audio": "/media/a.mp3",
        "picture": "/media/a-1x1.png",
        "picture_alt": "A cell.",
        "picture_credit": "NCI",
        "translations": {"es": "célula T"},
    }

    def test_are_kept_with_the_draft_and_in_the_audit(self, author):
        other = draft_term("Blood cell").page
        revision = save_draft(
            Term(slug="t-cell"),
            based_on=None,
            by=author,
            relations=[("broader", other)],
            forms=[Form("TC", "abbreviation", "any", is_sense=True)],
            **FIELDS,
            **self.RICHER,
        )
        kept = fresh(revision)
        assert {name: getattr(kept, name) for name in self.RICHER} == self.RICHER
        assert [(row.kind, row.term) for row in kept.relations.all()] == [
            ("broader", other)
        ]
        told = AuditEntry.objects.get(by=author).details["after"]
        assert told["words"] == [
            "abbreviation: TC (in any case, one of several meanings)"
        ]
        assert told["relations"] == ["broader: blood-cell"]
        assert told["professional"].startswith("31 characters, SHA-256")
        assert told["translations"] == {"es": "célula T"}

    def test_a_picture_without_words_and_a_wrong_language_are_refused(self, author):
        for wrong, field in [
            ({"picture_alt": ""}, "picture_alt"),
            ({"translations": {"spanish!": "x"}}, "translations"),
        ]:
            with pytest.raises(ValidationError) as error:
                draft_term("T cell", **{**self.RICHER, **wrong})
            assert list(error.value.message_dict) == [field]
        assert not Term.objects.exists()

    def test_the_text_for_professionals_is_compiled_beneath_the_plain_one(self):
        for key in ("a", "b"):
            make_reference(key)
        make_term("Gene")
        live = make_term("T cell", "A cell [@a]. It has a gene.", **self.RICHER)
        row = fresh(live)
        assert "Exact words on a gene" in row.professional_html
        # Numbers go on, and a word is linked once on the page.
        assert 'href="#ref-2"' in row.professional_html
        assert 'id="cite-1-2"' in row.professional_html
        assert "word-gene" not in row.professional_html
        assert "word-gene" in row.html
        assert list(row.citations.values_list("number", "nth", "reference__key")) == [
            (1, 1, "a"), (1, 2, "a"), (2, 1, "b"),
        ]  # fmt: skip
        assert "Exact words" in row.text

    def test_a_word_only_in_the_text_for_professionals_is_linked_anew(self):
        live = make_term("T cell", professional="It has a gene.")
        assert "word-gene" not in fresh(live).professional_html
        make_term("Gene")
        assert "word-gene" in fresh(live).professional_html
        assert [row.words for row in live.mentions.all()] == ["gene"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                "One.\n\n[@nobody]",
                "For professionals, line 3: No reference has the key",
            ),
            ("[[nothing]]", "For professionals, line 1: The glossary has no live term"),
            ("## Heading", "For professionals: This text can't hold headings"),
            ("A[^1]\n\n[^1]: B", "For professionals: This text can't hold footnotes"),
        ],
    )
    def test_its_problems_name_it_and_keep_the_term_from_going_live(self, text, told):
        revision = approved(draft_term("T cell", professional=text))
        assert any(told in problem["message"] for problem in revision.problems)
        with pytest.raises(PublishingRefused, match=re.escape(told)):
            publish(revision, by=publisher())


class TestRestore:
    def test_makes_a_draft_that_says_what_the_old_one_said(self, author):
        tag = make_tag("Cells")
        forms = [("plural", "cells"), ("abbreviation", "C")]
        old = make_term("Cell", "One.", forms=forms, tags=[tag], is_automatic=False)
        make_term("Body cell", "Two.", slug="cell")
        draft = restore(old, based_on=2, by=author)
        assert (draft.number, draft.state_at()) == (3, State.DRAFT)
        assert (draft.title, draft.body, draft.is_automatic) == ("Cell", "One.", False)
        assert list(draft.forms.values_list("kind", "text")) == [
            ("headword", "Cell"), *forms,
        ]  # fmt: skip
        assert list(draft.tags.all()) == [tag]
        assert draft.note == "Restored from revision 1."

    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        deadline=None,
    )
    @given(said=CONTENT, other=CONTENT)
    def test_is_identical_in_every_field(self, said, other):
        with transaction.atomic():
            tags = {"tags": [make_tag("Cells")]}
            relations = {"relations": [("part of", draft_term("Whole").page)]}
            term = Term(slug="cell")
            old = save_draft(
                term, based_on=None, by=publisher(), **said, **tags, **relations
            )
            save_draft(term, based_on=1, by=publisher(), **other)
            new = restore(old, based_on=2, by=publisher())
            assert content_of(fresh(new)) == content_of(fresh(old))
            own = {"id", "number", "note", "based_on_id", "created_at", "problems"}
            columns = [
                {name: value for name, value in row.items() if name not in own}
                for row in TermRevision.objects.filter(pk__in=[old.pk, new.pk]).values()
            ]
            assert columns[0] == columns[1]
            transaction.set_rollback(True)

    def test_does_not_go_over_what_somebody_else_saved(self, author):
        old = draft_term("Cell", "One.")
        draft_term("Cell", "Two.")
        with pytest.raises(EditConflict):
            restore(old, based_on=1, by=author)


class TestDiscard:
    def test_deletes_what_was_never_public_with_all_its_drafts(self, editor):
        draft_term("Cell", forms=[("plural", "cells")])
        discard(draft_term("Cell").page, by=editor)
        assert not Term.objects.exists()
        assert not TermForm.objects.exists()
        assert AuditEntry.objects.get(by=editor).details["before"]["slug"] == "cell"

    def test_refuses_what_was_public_or_will_be(self):
        was = make_term("Was").page
        withdraw(was, by=publisher(), reason="No.")
        soon = make_term("Soon", live_from=timezone.now() + DAY).page
        for term in (was, soon):
            with pytest.raises(PublishingRefused, match="Withdraw it instead"):
                discard(term, by=publisher())

    def test_needs_the_right_to_delete(self, author):
        with pytest.raises(PermissionDenied):
            discard(draft_term("Cell").page, by=author)
        assert Term.objects.exists()


class TestRename:
    def test_gives_a_term_that_was_never_public_another_address(self, author):
        term = draft_term("Cell").page
        rename(term, "body-cell", by=author)
        assert Term.objects.get().get_absolute_url() == "/glossary/body-cell/"
        entry = AuditEntry.objects.get(by=author)
        assert entry.details == {
            "before": {"slug": "cell"},
            "after": {"slug": "body-cell"},
        }

    def test_the_former_address_leads_to_the_term_for_good(self, client):
        term = make_term("Cell").page
        rename(term, "body-cell", by=publisher())
        rename(term, "living-cell", by=publisher())
        for former in ("cell", "body-cell"):
            response = client.get(f"/glossary/{former}/")
            assert (response.status_code, response["Location"]) == (
                301,
                "/glossary/living-cell/",
            )
        assert client.get("/glossary/living-cell/").status_code == 200

    def test_back_to_a_former_address(self, client):
        term = make_term("Cell").page
        rename(term, "other", by=publisher())
        rename(term, "cell", by=publisher())
        assert client.get("/glossary/cell/").status_code == 200
        assert client.get("/glossary/other/")["Location"] == "/glossary/cell/"

    def test_links_of_stored_pages_stay_whole(self, client):
        term = make_term("Cell").page
        make_article("hope", "A cell. See [[cell]].")
        rename(term, "body-cell", by=publisher())
        page = client.get("/articles/hope/").content.decode()
        (target,) = set(re.findall(r'class="term"[^>]*href="#([^"]+)"', page))
        assert f'id="{target}"' in page
        assert "/glossary/body-cell/" in page

    def test_marks_by_the_former_slug_still_find_it(self):
        term = make_term("Cell", slug="c1").page
        rename(term, "c2", by=publisher())
        assert not draft_article("hope", "This [[c1|one]] and [[c2|two]].").problems

    def test_nobody_else_may_take_the_former_address(self):
        term = make_term("Cell").page
        rename(term, "other", by=publisher())
        with pytest.raises(ValidationError, match="redirects to “Cell”"):
            rename(draft_term("Gene").page, "cell", by=publisher())
        with pytest.raises(ValidationError, match="redirects to “Cell”"):
            draft_term("Cell membrane", slug="cell")

    def test_of_a_public_one_takes_the_right_to_publish(self, author):
        with pytest.raises(PermissionDenied, match="glossary.publish_term"):
            rename(make_term("Cell").page, "other", by=author)

    @pytest.mark.parametrize("slug", ["taken", "no slug", ""])
    def test_refuses_an_address_that_is_taken_or_none(self, slug):
        draft_term("Taken")
        term = draft_term("Cell").page
        with pytest.raises(ValidationError) as error:
            rename(term, slug, by=publisher())
        assert set(error.value.error_dict) == {"slug"}
        assert Term.objects.filter(slug="cell").exists()

    def test_needs_the_right_to_change(self, reader_only):
        with pytest.raises(PermissionDenied):
            rename(draft_term("Cell").page, "other", by=reader_only)


class TestRelinking:
    """What a change of the glossary does to other pages."""

    def test_a_new_term_is_linked_in_articles_and_definitions(self):
        article, term = make_article("a", "All cells."), make_term("Gene", "In cells.")
        make_term("Cell", forms=[("plural", "cells")])
        for page in (article, term):
            assert 'href="#word-cell"' in html_of(page)
            assert [row.words for row in page.mentions.all()] == ["cells"]

    def test_a_longer_form_takes_a_word_from_a_shorter_one(self):
        make_term("Cell")
        article = make_article("a", "A T cell.")
        assert "word-cell" in html_of(article)
        make_term("T cell")
        assert "word-cell" not in html_of(article)
        assert "word-t-cell" in html_of(article)

    def test_a_page_without_the_words_is_left_alone(self, told):
        article, term = make_article("a", "Mice."), make_term("Gene", "Mice.")
        for model in (ArticleRevision, TermRevision):
            model.objects.update(html="untouched")
        make_term("Cell", forms=[("plural", "cells")])
        assert html_of(article) == html_of(term) == "untouched"

    def test_a_corrected_definition_tells_nobody(self, told):
        make_term("Cell", "One.")
        told.clear()
        make_term("Cell", "Two.", tags=[make_tag("Cells")])
        assert told == []

    def test_only_what_changed_is_told(self, told):
        make_term("Cell", forms=[("plural", "cells"), ("synonym", "corpuscle")])
        told.clear()
        make_term("Cell", forms=[("plural", "cells"), ("synonym", "unit")])
        assert told == [{"corpuscle", "unit"}]

    def test_a_mark_by_slug_is_linked_once_the_term_is_there(self):
        make_term("Cell", slug="x-cell")
        article = make_article("a", "All [[x-cell|these]].")
        term = Term.objects.get(slug="x-cell")
        withdraw(term, by=publisher(), reason="No.")
        assert "word-x-cell" not in html_of(article)
        make_term("Cell", slug="x-cell")
        assert "word-x-cell" in html_of(article)

    @pytest.mark.parametrize("text", ["naïve cells", "nai\u0308ve cells"])
    @pytest.mark.parametrize("title", ["Naïve cells", "Nai\u0308ve cells"])
    def test_finds_the_words_however_their_accents_are_written(self, text, title):
        article = make_article("a", f"All {text}.")
        make_term(title, slug="term")
        assert "word-term" in html_of(article)

    @pytest.mark.parametrize("text", ["Hodgkin’s lymphoma", "Hodgkin's lymphoma"])
    def test_and_their_apostrophes(self, text):
        article = make_article("a", f"Has {text}.")
        make_term("Hodgkin's lymphoma", slug="term")
        assert "word-term" in html_of(article)

    def test_many_definitions_wait_for_the_command(self):
        for number in range(AT_ONCE + 1):
            make_term(f"Term {number}", "A cell.")
        make_term("Cell")
        # Among them its own: its headword is a word of its page.
        assert TermRevision.objects.stale().count() == AT_ONCE + 2
        assert rerender_stale(limit=2) == 2
        assert rerender_stale() == AT_ONCE
        assert rerender_stale() == 0
        assert TermMention.objects.count() == AT_ONCE + 1

    def test_the_work_grows_with_the_pages_that_hold_the_words_only(self):
        def queries(title: str) -> int:
            revision = approved(draft_term(title))
            with CaptureQueriesContext(connection) as asked:
                publish(revision, by=publisher())
            return len(asked)

        make_article("a", "Words.")
        few = queries("Cell")
        for number in range(10):
            make_article(f"b{number}", "Other words.")
        assert queries("Gene") == few

    def test_a_new_pipeline_makes_all_that_is_public_stale(self, monkeypatch):
        make_term("Live")
        make_term("Soon", live_from=timezone.now() + DAY)
        draft_term("Draft")
        assert markdown.PIPELINE_VERSION != "next"
        monkeypatch.setattr("immunosite.core.intervals.PIPELINE_VERSION", "next")
        monkeypatch.setattr("glossary.storing.PIPELINE_VERSION", "next")
        assert rerender_stale() == 2
        assert not TermRevision.objects.stale().exists()


class TestAnnounce:
    """What begins or ends by the clock is told to the pages that hold its words."""

    def test_a_scheduled_term_is_linked_once_it_is_live(self, told):
        start = timezone.now() + DAY
        article = make_article("a", "A cell.")
        make_term("Cell", live_from=start)
        assert "word-cell" not in html_of(article)
        assert announce() == 0
        told.clear()
        with time_machine.travel(start + DAY):
            assert announce() == 1
            assert "word-cell" in html_of(article)
            assert announce() == 0
        assert told == [{"Cell", "cell"}]

    def test_an_ended_term_is_linked_no_more(self):
        end = timezone.now() + DAY
        make_term("Cell", live_until=end)
        article = make_article("a", "A cell.")
        assert "word-cell" in html_of(article)
        with time_machine.travel(end + DAY):
            assert announce() == 1
            assert "word-cell" not in html_of(article)

    def test_a_successor_with_the_same_words_tells_nobody(self, told):
        make_term("Cell", "Now.")
        start = timezone.now() + DAY
        make_term("Cell", "Later.", live_from=start)
        told.clear()
        with time_machine.travel(start + DAY):
            assert announce() == 2
        assert told == []


class TestTryOn:
    def test_shows_a_draft_as_if_it_were_live_and_leaves_nothing(self):
        live = make_term("Cell", "Now.")
        draft = draft_term("Cell", "Draft.")
        before = list(TermRevision.objects.order_by("pk").values())
        with transaction.atomic():
            try_on(draft)
            assert live.page.live_revision() == draft
            assert "Draft." in html_of(draft)
            transaction.set_rollback(True)
        assert list(TermRevision.objects.order_by("pk").values()) == before

    def test_refuses_what_can_not_be_rendered(self):
        with pytest.raises(markdown.BodyRefused):
            try_on(draft_term("Cell", "[" * 5000))
