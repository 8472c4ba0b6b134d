"""Terms of a file become drafts, with what is here already."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from glossary import bringing
from glossary.bringing import bring, look_at, relate
from glossary.drafting import content_of, save_draft
from glossary.exchange import read_entries
from glossary.formats import FORMATS, Entry
from glossary.models import Form as FormRow
from glossary.models import RelationKind, Term, TermRevision
from glossary.outgoing import said_of
from glossary.publishing import rename
from glossary.wording import Form
from immunosite.core.audit import AuditEntry
from immunosite.core.pictures import store_picture
from immunosite.core.reports import Outcome
from immunosite.core.tagging import Tag
from tests.factories import draft_term, make_tag, make_term, publisher

pytestmark = pytest.mark.django_db
PLACES = count(1)


def entry(headword: str, **said: Any) -> Entry:
    place = next(PLACES)
    given = {"headword": headword, "definition": f"What {headword} means."}
    return Entry(place, place, {**given, **said})


def brought(*entries: Entry, coming=(), on_existing="update", by=None) -> list[Any]:
    return bring(entries, coming=coming, on_existing=on_existing, by=by or publisher())


def told(*entries: Entry, **how) -> list[tuple[str, str]]:
    return [(v.outcome.value, v.message) for v in brought(*entries, **how)]


def newest(slug: str) -> TermRevision:
    return Term.objects.get(slug=slug).newest()


def relations(slug: str) -> list[tuple[str, str]]:
    return [(row.kind, row.term.slug) for row in newest(slug).relations.all()]


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return store_picture(SimpleUploadedFile("a.png", out.getvalue()))


class TestNewTerms:
    def test_have_all_that_the_file_says(self):
        draft_term("Body")
        tag, address = make_tag("Cells"), picture()
        said = {
            "slug": "cells", "plurals": ["cells"], "variants": ["zell"],
            "abbreviations": ["CE"],
            "rules": {"CE": ["any", "sense"], "Cell": ["exact", "explicit"]},
            "linking": "explicit", "tags": ["Cells"], "professional": "Exact.",
            "respelling": "SELL", "ipa": "sɛl", "picture": address,
            "picture_alt": "A cell.", "picture_credit": "NCI",
            "translations": {"es": "célula"}, "part_of": ["Body"],
        }  # fmt: skip
        (verdict,) = brought(entry("Cell", **said))
        assert (verdict.outcome, verdict.message, verdict.waits) == (
            "created",
            "",
            False,
        )
        assert content_of(newest("cells")) == {
            "title": "Cell",
            "body": "What Cell means.",
            "forms": [
                Form("Cell", "headword", "exact", is_automatic=False),
                Form("cells", "plural"),
                Form("zell", "variant"),
                Form("CE", "abbreviation", "any", is_sense=True),
            ],
            "is_automatic": False,
            "tags": [tag],
            "relations": [("part of", Term.objects.get(slug="body"))],
            "professional": "Exact.",
            "respelling": "SELL",
            "ipa": "sɛl",
            "audio": "",
            "picture": address,
            "picture_alt": "A cell.",
            "picture_credit": "NCI",
            "translations": {"es": "célula"},
        }

    def test_are_drafts_of_who_brings_them(self, author):
        brought(entry("Cell"), by=author)
        assert newest("cell").created_by == author
        assert newest("cell").note == "Imported."
        assert not TermRevision.objects.live().exists()

    def test_take_the_right_to_add_them(self, reviewer):
        with pytest.raises(PermissionDenied, match="add_term"):
            brought(entry("Cell"), by=reviewer)
        assert not Term.objects.exists()

    def test_one_that_fails_takes_no_other_along(self):
        bad = entry("Gene", plurals=["gene", "gene"], tags=["New"])
        assert told(entry("Cell"), bad, entry("Virus")) == [
            ("created", ""),
            ("rejected", "words: “gene” is written more than once."),
            ("created", ""),
        ]  # fmt: skip
        assert not Tag.objects.exists()

    def test_are_told_which_of_their_words_another_term_owns(self):
        make_term("T cell", forms=[("synonym", "helper")])
        draft_term("Gene", forms=[("synonym", "bug")])
        assert told(entry("Cell", synonyms=["helper", "bug"])) == [
            ("created", "It can't go live so: “helper” already belongs to “T cell”. If "
             "it has both meanings, tick “Other terms have this word too” at the word, "
             "here and there."),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"rules": {"CE": ["any"]}}, "rules: “CE” is none of the words of this term."),
            ({"related": ["Cell"]}, "related: A term can't lead to itself."),
            ({"broader": ["no"]},
             "broader: There is no term “no”, neither here nor in this file."),
            ({"broader": ["body"], "part_of": ["Body"]},
             "part_of: “Body” is chosen twice. Keep the closest of the relations."),
            ({"translations": {"spanish!": "x"}}, "translations: “spanish!” is not"),
            ({"ipa": "x" * 201}, "ipa: Ensure this value has at most 200 characters"),
        ],
    )  # fmt: skip
    def test_what_they_can_not_have_is_told_at_the_field(self, said, message):
        draft_term("Body")
        ((outcome, found),) = told(entry("Cell", **said))
        assert outcome == "rejected"
        assert found.startswith(message)
        assert not Term.objects.filter(slug="cell").exists()

    def test_an_address_that_leads_to_another_term_is_refused(self):
        rename(make_term("Cell").page, "body-cell", by=publisher())
        ((outcome, message),) = told(entry("Cell"))
        assert outcome == "rejected"
        assert message.startswith("slug: This address redirects to “Cell”.")

    def test_a_picture_needs_its_words(self):
        ((outcome, message),) = told(entry("Cell", picture=picture()))
        assert outcome == "rejected"
        assert message.startswith("picture_alt: Say what the picture shows")


class TestTags:
    def test_that_nobody_has_yet_are_made_and_told(self):
        make_tag("Cells")
        first = entry("Cell", tags=["cells", "treatment: New drug", "Other"])
        assert told(first, entry("Gene", tags=["Other"])) == [
            ("created", "Makes the tags “New drug” (treatment), “Other” (topic)."),
            ("created", ""),
        ]
        assert Tag.objects.count() == 3

    def test_are_not_made_by_authors(self, author):
        ((outcome, message),) = told(entry("Cell", tags=["Other"]), by=author)
        assert (outcome, Tag.objects.count()) == ("rejected", 0)
        assert message.startswith("tags: There is no tag “Other”.")


class TestFilesOfOtherSites:
    @pytest.mark.parametrize(
        "address", ["https://a.example.org/x.png", "/media/a.png", f"/media/{'a' * 32}-1x1.png"]
    )  # fmt: skip
    def test_are_left_out_and_told(self, address):
        ((outcome, message),) = told(
            entry("Cell", picture=address, picture_alt="A cell.", ipa="x")
        )
        assert outcome == "created"
        assert message == (
            f"Left out: picture, since “{address}” is no file of this site."
        )
        revision = newest("cell")
        assert (revision.picture, revision.picture_alt, revision.ipa) == ("", "", "x")

    def test_leave_the_file_that_is_here(self):
        here = picture()
        draft_term("Cell", picture=here, picture_alt="Mine.")
        other = entry("Cell", picture="/elsewhere.png", picture_alt="Theirs.")
        ((outcome, message),) = told(other)
        assert outcome == "unchanged"
        assert message.startswith("Left out: picture")
        assert newest("cell").picture_alt == "Mine."

    def test_recordings_too(self):
        name = f"{'0' * 32}.mp3"
        here = default_storage.url(default_storage.save(name, ContentFile(b"ID3")))
        assert told(entry("Cell", audio=here), entry("Gene", audio="/media/a.mp3")) == [
            ("created", ""),
            ("created", "Left out: audio, since “/media/a.mp3” is no file of this site."),
        ]  # fmt: skip
        assert (newest("cell").audio, newest("gene").audio) == (here, "")


class TestTermsThatAreHere:
    def test_are_kept_unless_asked_to_update(self):
        draft_term("Cell", "Mine.")
        assert told(entry("Cell"), on_existing="keep") == [("kept", "")]
        assert newest("cell").body == "Mine."

    def test_keep_what_the_file_does_not_say(self):
        draft_term("Body"), draft_term("Gene")
        forms = [
            Form("Cell", "headword", "exact"), Form("cells", "plural", "any"),
            Form("CE", "abbreviation", is_sense=True), Form("zell", "variant"),
        ]  # fmt: skip
        before = draft_term(
            "Cell", "Mine.", forms=forms, tags=[make_tag("Cells")],
            professional="Exact.", ipa="sɛl", translations={"es": "célula"},
            is_automatic=False,
            relations=[("part of", Term.objects.get(slug="body")),
                       ("related", Term.objects.get(slug="gene"))],
        )  # fmt: skip
        kept = content_of(before)
        brought(entry("CELL", definition="Theirs.", plurals=["cells", "celli"]))
        assert content_of(newest("cell")) == {
            **kept,
            "title": "CELL",
            "body": "Theirs.",
            "forms": [
                Form("CELL", "headword", "exact"), Form("cells", "plural", "any"),
                Form("celli", "plural"), Form("zell", "variant"),
                Form("CE", "abbreviation", is_sense=True),
            ],
        }  # fmt: skip

    def test_may_take_a_synonym_for_their_headword(self):
        draft_term("Alpha", forms=[("synonym", "Beta")])
        ((outcome, _),) = told(entry("Beta", slug="alpha"))
        assert outcome == "updated"
        assert list(newest("alpha").forms.values_list("text", flat=True)) == ["Beta"]

    def test_have_a_word_in_the_kind_that_the_file_says(self):
        draft_term("Tumor", forms=[("variant", "tumour"), ("variant", "tumur")])
        brought(entry("Tumor", synonyms=["tumour"]))
        assert list(newest("tumor").forms.values_list("kind", "text")) == [
            ("headword", "Tumor"), ("synonym", "tumour"), ("variant", "tumur"),
        ]  # fmt: skip

    def test_lose_what_the_file_says_is_not_there(self):
        draft_term("Body")
        relation = ("part of", Term.objects.get(slug="body"))
        forms = [("plural", "cells"), Form("CE", "abbreviation", "any")]
        draft_term("Cell", forms=forms, tags=[make_tag("Cells")], ipa="sɛl",
                   relations=[relation], translations={"es": "x"})  # fmt: skip
        empty = {"plurals": [], "rules": {}, "tags": [], "ipa": "", "part_of": [],
                 "translations": {}}  # fmt: skip
        brought(entry("Cell", **empty))
        revision = newest("cell")
        assert [str(form) for form in revision.forms.all()] == ["Cell", "CE"]
        assert not FormRow.objects.filter(revision=revision).exclude(case="").exists()
        assert not (revision.tags.exists() or revision.relations.exists())
        assert (revision.ipa, revision.translations) == ("", {})

    def test_say_what_changes(self):
        make_tag("Cells")
        draft_term("Cell", "Mine.", forms=[("plural", "cells")])
        changed = entry("Cell", plurals=["celli"], tags=["Cells"], ipa="sɛl")
        ((outcome, message),) = told(changed)
        assert outcome == "updated"
        assert message.startswith("Changes ")
        assert set(message.removeprefix("Changes ").rstrip(".").split(", ")) == {
            "definition", "words", "tags", "ipa",
        }  # fmt: skip

    def test_that_say_the_same_are_left_alone(self):
        draft_term(
            "Cell",
            "\nMine.\r\n",
            respelling="a  b",
            forms=[("plural", "x"), ("plural", "y")],
        )
        same = entry("Cell", definition="Mine.", respelling="a b", plurals=["y", "x"])
        assert told(same) == [("unchanged", "")]
        assert newest("cell").number == 1

    def test_are_known_by_the_address_that_the_file_says(self):
        draft_term("Cell", slug="zell")
        assert told(entry("Body cell", slug="zell")) == [
            ("updated", "Changes headword, definition, words."),
        ]  # fmt: skip
        assert newest("zell").title == "Body cell"

    def test_that_somebody_saves_meanwhile_are_rejected(self, monkeypatch):
        draft_term("Cell", "One.")

        def meanwhile(*args, **fields):
            draft_term("Cell", "Two.")
            return save_draft(*args, **fields)

        monkeypatch.setattr(bringing, "save_draft", meanwhile)
        ((outcome, message),) = told(entry("Cell", definition="Three."))
        assert outcome == "rejected"
        assert message.startswith("Somebody saved this term meanwhile.")


class TestRelations:
    def test_name_terms_by_address_headword_or_former_address(self):
        draft_term("T cell"), draft_term("PD-1", slug="PD-1")
        rename(draft_term("Gene").page, "genes", by=publisher())
        brought(entry("Cell", related=["T cell", "PD-1", "gene"]))
        assert sorted(relations("cell")) == [
            ("related", "PD-1"), ("related", "genes"), ("related", "t-cell"),
        ]  # fmt: skip

    def test_to_what_comes_later_wait(self):
        first = entry("Cell", part_of=["Body"], related=["Gene"])
        entries = [first, entry("Gene"), entry("Body", related=["Cell"])]
        coming = {each.slug for each in entries}
        verdicts = brought(*entries, coming=coming)
        assert [verdict.waits for verdict in verdicts] == [True, False, False]
        assert relations("cell") == []
        (related,) = relate([first], by=publisher())
        assert related.message == ""
        assert sorted(relations("cell")) == [("part of", "body"), ("related", "gene")]
        assert newest("cell").note == "Imported: its related terms."

    def test_of_a_term_that_is_here_make_one_draft(self):
        draft_term("Cell", "Mine.")
        first = entry("Cell", definition="Mine.", related=["Gene"])
        verdict, _ = brought(first, entry("Gene"), coming={"cell", "gene"})
        assert (verdict.outcome, verdict.message, verdict.waits) == (
            "updated", "Changes related terms.", True,
        )  # fmt: skip
        relate([first], by=publisher())
        assert newest("cell").number == 2

    def test_to_what_did_not_come_are_told(self):
        first = entry("Cell", related=["Gene", "Virus"])
        brought(first, entry("Virus"), coming={"gene", "virus"})
        (related,) = relate([first], by=publisher())
        assert related.message == "Left out: “Gene”, which did not come in."
        assert relations("cell") == [("related", "virus")]

    def test_that_prove_wrong_are_told_and_leave_the_draft(self):
        first = entry("Cell", related=["Gene"], broader=["gene"])
        brought(first, entry("Gene"), coming={"gene"})
        (related,) = relate([first], by=publisher())
        assert related.message.startswith(
            "Left out: its related terms. related: “Gene” is chosen twice."
        )
        assert relations("cell") == []

    def test_of_a_term_that_is_gone_are_told(self):
        (related,) = relate([entry("Cell", related=["Gene"])], by=publisher())
        assert related.message.endswith("It is not here any more.")


class TestLookingAt:
    def test_tells_the_same_and_stores_nothing(self):
        draft_term("Cell", "Mine.")
        entries = [
            entry("Cell"), entry("Gene", tags=["New"]), entry("Virus", related=["no"]),
            entry("Body", related=["Later"]),
        ]  # fmt: skip
        how = {"coming": {"later"}, "on_existing": "update", "by": publisher()}
        models = (Term, TermRevision, Tag, AuditEntry)
        before = [model.objects.count() for model in models]
        looked = look_at(entries, **how)
        assert [model.objects.count() for model in models] == before
        done = bring(entries, **how)
        assert [(v.outcome, v.message, v.waits) for v in looked] == [
            (v.outcome, v.message, v.waits) for v in done
        ]
        assert [v.outcome for v in looked] == [
            Outcome.UPDATED, Outcome.CREATED, Outcome.REJECTED, Outcome.CREATED,
        ]  # fmt: skip
        assert [v.term and v.term.slug for v in looked] == ["cell", None, None, None]
        assert all(v.revision is None for v in looked)


# Any term


NAME = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
)
WORDS = st.builds(
    Form,
    st.one_of(NAME, st.sampled_from(["a|b", "c: d", "e\\", "=x", "'=x", "|", ":"])),
    st.sampled_from(["plural", "synonym", "variant", "abbreviation"]),
    st.sampled_from(["", "any", "exact"]),
    st.booleans(),
    st.booleans(),
)
PROSE = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]),
    max_size=12,
)
LINE = PROSE
TERM = st.fixed_dictionaries(
    {
        "title": NAME.map("{}a".format),
        "body": PROSE.map("{}.".format),
        "is_automatic": st.booleans(),
        "professional": PROSE,
        "respelling": LINE,
        "ipa": LINE,
        "translations": st.dictionaries(st.sampled_from(["es", "pt-BR"]), NAME),
        "forms": st.lists(
            WORDS, max_size=4, unique_by=lambda form: " ".join(form.text.split())
        ),
        "rules": st.builds(
            Form,
            st.just(""),
            st.just("headword"),
            st.sampled_from(["", "any", "exact"]),
            st.booleans(),
            st.booleans(),
        ),
        "tags": st.lists(NAME.map("x{}".format), max_size=2, unique_by=str.casefold),
        # To the next term, and to the one after it.
        "relations": st.lists(
            st.tuples(st.sampled_from(RelationKind.values), st.integers(1, 2)),
            max_size=2,
            unique_by=lambda pair: pair[1],
        ),
    }
)


def build(terms: list[dict[str, Any]]) -> None:
    """Save drafts of these terms; then once more with their relations."""
    for number, said in enumerate(terms):
        fields = {**said, "forms": [said["rules"], *said["forms"]]}
        del fields["rules"], fields["relations"]
        fields["tags"] = [make_tag(name) for name in said["tags"]]
        slug = f"term-{number}"
        save_draft(Term(slug=slug), based_on=None, by=publisher(), **fields)
    pages = list(Term.objects.order_by("slug"))
    for number, (page, said) in enumerate(zip(pages, terms, strict=True)):
        fields = content_of(page.newest())
        fields["relations"] = [
            (kind, pages[(number + step) % len(pages)])
            for kind, step in said["relations"]
        ]
        save_draft(page, based_on=1, by=publisher(), **fields)


def written(format: str) -> str:
    public = frozenset(Term.objects.values_list("pk", flat=True))
    pages = Term.objects.order_by("slug")
    return FORMATS[format].dump(said_of(page.newest(), public=public) for page in pages)


def load(text: str, format: str) -> list[str]:
    entries = list(read_entries(text, format=format))
    coming = {each.slug for each in entries}
    verdicts = brought(*entries, coming=coming)
    waiting = [
        each for each, verdict in zip(entries, verdicts, strict=True) if verdict.waits
    ]
    related = relate(waiting, by=publisher())
    assert [each.message for each in related] == [""] * len(waiting)
    return [verdict.outcome.value for verdict in verdicts]


@pytest.mark.parametrize("format", list(FORMATS))
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(terms=st.lists(TERM, min_size=3, max_size=3))
def test_any_term_comes_back_as_it_was(format, terms):
    with transaction.atomic():
        try:
            build(terms)
        except ValidationError:
            transaction.set_rollback(True)
            assume(False)
        text = written(format)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert load(text, format) == ["created"] * 3
        assert written(format) == text
        assert load(text, format) == ["unchanged"] * 3
        transaction.set_rollback(True)
