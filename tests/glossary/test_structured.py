"""What a term and the list tell machines, by schema.org."""

from __future__ import annotations

import json

import pytest

from glossary.structured import defined_term, defined_terms
from tests.factories import make_term

pytestmark = pytest.mark.django_db


def read(script: str):
    return json.loads(script.partition(">")[2].rpartition("</script>")[0])


def told(revision):
    return read(defined_term(revision, list(revision.forms.all())))


class TestTerm:
    def test_is_one_of_the_set_with_its_code_and_other_names(self):
        term = make_term("T cell", "A cell.", forms=[("plural", "T cells")])
        data = told(term)
        assert data["@type"] == "DefinedTerm"
        assert data["name"] == "T cell"
        assert data["termCode"] == "t-cell"
        assert data["description"] == "A cell."
        assert data["alternateName"] == ["T cells"]
        glossary = data["inDefinedTermSet"]
        assert glossary["@type"] == "DefinedTermSet"
        assert glossary["@id"] == glossary["url"] == "http://testserver/glossary/"
        assert glossary["name"] == "immunosite: glossary"
        assert "image" not in data

    @pytest.mark.parametrize("typed", ["tiː sɛl", "/tiː sɛl/", "[tiː sɛl]"])
    def test_tells_how_it_is_said(self, typed):
        plain, said = told(make_term("T cell", ipa=typed))["name"]
        assert plain == "T cell"
        assert said["@type"] == "PronounceableText"
        assert said["textValue"] == "T cell"
        assert (said["speechToTextMarkup"], said["phoneticText"]) == (
            "IPA", "/tiː sɛl/",
        )  # fmt: skip

    def test_names_the_language_of_a_translation(self):
        data = told(make_term("T cell", translations={"es": "célula T"}))
        assert data["alternateName"] == [{"@value": "célula T", "@language": "es"}]

    def test_has_the_full_address_of_its_picture(self):
        term = make_term("T cell", picture="/media/a-1x1.png", picture_alt="A cell.")
        assert told(term)["image"] == "http://testserver/media/a-1x1.png"


class TestList:
    def test_is_a_set_with_its_terms(self):
        data = read(defined_terms([make_term("T cell", "A cell.")]))
        assert data["@type"] == "DefinedTermSet"
        assert data["url"] == "http://testserver/glossary/"
        assert data["inLanguage"] == "en"
        assert data["description"].startswith("Words about immunotherapy")
        (term,) = data["hasDefinedTerm"]
        assert term["@id"] == "http://testserver/glossary/t-cell/"
        assert (term["name"], term["description"]) == ("T cell", "A cell.")

    def test_names_the_files_that_hold_all_of_it(self):
        data = read(defined_terms([], [("/glossary/glossary.ttl", "text/turtle")]))
        assert data["encoding"] == [
            {
                "@type": "MediaObject",
                "contentUrl": "http://testserver/glossary/glossary.ttl",
                "encodingFormat": "text/turtle",
            }
        ]

    def test_is_a_set_when_nothing_is_live(self):
        data = read(defined_terms([]))
        assert data["@type"] == "DefinedTermSet"
        assert not {"hasDefinedTerm", "encoding"} & data.keys()
