"""What no form of the site would send: foreign keys, invented fields, forged inlines."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from articles.models import Article
from glossary.models import Term
from immunosite.core import inviting, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.invitations import SignOffLink
from immunosite.core.pages import Status
from immunosite.core.reviews import Review, ReviewerProfile
from references.models import Notice
from references.noticing import add_notice
from tests.factories import (
    approved,
    colleague,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_user,
    publisher,
)

from .test_matrix import everything, make_world, routes

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What a page or a revision has and no form of the desk lets anybody type.
INVENTED = {
    "id": "1", "pk": "1", "page": "1", "number": "1", "status": "approved",
    "created_by": "1", "owner": "1", "review_due_on": "2040-01-01",
    "forced_reason": "Forged.", "live_from": "2020-01-01", "live_from_0": "2020-01-01",
    "live_from_1": "00:00:00", "live_until": "2040-01-01", "html": "<b>Forged</b>",
    "announced": "live", "rendered_by": "forged", "withdrawn_as": "redirected",
    "withdrawn_to": "/articles/other/", "kind": "site page", "_publish": "Button", "_popup": "1", "_to_field": "id",
}  # fmt: skip


def inline(prefix: str, **fields: object) -> dict[str, str]:
    """An inline form of one row, as if the page had one."""
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0}
    sent = {f"{prefix}-{name}": str(value) for name, value in counts.items()}
    return sent | {f"{prefix}-0-{name}": str(value) for name, value in fields.items()}


def admin(page, step: str, *args: int) -> str:
    name = f"{page._meta.app_label}_{page._meta.model_name}_{step}"
    return reverse(f"admin:{name}", args=[page.pk, *args])


def change_form(client, page) -> dict[str, object]:
    form = client.get(admin(page, "change")).context["adminform"].form
    return {
        field.html_name: field.value()
        for field in form
        if field.value() not in (None, [])
    }


class TestKeys:
    """Even an administrator finds nothing where nothing is, and breaks nothing."""

    KEYS = ["0", "999999999", "9" * 30, "x", "%00", "-1", "²", "a b"]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_of_nothing_lead_nowhere(self, client, administrator, method):
        client.force_login(administrator)
        world = make_world(client)
        before = everything()
        for route in routes():
            if "<" not in route or route.startswith("admin/^"):
                continue
            for key in self.KEYS:
                places = (key,) * route.count("<")
                world.args[route] = places
                data = world.sent.get(route, {}) if method == "post" else {}
                response = getattr(client, method)(world.path(route), data)
                is_away = response.status_code in (301, 302)
                assert is_away or 400 <= response.status_code < 500, (route, key)
                assert everything() == before, (route, key)

    def test_of_other_pages_lead_nowhere(self, client, administrator):
        client.force_login(administrator)
        page, other = draft_article("hope").page, draft_article("other")
        term = draft_term("hope", "One.").page
        draft_term("hope", "Two.")
        waiting = draft_article("other", "More.")
        workflow.submit(waiting, by=publisher())
        inviting.invite(waiting, by=colleague(), invited_name="A. Guest")
        link = SignOffLink.objects.get()
        reference, cited = make_reference("a"), make_reference("b")
        notice = add_notice(
            cited, by=publisher(), kind="retraction", noticed_on=date(2025, 1, 31),
            source="https://example.org/",
        )  # fmt: skip
        before = everything()
        steps = ("submit", "review", "publish", "restore", "read", "invite", "preview")
        addresses = [
            *(admin(page, step, 2) for step in steps),
            admin(page, "revoke", link.pk),
            admin(term, "revoke", link.pk),
            reverse(
                "admin:references_reference_remove_notice",
                args=[reference.pk, notice.pk],
            ),
        ]
        sent = {"verdict": "approved", "forced_reason": "Forged.", "based_on": "1"}
        for address in addresses:
            assert client.post(address, sent).status_code == 404, address
        assert everything() == before
        assert (other.page.pk, Notice.objects.count()) != (page.pk, 0)


class TestFields:
    @pytest.mark.parametrize("make", [draft_article, draft_term])
    def test_that_no_form_has_are_not_heard(self, client, author, make):
        client.force_login(author)
        page = approved(make("hope")).page
        before = type(page).objects.filter(pk=page.pk).values().get()
        sent = change_form(client, page)
        forged = inline("revisions", id=page.newest().pk, status="approved")
        client.post(admin(page, "change"), INVENTED | forged | sent | {"body": "Mine."})
        newest = page.newest()
        assert (newest.number, newest.body, newest.created_by) == (2, "Mine.", author)
        assert (newest.status, newest.forced_reason) == (Status.DRAFT, "")
        assert (newest.live_from, newest.live_until, newest.html) == (None, None, "")
        assert type(page).objects.filter(pk=page.pk).values().get() == before
        assert page.revisions.get(number=1).body != "Mine."

    @pytest.mark.parametrize("model", [Article, Term])
    def test_nor_in_a_new_page(self, client, author, model):
        client.force_login(author)
        address = f"/admin/{model._meta.label_lower.replace('.', '/')}/add/"
        typed = {"title": "New", "slug": "new", "body": "Mine.", "kind": "article"}
        client.post(address, INVENTED | inline("revisions", status="approved") | typed)
        page = model.objects.get()
        newest = page.newest()
        assert (newest.status, newest.live_from, newest.forced_reason) == (
            Status.DRAFT, None, "",
        )  # fmt: skip
        assert (page.owner, page.review_due_on, page.withdrawn_as) == (None, None, "")
        assert (page.revisions.count(), newest.created_by) == (1, author)

    def test_an_approval_can_not_be_claimed(self, client, editor):
        client.force_login(editor)
        page = draft_article("hope").page
        claims = {"status": "approved", "is_approved": "1"}
        client.post(admin(page, "publish", 1), claims)
        assert page.live_revision() is None

    def test_nor_another_name(self, client, reviewer):
        client.force_login(reviewer)
        waiting = draft_article("hope")
        workflow.submit(waiting, by=publisher())
        claims = {
            "name": "A. Nother",
            "credentials": "Nobel",
            "by": str(publisher().pk),
        }
        sent = {"verdict": "approved", "is_sign_off": "on"}
        client.post(admin(waiting.page, "review", 1), claims | sent)
        review = Review.objects.get()
        assert (review.name, review.credentials, review.by) == (
            "R. Viewer", "a test, MD", reviewer,
        )  # fmt: skip

    def test_no_list_changes_rows(self, client, editor):
        client.force_login(editor)
        live, tag = make_article("hope"), make_tag("Basics")
        before = everything()
        for root, row in (("articles/article", live.page), ("core/tag", tag)):
            forged = inline("form", id=row.pk, slug="forged", name="Forged")
            client.post(f"/admin/{root}/", forged | {"_save": "Save"})
            chosen = {"_selected_action": str(row.pk), "post": "yes"}
            client.post(f"/admin/{root}/", chosen | {"action": "delete_selected"})
        assert everything() == before

    def test_a_profile_stays_its_owners(self, client, reviewer):
        client.force_login(reviewer)
        own, other = reviewer.reviewer_profile, make_user("other", role="Editor")
        theirs = ReviewerProfile.objects.create(
            user=other, name="Other", credentials="MD", conflicts="None"
        )
        typed = {"name": "New", "credentials": "MD", "conflicts": "Some"}
        claims = {"user": str(other.pk), "id": str(theirs.pk)}
        root = "/admin/core/reviewerprofile/"
        client.post(f"{root}{own.pk}/change/", typed | claims)
        client.post(f"{root}{theirs.pk}/change/", typed)
        own.refresh_from_db()
        theirs.refresh_from_db()
        assert (own.user, own.name, theirs.name) == (reviewer, "New", "Other")

    def test_nobody_below_an_administrator_gives_themselves_rights(
        self, client, editor
    ):
        client.force_login(editor)
        sent = {"username": "editor", "is_superuser": "on", "is_staff": "on"}
        address = f"/admin/auth/user/{editor.pk}/change/"
        assert client.post(address, sent).status_code == 403
        editor.refresh_from_db()
        assert not editor.is_superuser
        assert not AuditEntry.objects.filter(by=editor).exists()
