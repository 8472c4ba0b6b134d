"""Quotations that support a sentence: written by one person, verified by another."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.publishing import discard
from glossary.publishing import discard as discard_term
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.publishing import PublishingRefused
from references import evidencing
from references.evidencing import EvidenceConflict
from references.merging import merge_references
from references.models import Evidence
from references.supporting import Place, may_see
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
WORDS = "Median survival was 10.0 months."


@pytest.fixture
def place():
    page = draft_article("hope", "It grew [@larkin-2015, p. 3].").page
    return Place(page, "It grew.", "k" * 64, make_reference(), "p. 3")


@pytest.fixture
def evidence(place, author):
    return save(place, author)


def save(place, by, quotation=WORDS, seen=""):
    return evidencing.save_evidence(place, quotation=quotation, seen=seen, by=by)


def verify(evidence, place, by):
    return evidencing.verify_evidence(
        place.page, evidence.pk, seen=evidence.seen, by=by
    )


def last_entry():
    return AuditEntry.objects.latest("pk")


class TestSaving:
    def test_keeps_the_words_of_the_source_with_the_sentence(self, place, author):
        stored = save(place, author, f"  {WORDS}\r\nMore. ")
        assert stored.quotation == f"{WORDS}\nMore."
        assert (stored.claim, stored.locator, stored.updated_by) == (
            "It grew.", "p. 3", author,
        )  # fmt: skip
        entry = last_entry()
        assert (entry.action, entry.subject_id, entry.by) == (
            "save evidence", place.page.pk, author,
        )  # fmt: skip
        assert entry.details["after"]["quotation"] == stored.quotation
        assert entry.details["reference"] == "larkin-2015"

    @pytest.mark.parametrize(
        ("quotation", "said"),
        [("", "Copy the words"), (" \n ", "Copy the words"), ("a\0b", "can't be stored"),
         ("x" * 2001, "2,001 characters; 2,000 are allowed")],
    )  # fmt: skip
    def test_refuses_what_is_no_quotation_at_its_field(
        self, place, author, quotation, said
    ):
        with pytest.raises(ValidationError) as refused:
            save(place, author, quotation)
        assert said in refused.value.message_dict["quotation"][0]
        assert not Evidence.objects.exists()

    def test_takes_as_much_as_is_allowed(self, place, author):
        assert len(save(place, author, "x" * 2000).quotation) == 2000

    def test_never_overwrites_what_was_not_seen(self, place, author, evidence, editor):
        with pytest.raises(EvidenceConflict) as conflict:
            save(place, editor, "Mine.", seen="")
        assert conflict.value.evidence == evidence
        assert "author changed this quotation" in str(conflict.value)
        theirs = save(place, editor, "Mine.", seen=evidence.seen)
        with pytest.raises(EvidenceConflict):
            save(place, author, "Mine, too.", seen=evidence.seen)
        theirs.refresh_from_db()
        assert theirs.quotation == "Mine."

    def test_a_verification_in_between_counts_as_a_change(
        self, place, author, evidence, reviewer
    ):
        seen = evidence.seen
        verify(evidence, place, reviewer)
        with pytest.raises(EvidenceConflict):
            save(place, author, "Others.", seen=seen)

    def test_of_what_was_deleted_is_told(self, place, author, evidence):
        seen = evidence.seen
        evidencing.delete_evidence(place.page, evidence.pk, seen=seen, by=author)
        with pytest.raises(EvidenceConflict) as conflict:
            save(place, author, "Others.", seen=seen)
        assert conflict.value.evidence is None
        assert "Somebody deleted" in str(conflict.value)

    def test_takes_the_verification_back_when_the_words_change(
        self, place, author, evidence, reviewer
    ):
        verified = verify(evidence, place, reviewer)
        changed = save(place, author, "Others.", seen=verified.seen)
        assert (changed.verified_at, changed.verified_by) == (None, None)
        assert last_entry().details["before"]["verified_by"] == "reviewer"

    def test_the_same_words_change_nothing(self, place, evidence, reviewer, editor):
        verified = verify(evidence, place, reviewer)
        count = AuditEntry.objects.count()
        same = save(place, editor, f"{WORDS} ", seen=verified.seen)
        assert (same.verified_by, same.updated_by.username) == (reviewer, "author")
        assert AuditEntry.objects.count() == count

    def test_moves_no_epoch_since_readers_see_nothing(self, place, author):
        before = list(Epoch.objects.values())
        save(place, author)
        assert list(Epoch.objects.values()) == before


class TestVerifying:
    def test_says_who_read_the_source_and_when(self, place, evidence, reviewer):
        before = timezone.now()
        found = verify(evidence, place, reviewer)
        assert found.verified_by == reviewer
        assert before <= found.verified_at <= timezone.now()
        assert (last_entry().action, last_entry().details["quotation"]) == (
            "verify evidence", WORDS,
        )  # fmt: skip

    def test_is_not_for_who_wrote_the_words(self, place, editor):
        own = save(place, editor)
        with pytest.raises(ValidationError, match="Somebody else must verify"):
            verify(own, place, editor)

    def test_counts_who_wrote_them_last(self, place, evidence, editor, reviewer):
        mended = save(place, reviewer, "Mended.", seen=evidence.seen)
        with pytest.raises(ValidationError):
            verify(mended, place, reviewer)
        assert verify(mended, place, editor).verified_by == editor

    def test_needs_the_words_that_were_seen(self, place, author, evidence, reviewer):
        save(place, author, "Others.", seen=evidence.seen)
        with pytest.raises(EvidenceConflict):
            verify(evidence, place, reviewer)

    def test_twice_stays_the_first(self, place, evidence, reviewer, editor):
        first = verify(evidence, place, reviewer)
        assert verify(first, place, editor).verified_by == reviewer

    def test_of_another_page_is_not_found(self, evidence, reviewer):
        other = draft_article("other").page
        with pytest.raises(EvidenceConflict):
            evidencing.verify_evidence(
                other, evidence.pk, seen=evidence.seen, by=reviewer
            )

    def test_can_be_taken_back(self, place, evidence, reviewer, editor):
        verified = verify(evidence, place, reviewer)
        evidencing.withdraw_verification(
            place.page, verified.pk, seen=verified.seen, by=editor
        )
        evidence.refresh_from_db()
        assert (evidence.verified_at, evidence.quotation) == (None, WORDS)
        assert last_entry().details["before"] == {"verified_by": "reviewer"}

    def test_the_database_keeps_the_promise(self, evidence, reviewer):
        rows = Evidence.objects.filter(pk=evidence.pk)
        for wrong in (
            {"verified_at": timezone.now()},
            {"verified_by": reviewer},
            {"verified_at": timezone.now(), "verified_by": reviewer, "quotation": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)


class TestTakingOver:
    def test_moves_the_words_to_the_sentence_as_it_is_now(
        self, place, evidence, reviewer, editor
    ):
        verified = verify(evidence, place, reviewer)
        now = Place(place.page, "It shrank.", "n" * 64, place.reference, "p. 4")
        moved = evidencing.take_over(verified.pk, now, seen=verified.seen, by=editor)
        moved.refresh_from_db()
        assert (moved.pk, moved.claim, moved.claim_key, moved.locator) == (
            evidence.pk, "It shrank.", "n" * 64, "p. 4",
        )  # fmt: skip
        assert (moved.quotation, moved.verified_at, moved.updated_by) == (
            WORDS, None, editor,
        )  # fmt: skip
        assert last_entry().details["former"] == "It grew."

    def test_not_to_a_sentence_that_has_its_own(self, place, evidence, author):
        now = Place(place.page, "It shrank.", "n" * 64, place.reference)
        save(now, author, "Its own.")
        with pytest.raises(ValidationError, match="has a quotation already"):
            evidencing.take_over(evidence.pk, now, seen=evidence.seen, by=author)


class TestDeleting:
    def test_leaves_the_words_in_the_audit(self, place, evidence, author):
        evidencing.delete_evidence(
            place.page, evidence.pk, seen=evidence.seen, by=author
        )
        assert not Evidence.objects.exists()
        assert last_entry().details["before"] == {"quotation": WORDS}

    def test_needs_what_was_seen(self, place, evidence, author):
        with pytest.raises(EvidenceConflict):
            evidencing.delete_evidence(place.page, evidence.pk, seen="", by=author)
        assert Evidence.objects.exists()


class TestAPageThatIsDiscarded:
    def test_takes_its_evidence_along_and_the_audit_keeps_the_words(
        self, place, evidence, reviewer
    ):
        verify(evidence, place, reviewer)
        kept = save(
            Place(draft_article("other").page, "It.", "o" * 64, place.reference),
            reviewer,
        )
        discard(place.page, by=publisher())
        assert list(Evidence.objects.all()) == [kept]
        entry = AuditEntry.objects.get(action="delete evidence")
        assert (entry.subject_id, entry.by) == (evidence.page_id, publisher())
        assert entry.details["before"] == {
            "quotation": WORDS, "verified_by": str(reviewer),
        }  # fmt: skip

    def test_does_so_for_a_term_too(self, author):
        term = draft_term("Cell", "It grew [@larkin-2015].").page
        save(Place(term, "It grew.", "k" * 64, make_reference()), author)
        discard_term(term, by=publisher())
        assert not Evidence.objects.exists()

    def test_keeps_it_when_it_is_refused(self, author):
        page = make_article("hope").page
        save(Place(page, "It grew.", "k" * 64, make_reference()), author)
        with pytest.raises(PublishingRefused):
            discard(page, by=publisher())
        assert Evidence.objects.exists()
        assert not AuditEntry.objects.filter(action="delete evidence").exists()


class TestRights:
    def test_authors_write_and_do_not_verify(self, place, evidence, author):
        other = make_user("second", role="Author")
        with pytest.raises(PermissionDenied):
            verify(evidence, place, other)
        with pytest.raises(PermissionDenied):
            evidencing.withdraw_verification(
                place.page, evidence.pk, seen=evidence.seen, by=other
            )

    def test_nobody_without_a_role_does_anything(self, place, evidence, author):
        guest = make_user("guest", role="Author")
        guest.groups.clear()
        seen, key = evidence.seen, evidence.pk
        for deed in (
            lambda: save(place, guest, "Mine.", seen=seen),
            lambda: verify(evidence, place, guest),
            lambda: evidencing.take_over(key, place, seen=seen, by=guest),
            lambda: evidencing.delete_evidence(place.page, key, seen=seen, by=guest),
        ):
            with pytest.raises(PermissionDenied):
                deed()
        assert not may_see(place.page, guest)


class TestMerging:
    def test_of_references_carries_evidence_over_as_it_is(
        self, place, evidence, reviewer
    ):
        verify(evidence, place, reviewer)
        survivor = make_reference("survivor")
        merge_references(survivor, place.reference, by=publisher(), reason="The same.")
        (kept,) = survivor.evidence.all()
        assert (kept.pk, kept.quotation, kept.verified_by) == (
            evidence.pk, WORDS, reviewer,
        )  # fmt: skip

    def test_keeps_what_the_survivor_has_and_tells_what_is_dropped(
        self, place, evidence, author
    ):
        survivor = make_reference("survivor")
        columns = {**place.columns(), "reference": survivor}
        own = save(Place(place.page, "It grew.", **columns), author, "Ours.")
        merge_references(survivor, place.reference, by=publisher(), reason="The same.")
        assert list(Evidence.objects.values_list("pk", "quotation")) == [
            (own.pk, "Ours.")
        ]
        entry = AuditEntry.objects.filter(action="merge reference").latest("pk")
        assert entry.details["quotations"] == [f"It grew.: {WORDS}"]
