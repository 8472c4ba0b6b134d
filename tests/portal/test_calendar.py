"""The month of the desk: what goes live, ends and falls due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.publishing import publish, withdraw
from immunosite.core.caring import set_care
from immunosite.portal.planning import month_of, next_month, previous_month
from tests.factories import draft_article, make_article, make_term, make_user, publisher

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/calendar/"
DAY = timedelta(days=1)
# Always to come, and in one month.
NEXT = next_month(timezone.localdate().replace(day=1))


def at(day: int, hour: int = 12) -> datetime:
    return datetime(NEXT.year, NEXT.month, day, hour, tzinfo=UTC)


def events(user, first: date = NEXT) -> dict[int, list[str]]:
    """Day of the month → what happens on it."""
    return {
        day.on.day: [f"{event.what} {event.title}" for event in day.events]
        for day in month_of(first, user).days
        if day.events
    }


class TestMonth:
    def test_holds_what_goes_live_and_what_ends(self, editor):
        make_article("hope", title="Hope", live_from=at(3), live_until=at(9))
        make_term("Cell", live_from=at(3))
        assert events(editor) == {
            3: ["goes live Cell", "goes live Hope"],
            9: ["ends Hope"],
        }

    def test_a_page_with_a_successor_does_not_end(self, editor):
        make_article("hope", title="Hope")
        draft = draft_article("hope", "Two.", title="Hope")
        publish(draft, by=publisher(), live_from=at(3), forced_reason="A test.")
        assert events(editor) == {3: ["goes live Hope"]}

    def test_says_of_the_past_what_happened(self, editor):
        page = make_article("hope", title="Hope").page
        withdraw(page, by=publisher(), reason="Old.")
        today = timezone.localdate()
        found = events(editor, today.replace(day=1))
        assert found[today.day] == ["went live Hope", "ended Hope"]

    def test_holds_reviews_that_fall_due_but_not_of_withdrawn_pages(self, editor):
        for slug in ("hope", "gone"):
            page = make_article(slug, title=slug.capitalize()).page
            due = NEXT.replace(day=5)
            set_care(page, by=publisher(), owner=None, review_due_on=due)
        withdraw(page, by=publisher(), reason="Old.")
        assert events(editor) == {5: ["review due Hope"]}

    def test_days_are_those_of_the_current_time_zone(self, editor):
        make_article("hope", title="Hope", live_from=at(3, 23))
        with timezone.override("Asia/Tokyo"):
            assert events(editor) == {4: ["goes live Hope"]}
        with timezone.override("America/New_York"):
            assert events(editor) == {3: ["goes live Hope"]}

    def test_holds_only_kinds_that_the_reader_may_view(self):
        make_article("hope", title="Hope", live_from=at(3))
        make_term("Cell", live_from=at(3))
        reader = make_user("reader", role="Author")
        reader.groups.clear()
        reader.user_permissions.add(Permission.objects.get(codename="view_article"))
        assert events(reader) == {3: ["goes live Hope"]}

    @given(st.dates(date(1970, 1, 1), date(8999, 12, 31)))
    def test_months_follow_each_other(self, day):
        first = day.replace(day=1)
        assert previous_month(next_month(first)) == first
        assert (next_month(first) - DAY).month == first.month


class TestPage:
    def test_is_for_staff_who_may_view_articles(self, client):
        assert client.get(CALENDAR).status_code == 302
        client.force_login(make_user("nobody", role="Author"))
        assert client.get(CALENDAR).status_code == 200
        nobody = make_user("other", role="Author")
        nobody.groups.clear()
        client.force_login(nobody)
        assert client.get(CALENDAR).status_code == 403

    def test_links_each_event_and_the_months_beside(self, client, editor):
        page = make_article("hope", title="Hope <3", live_from=at(3)).page
        client.force_login(editor)
        html = client.get(CALENDAR, {"month": f"{NEXT:%Y-%m}"}).content.decode()
        assert (
            f'<a href="/admin/articles/article/{page.pk}/change/">Hope &lt;3</a>'
            in html
        )
        assert f'href="?month={next_month(NEXT):%Y-%m}"' in html
        assert f'href="?month={previous_month(NEXT):%Y-%m}"' in html

    def test_times_are_those_of_the_browser(self, client, editor):
        make_article("hope", title="Hope", live_from=at(3, 23))
        client.force_login(editor)
        client.cookies["zone"] = "Asia/Tokyo"
        html = client.get(CALENDAR, {"month": f"{NEXT:%Y-%m}"}).content.decode()
        assert "Asia/Tokyo, now UTC+09:00" in html
        assert ">08:00</time>" in html

    @pytest.mark.parametrize("month", ["2026-13", "26-1", "1969-12", "9000-01", "x"])
    def test_what_is_no_month_is_not_found(self, client, editor, month):
        client.force_login(editor)
        assert client.get(CALENDAR, {"month": month}).status_code == 404

    @pytest.mark.parametrize("month", ["1970-01", "8999-12"])
    def test_the_first_and_the_last_month_have_one_neighbour(
        self, client, editor, month
    ):
        client.force_login(editor)
        html = client.get(CALENDAR, {"month": month}).content.decode()
        assert html.count('href="?month=') == 1

    def test_its_queries_do_not_grow_with_its_events(
        self, client, editor, django_assert_max_num_queries
    ):
        for number in range(5):
            make_article(f"hope-{number}", live_from=at(3 + number))
        client.force_login(editor)
        with django_assert_max_num_queries(12):
            client.get(CALENDAR, {"month": f"{NEXT:%Y-%m}"})
