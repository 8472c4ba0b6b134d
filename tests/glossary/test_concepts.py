"""The live terms as concepts: all that they say, nothing that is not public."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS

from glossary.concepts import SKOS_FORMATS, export_skos, live_scheme
from glossary.models import Term, TermRevision
from glossary.publishing import withdraw
from glossary.skos import PREFIXES
from immunosite.core.rdf import Iri
from tests.factories import (
    draft_term,
    make_reference,
    make_tag,
    make_term,
    publisher,
)
from tests.graphs import graph_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SITE = "http://testserver"


def concepts():
    return {each.slug: each for each in live_scheme().concepts}


def related(*pairs):
    return [(kind, revision.page) for kind, revision in pairs]


def rich_glossary():
    """A glossary that says something in every field."""
    make_reference("larkin-2015", DOI="10.1000/larkin")
    make_reference("a-book", type="book", **{"container-title": ""})
    cell = make_term("Cell", "A small unit.")
    blood = make_term("Blood")
    cart = make_term("CAR T")
    return make_term(
        "T cell",
        "A **white** [[cell]] [@larkin-2015].\n\nIt fights.",
        professional="A lymphocyte [@a-book; @larkin-2015].",
        forms=[
            ("plural", "T cells"), ("synonym", "T lymphocyte"),
            ("variant", "T-cell"), ("abbreviation", "TC"),
        ],
        translations={"es": "célula T"},
        relations=related(("broader", cell), ("part of", blood), ("related", cart)),
        tags=[make_tag("Immune system")],
        picture="/media/cell-8x8.png",
        picture_alt="A cell.",
        audio="/media/cell.mp3",
    )  # fmt: skip


class TestConcept:
    def test_has_all_that_the_term_says(self):
        revision = rich_glossary()
        found = concepts()["t-cell"]
        assert found.iri == Iri(f"{SITE}/glossary/t-cell/")
        assert found.headword == "T cell"
        assert found.others == ("T lymphocyte", "T-cell", "TC")
        assert found.plurals == ("T cells",)
        assert found.translations == {"es": "célula T"}
        assert found.definition == "A white cell.\nIt fights."
        assert found.professional == "A lymphocyte."
        assert found.broader == (Iri(f"{SITE}/glossary/cell/"),)
        assert found.wholes == (Iri(f"{SITE}/glossary/blood/"),)
        assert found.related == (Iri(f"{SITE}/glossary/car-t/"),)
        assert found.topics == (Iri(f"{SITE}/topics/immune-system/"),)
        assert found.picture == Iri(f"{SITE}/media/cell-8x8.png")
        assert found.audio == Iri(f"{SITE}/media/cell.mp3")
        assert found.created == found.modified == revision.live_from

    def test_has_each_source_once_by_its_address_or_as_an_entry(self):
        rich_glossary()
        doi, book = concepts()["t-cell"].sources
        assert doi == Iri("https://doi.org/10.1000/larkin")
        assert isinstance(book, str)
        assert "A study called a-book" in book
        assert "<" not in book

    def test_has_the_address_of_a_web_page_written_as_an_iri(self):
        make_reference("page", type="webpage", URL="https://example.org/a[1]")
        make_term("Cell", "A unit [@page].")
        assert concepts()["cell"].sources == (Iri("https://example.org/a%5B1%5D"),)

    def test_was_created_when_it_was_first_public(self, time_machine):
        time_machine.move_to("2026-05-01T10:00:00+00:00", tick=False)
        make_term("Cell", "Old.")
        time_machine.move_to("2026-06-01T10:00:00+00:00", tick=False)
        make_term("Cell", "New.")
        draft_term("Cell", "Newest.")
        found = concepts()["cell"]
        assert found.created.isoformat() == "2026-05-01T10:00:00+00:00"
        assert found.modified.isoformat() == "2026-06-01T10:00:00+00:00"
        assert found.definition == "New."

    def test_of_letters_beyond_ascii_has_an_escaped_iri(self):
        make_term("β cell", slug="β-cell")
        assert concepts()["β-cell"].iri == Iri(f"{SITE}/glossary/%CE%B2-cell/")


class TestScheme:
    def test_holds_just_what_is_live(self):
        make_term("Live")
        draft_term("Draft")
        make_term("Soon", live_from=timezone.now() + DAY)
        withdraw(make_term("Gone").page, by=publisher(), reason="Wrong.")
        assert list(concepts()) == ["live"]

    def test_lets_out_what_ended(self, time_machine):
        make_term("Short", live_until=timezone.now() + DAY)
        assert list(concepts()) == ["short"]
        time_machine.move_to(timezone.now() + 2 * DAY)
        assert list(concepts()) == []

    def test_says_when_it_is_a_demonstration(self, settings):
        settings.DEMO_NOTICE = False
        assert live_scheme().note == ""
        settings.DEMO_NOTICE = True
        assert "not medically reviewed" in live_scheme().note

    def test_is_read_in_as_many_queries_whatever_it_holds(
        self, django_assert_num_queries
    ):
        with django_assert_num_queries(7):
            assert live_scheme().concepts == ()
        rich_glossary()
        for number in range(5):
            cell = Term.objects.get(slug="cell").live_revision()
            make_term(f"Word {number}", relations=related(("broader", cell)))
        with django_assert_num_queries(7):
            assert len(live_scheme().concepts) == 9


@pytest.mark.parametrize("format", SKOS_FORMATS)
class TestFile:
    def read(self, format):
        kind = "turtle" if format == "skos-turtle" else "json-ld"
        return graph_of(export_skos(format), kind)

    def test_has_as_many_of_each_as_the_glossary(self, format):
        rich_glossary()
        found = self.read(format)
        live = TermRevision.objects.live()
        scheme = URIRef(f"{SITE}/glossary/")
        assert len(set(found.subjects(SKOS.inScheme, scheme))) == live.count()
        labels = sum(len(list(found.objects(None, kind))) for kind in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel))  # fmt: skip
        translated = sum(len(each.translations) for each in live)
        forms = sum(each.forms.count() for each in live)
        assert labels == forms + translated
        assert len(list(found.objects(None, DCTERMS.source))) == 2

    def test_names_nothing_that_is_not_live(self, format):
        hidden = make_term("Zyxquokka", "Zyxquokka.")
        draft = draft_term("Quuxdraft", forms=[("synonym", "quuxother")])
        kin = related(("broader", hidden), ("related", draft))
        make_term("Cell", note="quuxnote", relations=kin)
        draft_term("Cell", "Quuxbody.", translations={"es": "quuxes"})
        withdraw(hidden.page, by=publisher(), reason="Quuxreason.")
        text = export_skos(format).lower()
        assert "cell" in text
        assert "quux" not in text
        assert "quokka" not in text

    def test_is_the_same_each_time(self, format):
        rich_glossary()
        assert export_skos(format) == export_skos(format)


class TestDocumentation:
    def test_lists_every_property_that_a_file_may_have(self, settings):
        settings.DEMO_NOTICE = True
        rich_glossary()
        found = graph_of(export_skos("skos-turtle"), "turtle")
        spaces = {space: prefix for prefix, space in PREFIXES.items()}
        used = set()
        for property in set(found.predicates()):
            space = next((each for each in spaces if property.startswith(each)), None)
            if space:
                used.add(f"{spaces[space]}:{property.removeprefix(space)}")
        prefixes = "|".join(PREFIXES)
        text = Path("docs/glossary.md").read_text()
        told = set(re.findall(rf"`((?:{prefixes}):\w+)`", text))
        assert used == told - {"skos:Concept", "skos:ConceptScheme"}
