"""Who looks after a page, and when it is looked at again."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.caring import set_care
from tests.factories import draft_article

pytestmark = pytest.mark.django_db


def epoch() -> int:
    return Epoch.objects.get().value


class TestSetCare:
    DUE = date(2031, 5, 1)

    def test_is_told_readers_and_written_down(self, editor, author):
        page = draft_article("hope").page
        before = epoch()
        set_care(page, by=editor, owner=author, review_due_on=self.DUE)
        page.refresh_from_db()
        assert (page.owner, page.review_due_on) == (author, self.DUE)
        assert epoch() > before
        details = AuditEntry.objects.get(action="set care").details
        assert details["before"] == {"owner": None, "review_due_on": None}
        assert details["after"] == {"owner": author.pk, "review_due_on": "2031-05-01"}

    def test_can_be_taken_away(self, editor, author):
        page = draft_article("hope").page
        set_care(page, by=editor, owner=author, review_due_on=self.DUE)
        set_care(page, by=editor, owner=None, review_due_on=None)
        page.refresh_from_db()
        assert (page.owner, page.review_due_on) == (None, None)

    @pytest.mark.parametrize("who", ["author", "reviewer"])
    def test_takes_the_right_to_publish(self, request, who):
        page = draft_article("hope").page
        user = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied, match="publish_article"):
            set_care(page, by=user, owner=user, review_due_on=None)

    def test_outlives_who_had_it(self, editor, django_user_model):
        owner = django_user_model.objects.create_user("owner")
        page = draft_article("hope").page
        set_care(page, by=editor, owner=owner, review_due_on=self.DUE)
        owner.delete()
        page.refresh_from_db()
        assert (page.owner, page.review_due_on) == (None, self.DUE)
