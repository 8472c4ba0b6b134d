"""How an article is cited, and what it tells indexes of scholarly works."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.citable import csl_of, meta_tags
from articles.reading import live_articles
from immunosite.core import workflow
from references.formats import FORMATS
from references.formats.csl_json import complaints
from references.reading import references_of
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    publisher,
)

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 5, 3, 12, tzinfo=UTC)


def tags_of(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', page)


class TestTheItem:
    def test_is_a_page_of_the_site(self):
        with time_machine.travel(TODAY, tick=False):
            make_article("hope", title="On hope")
            item = csl_of(live_articles().get())
        assert item == {
            "id": "hope",
            "type": "webpage",
            "title": "On hope",
            "author": [{"literal": "immunosite"}],
            "container-title": "immunosite",
            "publisher": "immunosite",
            "issued": {"date-parts": [[2026, 5, 3]]},
            "URL": "http://testserver/articles/hope/",
            "language": "en",
        }
        assert list(complaints(item)) == []

    def test_has_the_day_of_the_last_change_that_readers_were_told_of(self):
        with time_machine.travel(TODAY - timedelta(days=400), tick=False):
            make_article("hope")
        with time_machine.travel(TODAY, tick=False):
            make_article("hope", public_note="New study.")
        with time_machine.travel(TODAY + timedelta(days=2), tick=False):
            make_article("hope", "A typo less.")
            day = csl_of(live_articles().get())["issued"]
        assert day == {"date-parts": [[2026, 5, 3]]}

    def test_names_no_reviewer_as_an_author(self, reviewer):
        revision = draft_article("hope")
        workflow.submit(revision, by=publisher())
        workflow.approve(revision, by=reviewer, is_sign_off=True)
        make_article("hope")
        assert "Viewer" not in json.dumps(csl_of(live_articles().get()))


class TestTheSection:
    def test_shows_the_page_in_two_styles(self, client):
        with time_machine.travel(TODAY, tick=False):
            make_article("hope", title="On <hope> & fear")
            page = client.get("/articles/hope/").text
        address = "http://testserver/articles/hope/"
        assert (
            "immunosite. On &lt;hope&gt; &amp; fear [Internet]. immunosite; 2026. "
            f"Available from: {address}" in page
        )
        assert (
            "immunosite. (2026, May 3). <i>On &lt;hope&gt; &amp; fear</i>. "
            f"{address}" in page
        )

    @pytest.mark.parametrize("name", ["bibtex", "ris", "csl-json"])
    def test_links_files_for_reference_managers(self, client, name):
        make_article("hope", title="On hope")
        form = FORMATS[name]
        path = f"/articles/hope/cite.{form.extension}"
        assert f'href="{path}"' in client.get("/articles/hope/").text
        response = client.get(path)
        assert f'filename="hope.{form.extension}"' in response["Content-Disposition"]
        (record,) = form.load(response.content.decode())
        assert record.csl["title"] == "On hope"
        assert record.csl["URL"] == "http://testserver/articles/hope/"

    @pytest.mark.parametrize("extension", ["nbib", "csv", "exe"])
    def test_has_no_file_that_a_page_does_not_fit_into(self, client, extension):
        make_article("hope")
        assert client.get(f"/articles/hope/cite.{extension}").status_code == 404

    def test_stands_on_no_page_as_it_once_stood(self, client):
        make_article("hope")
        page = client.get(f"/articles/hope/?on={timezone.localdate()}").text
        assert "Some words." in page
        assert "Cite this page" not in page
        assert tags_of(page) == []

    def test_stands_on_no_page_about_the_site(self, client):
        make_article("privacy", kind="site page")
        page = client.get("/pages/privacy/").text
        assert "Cite this page" not in page
        assert tags_of(page) == []

    def test_stands_in_no_preview_for_its_files_are_not_there_yet(self, admin_client):
        revision = draft_article("secret")
        path = f"/admin/articles/article/{revision.page_id}/preview/1/"
        page = admin_client.get(path).text
        assert "Some words." in page
        assert "Cite this page" not in page


class TestHighwireTags:
    def test_tell_of_the_page_and_of_its_sources(self, client):
        make_reference(
            "larkin-2015",
            title="Of <i>cells</i>; and more",
            DOI="10.1000/x",
            volume="3",
        )
        with time_machine.travel(TODAY, tick=False):
            make_article("hope", "Words [@larkin-2015].", title='A "hope"')
            tags = tags_of(client.get("/articles/hope/").text)
        assert tags == [
            ("citation_title", "A &quot;hope&quot;"),
            ("citation_publication_date", "2026/05/03"),
            ("citation_publisher", "immunosite"),
            ("citation_language", "en"),
            (
                "citation_reference",
                "citation_title=Of cells, and more; citation_author=Larkin J.; "
                "citation_publication_date=2015; "
                "citation_journal_title=Journal of Examples; citation_volume=3; "
                "citation_doi=10.1000/x",
            ),
        ]

    def test_have_the_day_of_the_first_publication(self):
        with time_machine.travel(TODAY - timedelta(days=366), tick=False):
            make_article("hope")
        with time_machine.travel(TODAY, tick=False):
            make_article("hope", public_note="New study.")
            revision = live_articles().get()
            tags = dict(meta_tags(revision, references_of(revision)))
        assert tags["citation_publication_date"] == "2025/05/02"

    def test_name_nobody_as_the_author(self, client):
        make_article("hope")
        names = [name for name, _ in tags_of(client.get("/articles/hope/").text)]
        assert "citation_author" not in names
