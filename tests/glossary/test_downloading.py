"""The whole glossary as files: what they hold, when they are made."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS

from glossary.downloading import FILES
from glossary.exchange import export_terms
from glossary.formats import FORMATS
from glossary.models import TermRevision
from glossary.publishing import withdraw
from immunosite.core import caching
from tests.factories import draft_term, make_reference, make_term, publisher
from tests.graphs import graph_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EVERY = pytest.mark.parametrize("extension", FILES)
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
}


def path(extension: str) -> str:
    return f"/glossary/glossary.{extension}"


def rename_in_place(name: str) -> None:
    """A change that nobody is told of, so that what is kept shows."""
    TermRevision.objects.update(title=name)


class TestFile:
    @EVERY
    def test_is_one_to_save(self, client, extension):
        make_term("Cell")
        response = client.get(path(extension))
        media_type = f"{MEDIA_TYPES[extension]}; charset=utf-8"
        assert response["Content-Type"] == media_type
        name = f'attachment; filename="glossary.{extension}"'
        assert response["Content-Disposition"] == name
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Robots-Tag"] == "noindex"
        assert "Cell" in response.text

    def test_is_offered_in_no_other_format(self):
        assert set(FILES) == set(MEDIA_TYPES)

    @pytest.mark.parametrize("extension", ["xml", "ttl.ttl", "TTL", "x%0Ay", '"'])
    def test_of_another_kind_is_not_there(self, client, extension):
        for headers in ({}, {"If-None-Match": "*"}):
            response = client.get(path(extension), headers=headers)
            assert response.status_code == 404

    def test_takes_no_address_from_a_term(self, client):
        make_term("Odd", slug="glossary")
        assert client.get("/glossary/glossary/").status_code == 200
        assert client.get("/glossary/glossary.ttl").status_code == 200

    @EVERY
    def test_may_be_empty(self, client, extension):
        response = client.get(path(extension))
        assert response.status_code == 200
        assert len(response.text) < 1200

    def test_says_the_same_in_both_formats_of_skos(self, client):
        cell = make_term("Cell", translations={"es": "célula"})
        make_term("T cell", relations=[("broader", cell.page)])
        one = graph_of(client.get(path("ttl")).text, "turtle")
        other = graph_of(client.get(path("jsonld")).text, "json-ld")
        assert isomorphic(one, other)
        assert len(set(one.subjects(RDF.type, SKOS.Concept))) == 2

    @pytest.mark.parametrize("name", list(FORMATS))
    def test_has_the_fields_of_the_exchange_with_what_readers_see(self, client, name):
        make_reference("a")
        make_term("Gene")
        make_term(
            "Cell", "A *small* [[gene]] [@a].\n\n[//]: # (Ask Jo!)",
            professional="**Exact** [@a].", picture="/media/a-1x1.png",
            picture_alt="A cell.", forms=[("plural", "Cells")],
        )  # fmt: skip
        text = client.get(path(FORMATS[name].extension)).content.decode()
        (typed, _), (shown, _) = (
            [entry.said for entry in FORMATS[name].load(each)]
            for each in (export_terms(format=name), text)
        )
        assert shown == typed | {
            "definition": "A small gene.",
            "professional": "Exact.",
            "picture": "http://testserver/media/a-1x1.png",
        }


class TestWhatIsNotPublic:
    @EVERY
    def test_is_in_no_file(self, client, extension):
        hidden = make_term("Quokka").page
        drafted = draft_term("Quoll", translations={"es": "quoll"}).page
        kin = [("broader", hidden), ("related", drafted)]
        make_term("Cell", relations=kin, note="quoll")
        draft_term("Cell", "A quoll.", forms=[("synonym", "quoll")])
        make_term("Quail", live_from=timezone.now() + DAY)
        withdraw(hidden, by=publisher(), reason="A quokka.")
        text = client.get(path(extension)).text.lower()
        assert "cell" in text
        assert "quo" not in text
        assert "quail" not in text

    @EVERY
    def test_is_in_them_from_its_moment_to_its_end(
        self, client, extension, time_machine
    ):
        now = timezone.now()
        make_term("Cell")
        make_term("Quail", live_from=now + DAY, live_until=now + 3 * DAY)
        first = client.get(path(extension))
        had = {"If-None-Match": first["ETag"]}
        assert client.get(path(extension), headers=had).status_code == 304
        time_machine.move_to(now + 2 * DAY)
        second = client.get(path(extension), headers=had)
        assert second.status_code == 200
        assert "Quail" in second.text
        time_machine.move_to(now + 4 * DAY)
        assert "Quail" not in client.get(path(extension)).text


class TestKeeping:
    @EVERY
    def test_is_not_made_again_for_who_has_it(
        self, client, django_assert_num_queries, monkeypatch, extension
    ):
        make_term("Cell")
        monkeypatch.setattr(caching, "MOST_KEPT", 10)
        etag = client.get(path(extension))["ETag"]
        cache.clear()
        with django_assert_num_queries(2):  # the epoch, the last moment
            response = client.get(path(extension), headers={"If-None-Match": etag})
        assert (response.status_code, response.content) == (304, b"")

    @EVERY
    def test_is_not_made_again_though_no_page_cache_keeps_it(
        self, client, django_assert_max_num_queries, monkeypatch, extension
    ):
        make_term("Cell")
        monkeypatch.setattr(caching, "MOST_KEPT", 10)
        client.get(path(extension))
        rename_in_place("Other")
        with django_assert_max_num_queries(4):  # the epoch, the moment twice, the clock
            assert "Other" not in client.get(path(extension)).text
        make_term("New")
        assert "Other" in client.get(path(extension)).text

    def test_is_kept_as_a_page_when_it_is_small(
        self, client, django_assert_num_queries
    ):
        make_term("Cell")
        client.get(path("ttl"))
        with django_assert_num_queries(1):
            client.get(path("ttl"))

    @EVERY
    def test_changes_with_the_terms(self, client, extension):
        make_term("Cell")
        first = client.get(path(extension))
        gone = make_term("Quokka").page
        second = client.get(path(extension))
        assert "Quokka" not in first.text
        assert "Quokka" in second.text
        assert first["ETag"] != second["ETag"]
        withdraw(gone, by=publisher(), reason="Wrong.")
        assert "Quokka" not in client.get(path(extension)).text

    def test_is_another_for_each_release(self, client, settings):
        make_term("Cell")
        first = client.get(path("ttl"))["ETag"]
        settings.RELEASE = "2"
        assert client.get(path("ttl"))["ETag"] != first


class TestLinks:
    def test_stand_below_the_list_and_in_its_head(self, client):
        make_term("Cell")
        page = client.get("/glossary/").text
        for extension, media_type in MEDIA_TYPES.items():
            href = f'href="{path(extension)}"'
            assert f'<a {href} rel="nofollow">' in page
            (link,) = [
                each
                for each in page.splitlines()
                if media_type in each and "<link" in each
            ]
            assert 'rel="alternate"' in link
            assert href in link

    def test_are_told_to_machines(self, client):
        make_term("Cell")
        script = client.get("/glossary/").text.partition('"application/ld+json">')[2]
        data = json.loads(script.partition("</script>")[0])
        files = {
            each["contentUrl"]: each["encodingFormat"] for each in data["encoding"]
        }
        assert files == {
            f"http://testserver{path(extension)}": media_type
            for extension, media_type in MEDIA_TYPES.items()
        }

    def test_are_not_there_when_there_is_no_word(self, client):
        assert 'class="downloads' not in client.get("/glossary/").text
