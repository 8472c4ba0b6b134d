"""The time zone of who works in the admin."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tests.factories import approved, draft_article, make_article

pytestmark = pytest.mark.django_db
SUMMER = datetime(timezone.now().year + 1, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    client.cookies["zone"] = "Europe/Berlin"
    return client


def publishing(revision) -> str:
    page = revision.page_id
    return f"/admin/articles/article/{page}/publish/{revision.number}/"


def sent(zone: str = "Europe/Berlin") -> dict[str, str]:
    day = f"{SUMMER:%Y-%m-%d}"
    return {"live_from_0": day, "live_from_1": "14:00", "zone": zone}


def test_the_publish_form_names_the_zone_and_means_it(desk):
    revision = approved(draft_article("hope"))
    html = desk.get(publishing(revision)).content.decode()
    assert "Times are in Europe/Berlin, now UTC+0" in html
    assert 'name="zone" value="Europe/Berlin"' in html
    assert desk.post(publishing(revision), sent()).status_code == 302
    revision.refresh_from_db()
    assert revision.live_from == SUMMER


def test_times_that_were_typed_for_another_zone_are_asked_for_again(desk):
    revision = approved(draft_article("hope"))
    response = desk.post(publishing(revision), sent("America/New_York"))
    html = response.content.decode()
    assert "Your time zone was America/New_York and is now Europe/Berlin." in html
    assert 'name="zone" value="Europe/Berlin"' in html
    revision.refresh_from_db()
    assert revision.live_from is None


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 4000])
def test_an_unknown_zone_is_the_site_s(desk, zone):
    desk.cookies["zone"] = zone
    revision = approved(draft_article("hope"))
    assert (
        "Times are in UTC, now UTC+00:00"
        in desk.get(publishing(revision)).content.decode()
    )


def test_readers_and_previews_have_the_site_s_zone(desk):
    """Just before midnight of the site it is the next day in Tokyo."""
    late = SUMMER.replace(year=SUMMER.year - 2, hour=23, minute=30)
    page = make_article("hope").page
    page.revisions.update(live_from=late)
    draft_article("hope", "Newer words.")
    desk.cookies["zone"] = "Asia/Tokyo"
    preview = f"/admin/articles/article/{page.pk}/preview/2/"
    for path in (page.get_absolute_url(), preview):
        html = desk.get(path).content.decode()
        assert f"July {late.day}, {late.year}" in html, path
        assert f"July {late.day + 1}, {late.year}" not in html, path
