"""The weekly mail on pages that must be looked at again."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from articles.publishing import withdraw
from immunosite.core.caring import set_care
from tests.factories import make_article, make_term, make_user, publisher

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def anna():
    return person("anna", role="Author")


@pytest.fixture
def edith():
    return person("edith", role="Editor")


def person(name: str, **how):
    user = make_user(name, **how)
    user.email = f"{name}@example.org"
    user.save()
    return user


def look_after(revision, *, owner, days: int):
    """The page of a revision, due in so many days."""
    due = timezone.localdate() + days * DAY
    set_care(revision.page, by=publisher(), owner=owner, review_due_on=due)
    return revision.page


def run(**options) -> str:
    out = io.StringIO()
    call_command("review_digest", stdout=out, **options)
    return out.getvalue()


def told() -> dict[str, str]:
    """Address → the body of its one mail."""
    addresses = [message.to[0] for message in mail.outbox]
    assert len(addresses) == len(set(addresses))
    return {message.to[0]: str(message.body) for message in mail.outbox}


class TestOwners:
    def test_hear_of_what_is_overdue_and_what_is_due_soon(self, anna):
        look_after(make_article("late", title="Late"), owner=anna, days=-1)
        page = look_after(make_term("Soon"), owner=anna, days=30)
        look_after(make_article("later", title="Not yet"), owner=anna, days=31)
        run()
        body = told()["anna@example.org"]
        overdue, due = body.split("YOURS, DUE IN THE NEXT 30 DAYS")
        assert "YOURS, OVERDUE" in overdue and "- Late: overdue since" in overdue
        assert "- Soon: due on" in due
        assert f"http://testserver/admin/glossary/term/{page.pk}/change/" in due
        assert "Not yet" not in body

    def test_today_is_not_overdue(self, anna):
        look_after(make_article("hope", title="Hope"), owner=anna, days=0)
        run()
        assert "- Hope: due on" in told()["anna@example.org"]

    def test_get_no_mail_when_nothing_is_due(self, anna, edith):
        look_after(make_article("hope"), owner=anna, days=200)
        assert run() == "0 mails sent.\n"
        assert mail.outbox == []

    def test_hear_nothing_of_what_is_withdrawn(self, anna, edith):
        page = look_after(make_article("hope"), owner=anna, days=-1)
        withdraw(page, by=publisher(), reason="Old.")
        run()
        assert mail.outbox == []

    def test_no_markup_is_made_of_a_title(self, anna):
        look_after(make_article("hope", title="Hope & <b>"), owner=anna, days=1)
        run()
        assert "- Hope & <b>: due on" in told()["anna@example.org"]


class TestEditors:
    def test_hear_of_what_others_left_overdue(self, anna, edith):
        look_after(make_article("late", title="Late"), owner=anna, days=-1)
        look_after(make_article("soon", title="Soon"), owner=anna, days=5)
        run()
        body = told()["edith@example.org"]
        assert "OVERDUE, LOOKED AFTER BY OTHERS" in body
        assert "- Late: overdue since" in body and ", anna\n" in body
        assert "Soon" not in body

    def test_hear_once_of_their_own(self, edith):
        look_after(make_article("late", title="Late"), owner=edith, days=-1)
        run()
        assert told()["edith@example.org"].count("Late") == 1

    @pytest.mark.parametrize("days", [-1, 5])
    def test_hear_of_what_nobody_looks_after(self, anna, edith, days):
        look_after(make_article("hope", title="Hope"), owner=None, days=days)
        run()
        assert told().keys() == {"edith@example.org"}
        assert "NOBODY LOOKS AFTER THESE" in told()["edith@example.org"]

    @pytest.mark.parametrize("lack", ["email", "is_active", "is_staff"])
    def test_hear_of_pages_whose_owner_cannot_be_asked(self, anna, edith, lack):
        look_after(make_article("hope", title="Hope"), owner=anna, days=5)
        setattr(anna, lack, "" if lack == "email" else False)
        anna.save()
        run()
        assert told().keys() == {"edith@example.org"}

    def test_administrators_without_a_role_are_left_alone(self):
        person("root")
        look_after(make_article("hope"), owner=None, days=-1)
        run()
        assert mail.outbox == []


class TestRunning:
    def test_a_dry_run_prints_and_sends_nothing(self, anna):
        look_after(make_article("late", title="Late"), owner=anna, days=-1)
        out = run(dry_run=True)
        assert "To: anna@example.org" in out and "- Late: overdue since" in out
        assert mail.outbox == []

    def test_two_runs_in_a_week_send_what_a_server_knows_as_one_mail(self, anna):
        look_after(make_article("late"), owner=anna, days=-1)
        run()
        run()
        first, second = (message.message()["Message-ID"] for message in mail.outbox)
        assert first == second and "anna" in first

    @override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend")
    @override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=9, EMAIL_TIMEOUT=1)
    def test_what_cannot_be_sent_fails_the_command(self, anna):
        look_after(make_article("late"), owner=anna, days=-1)
        with pytest.raises(CommandError, match="1 mails could not be sent"):
            run()
