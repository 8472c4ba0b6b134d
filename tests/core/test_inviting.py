"""Who may ask an expert outside, and what is kept of that."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from immunosite.core import inviting, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.invitations import SignOffLink
from immunosite.core.publishing import EditConflict, PublishingRefused
from immunosite.core.workflow import Signer
from tests.factories import draft_article, publisher

pytestmark = pytest.mark.django_db
SIGNER = Signer("Dr. E. Xpert", "a test, MD", "None")


@pytest.fixture
def revision(db):
    """In review, written by the publisher."""
    revision = draft_article("hope", "First words.\n\nSecond words.")
    workflow.submit(revision, by=publisher())
    return revision


def invite(revision, by, **given):
    return inviting.invite(revision, by=by, **{"invited_name": SIGNER.name, **given})


class TestInviting:
    def test_only_the_hash_of_the_token_is_kept(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert len(token) >= 43  # 256 bits in base64
        kept = SignOffLink.objects.values().get()
        assert token not in str(kept)
        assert token not in str(AuditEntry.objects.values_list("details"))

    def test_it_works_for_two_weeks(self, revision, reviewer):
        link, _ = invite(revision, reviewer)
        assert link.expires_at - link.created_at == timedelta(days=14)

    def test_it_is_audited(self, revision, reviewer):
        link, _ = invite(revision, reviewer)
        entry = AuditEntry.objects.get(action="invite expert")
        assert (entry.by, entry.subject_id) == (reviewer, revision.page_id)
        assert entry.details["outsider"] == SIGNER.name
        assert entry.details["link"] == link.pk

    @pytest.mark.parametrize("who", ["reviewer", "editor"])
    def test_it_takes_the_right_to_review_or_to_publish(self, revision, request, who):
        invite(revision, request.getfixturevalue(who))

    def test_an_author_has_neither(self, revision, author):
        with pytest.raises(PermissionDenied):
            invite(revision, author)

    def test_who_wrote_the_revision_makes_no_link_to_it(self, revision):
        with pytest.raises(PublishingRefused, match="You wrote"):
            invite(revision, publisher())

    @pytest.mark.parametrize(
        "given",
        [
            {"invited_name": "PUBLISHER"},
            {"invited_name": "Pat  Publisher"},
            {"email": "Pat@Example.org"},
        ],
    )
    def test_nor_is_one_made_for_them(self, revision, reviewer, given):
        writer = publisher()
        writer.first_name, writer.last_name = "Pat", "Publisher"
        writer.email = "pat@example.org"
        writer.save()
        revision.refresh_from_db()
        with pytest.raises(ValidationError, match="who wrote"):
            invite(revision, reviewer, **given)

    @pytest.mark.parametrize("given", [{"invited_name": " "}, {"email": "nowhere"}])
    def test_what_is_no_name_or_address_is_refused(self, revision, reviewer, given):
        with pytest.raises(ValidationError):
            invite(revision, reviewer, **given)

    def test_only_what_is_in_review(self, reviewer):
        with pytest.raises(PublishingRefused, match="not in review"):
            invite(draft_article("draft"), reviewer)

    def test_only_the_newest(self, revision, reviewer):
        draft_article("hope", "Newer.")
        with pytest.raises(EditConflict):
            invite(revision, reviewer)
