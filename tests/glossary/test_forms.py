"""The form of a term: a row for each of its words, and all that a definition may have."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from PIL import Image

from glossary.forms import TermForm
from glossary.models import Term
from glossary.typed import Translation
from glossary.wording import Form
from tests.factories import draft_term, make_tag, make_term, word_rows

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "T cell",
    "slug": "t-cell",
    "body": "A white blood cell.",
    "is_automatic": "on",
}
PLURAL = word_rows(("plural", "T cells"))


def filled(instance: Term | None = None, files=None, **changes) -> TermForm:
    """The form as sent, on top of the newest revision."""
    data = QueryDict(mutable=True)
    for name, value in {**TYPED, **changes}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    if instance is not None and "based_on" not in changes:
        data["based_on"] = str(instance.newest().number)
    form: TermForm = TermForm(data, files, instance=instance)
    return form


def words_in(form: TermForm) -> str:
    """The rows of words as a browser shows them, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", unescape(str(form["words"]))).split())


class TestWords:
    def test_of_one_form_are_not_told_what_another_form_was_told(self):
        twice = filled(**word_rows(("plural", "beta"), ("synonym", "beta")))
        assert not twice.is_valid()
        assert "written more than once" in words_in(twice)
        assert "more than once" not in words_in(filled(**word_rows(("plural", "beta"))))

    def test_are_a_row_each_with_their_rules(self):
        form = filled(
            **word_rows(
                ("plural", "T   cells "),
                Form("TC", "abbreviation", "any", is_automatic=False),
                ("variant", ""),
                Form("T-cell", "variant", "exact", is_sense=True),
            )
        )
        assert form.is_valid(), form.errors
        assert form.content()["forms"] == [
            Form("T cells", "plural"),
            Form("TC", "abbreviation", "any", is_automatic=False),
            Form("T-cell", "variant", "exact", is_sense=True),
        ]

    def test_the_headword_has_rules_too(self):
        rules = Form("", "headword", "exact", is_sense=True)
        form = filled(**word_rows(rules, ("plural", "T cells")))
        assert form.is_valid(), form.errors
        assert form.content()["forms"] == [rules, Form("T cells", "plural")]

    def test_may_hold_commas_and_bars(self):
        form = filled(
            **word_rows(("synonym", "interferon, type I"), ("synonym", "a|b"))
        )
        assert form.is_valid()
        texts = [each.text for each in form.content()["forms"]]
        assert texts == ["interferon, type I", "a|b"]

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([("plural", "T cell")], "“T cell” is written more than once."),
            ([("plural", "a"), ("synonym", "a")], "“a” is written more than once."),
            ([("synonym", "x" * 201)], f"“{'x' * 40}…” is longer than 200 characters."),
            ([("", "TC")], "Say what kind of word “TC” is."),
        ],
    )
    def test_that_can_not_be_are_named_at_their_row(self, rows, message):
        form = filled(**word_rows(*rows))
        assert not form.is_valid()
        assert form.errors == {"words": [message]}
        assert f"Remove {rows[-1][1]} {message}" in words_in(form)

    def test_are_checked_though_the_headword_is_wrong_too(self):
        rows = word_rows(("plural", "a"), ("plural", "a"))
        assert set(filled(title="x" * 201, **rows).errors) == {"title", "words"}

    def test_rows_of_any_number_are_read_in_their_order(self):
        form = filled(
            **{"words-12-text": "b", "words-12-kind": "plural"},
            **{"words-7-text": "a", "words-7-kind": "synonym"},
            **{"words-x-text": "c", "words-99999999-text": "d", "words-1-kind": "e"},
        )
        assert form.is_valid(), form.errors
        assert [each.text for each in form.content()["forms"]] == ["a", "b"]


class TestSuggestions:
    def test_are_unticked_choices_and_nothing_else(self):
        term = draft_term("Tumor").page
        form = TermForm(instance=term)
        shown = words_in(form)
        assert "Also?" in shown
        assert "Tumors (plural)" in shown
        assert "Tumour (other spelling)" in shown
        assert "checked" not in str(form["words"]).partition("row-suggestions")[2]
        assert form["words"].value() == ()

    def test_become_words_when_they_are_ticked(self):
        term = draft_term("Tumor", TYPED["body"]).page
        ticked = {"words-add-plural:Tumors": "on", "words-add-variant:Tumour": "on"}
        form = filled(term, title="Tumor", slug="tumor", **ticked)
        assert form.is_valid(), form.errors
        assert form.content()["forms"] == [
            Form("Tumors", "plural"), Form("Tumour", "variant"),
        ]  # fmt: skip
        assert form.says_something_new

    def test_wait_until_a_new_term_is_saved(self):
        assert "Also?" not in words_in(TermForm())


class TestWordsOfOthers:
    def test_are_told_at_their_row_with_what_to_do(self):
        make_term("Lymph node", forms=[("synonym", "node")])
        term = draft_term("Knot", forms=[("synonym", "node"), ("plural", "knots")]).page
        shown = words_in(TermForm(instance=term))
        assert (
            "Remove node It can’t go live so: “node” already belongs to “Lymph node”. "
            "If it has both meanings, tick “Other terms have this word too” at the "
            "word, here and there."
        ) in shown
        assert shown.count("It can’t go live") == 1

    def test_do_not_keep_a_draft_from_being_saved(self):
        make_term("Lymph node", forms=[("synonym", "node")])
        assert filled(**word_rows(("synonym", "node"))).is_valid()


class TestRicher:
    def test_is_taken_as_it_is_typed(self):
        other, whole = draft_term("Cell").page, draft_term("Blood").page
        form = filled(
            professional="Exact.\r\nWords.",
            respelling="TEE-sell",
            ipa="ˈtiː sɛl",
            broader=[str(other.pk)],
            whole=[str(whole.pk)],
            **{"translations-0-code": "ES", "translations-0-text": "célula T"},
            **{"translations-3-code": "zh-hans", "translations-3-text": "T细胞"},
        )
        assert form.is_valid(), form.errors
        content = form.content()
        assert content["professional"] == "Exact.\nWords."
        assert content["respelling"] == "TEE-sell"
        assert content["translations"] == {"es": "célula T", "zh-Hans": "T细胞"}
        assert content["relations"] == [("broader", other), ("part of", whole)]

    @pytest.mark.parametrize(
        ("code", "word", "told"),
        [
            ("", "célula T", "Say in which language “célula T” is."),
            ("spanish", "x", "“spanish” is not a language’s code."),
            ("es", "", "The word in “es” is missing."),
            ("es", "x" * 201, "The word in “es” is longer than 200 characters."),
            ("PT", "y", "“PT” is there twice."),
        ],
    )
    def test_translations_are_words_by_codes(self, code, word, told):
        first = {"translations-0-code": "pt", "translations-0-text": "célula"}
        second = {"translations-1-code": code, "translations-1-text": word}
        form = filled(**first, **second)
        assert set(form.errors) == {"translations"}
        assert told in form.errors["translations"][0]
        assert told in unescape(str(form["translations"]))
        assert f'value="{word}"' in str(form["translations"])

    def test_relations_lead_elsewhere_once_and_in_no_circle(self):
        one = make_term("T cell").page
        low = make_term("Low", relations=[("broader", one)]).page
        for changes, errors in [
            ({"broader": [one.pk]}, {"broader": ["A term can't lead to itself."]}),
            (
                {"broader": [low.pk]},
                {"broader": [
                    "“Low” can't be broader: it is itself a kind of “T cell”."
                ]},
            ),
            ({"whole": [low.pk], "see_also": [low.pk]}, {"see_also": [
                "“Low” is chosen twice. Keep the closest of the relations."
            ]}),
        ]:  # fmt: skip
            sent = {name: [str(pk) for pk in pks] for name, pks in changes.items()}
            assert filled(one, **sent).errors == errors

    def test_a_picture_is_kept_at_once_and_must_be_described(self):
        file = SimpleUploadedFile("x.png", picture(), "image/png")
        form = filled(files={"picture-new": file})
        assert set(form.errors) == {"picture_alt"}
        (address,) = re.findall(r'<img src="([^"]+)"', str(form["picture"]))
        assert f'type="hidden" name="picture" value="{address}"' in str(form["picture"])
        again = filled(picture=address, picture_alt="A cell.")
        assert again.is_valid(), again.errors
        assert again.content()["picture"] == address

    def test_a_recording_is_one_by_its_content(self):
        song = SimpleUploadedFile("x.mp3", b"ID3\x04\0\0\0\0\0\0", "audio/mpeg")
        form = filled(files={"audio-new": song})
        assert form.is_valid(), form.errors
        assert re.fullmatch(r"/media/[0-9a-f]{32}\.mp3", form.content()["audio"])
        page = SimpleUploadedFile("x.mp3", b"<html>", "audio/mpeg")
        errors = filled(files={"audio-new": page}).errors
        assert "not a recording" in errors["audio"][0]

    def test_files_can_be_taken_away(self):
        form = filled(**{"audio-none": "on", "picture-none": "on"})
        assert form.is_valid()
        assert form.content()["audio"] == form.content()["picture"] == ""

    @pytest.mark.parametrize(
        "address", ["/media/../settings.py", "https://evil.example/x.png", "/x.png"]
    )
    def test_no_other_address_passes(self, address):
        form = filled(picture=address, picture_alt="x", audio=address)
        assert set(form.errors) == {"audio", "picture"}


def picture() -> bytes:
    """A small PNG."""
    content = BytesIO()
    Image.new("RGB", (4, 3)).save(content, "PNG")
    return content.getvalue()


class TestFields:
    def test_show_the_newest_revision(self):
        tag = make_tag("Cells")
        make_term("T cell", "Old.")
        forms = [Form("", "headword", "exact"), Form("T cells", "plural", "any")]
        other = draft_term("Cell").page
        revision = draft_term(
            "T cell",
            "New.",
            forms=forms,
            tags=[tag],
            is_automatic=False,
            relations=[("related", other)],
            translations={"es": "célula T"},
            ipa="ˈtiː sɛl",
        )
        form = TermForm(instance=revision.page)
        assert {name: form[name].value() for name in form.fields if name in TYPED} == {
            "title": "T cell",
            "slug": "t-cell",
            "body": "New.",
            "is_automatic": False,
        }
        assert form["words"].value() == tuple(forms)
        assert form["see_also"].value() == [other.pk]
        assert form["translations"].value() == (Translation("es", "célula T"),)
        assert form["ipa"].value() == "ˈtiː sɛl"
        assert form["tags"].value() == [tag.pk]
        assert form["based_on"].value() == 2

    def test_of_a_new_term_link_automatically(self):
        form = TermForm()
        assert form["is_automatic"].value() is True
        assert form["title"].label == "Headword"

    def test_may_be_incomplete_but_for_the_address(self):
        form = filled(title="", body="")
        assert form.is_valid(), form.errors
        assert set(filled(slug="").errors) == {"slug"}

    def test_tell_the_preview_whose_page_it_is(self):
        revision = draft_term("T cell")
        assert "?term=t-cell" in str(TermForm(instance=revision.page)["body"])
        assert "?term=" in str(TermForm()["body"])

    def test_say_when_nothing_was_changed(self):
        forms = [("plural", "T cells"), ("plural", "T-cells")]
        richer = {"translations": {"es": "célula T"}}
        term = draft_term("T cell", TYPED["body"], forms=forms, **richer).page
        said = {"translations-0-code": "es", "translations-0-text": "célula T"}
        for changes, is_new in [
            (word_rows(*forms), False),
            (word_rows(("plural", " T  cells "), ("synonym", " "), forms[1]), False),
            (word_rows(forms[0]), True),
            (word_rows(*reversed(forms)), True),
            (word_rows(forms[0], ("synonym", "T-cells")), True),
            (word_rows(forms[0], Form("T-cells", "plural", is_sense=True)), True),
            (word_rows(*forms, Form("", "headword", "exact")), True),
            ({**word_rows(*forms), "body": "Other."}, True),
            ({**word_rows(*forms), "translations-0-text": "x"}, True),
            ({**word_rows(*forms), "picture-none": "on"}, True),
        ]:
            form = filled(term, **{**said, **changes})
            assert form.is_valid(), form.errors
            assert form.says_something_new is is_new, changes


class TestAddress:
    @pytest.mark.parametrize("make", [draft_term, make_term])
    def test_may_change(self, make):
        form = filled(make("T cell").page, slug="other")
        assert form.is_valid(), form.errors

    def test_is_no_other_terms(self):
        draft_term("Taken")
        assert set(filled(slug="taken").errors) == {"slug"}


class TestConflict:
    @pytest.mark.parametrize("based_on", ["1", "", "7"])
    def test_shows_both_and_keeps_what_was_typed(self, based_on):
        draft_term("T cell", "Mine.")
        theirs = draft_term(
            "T cell",
            "Theirs.",
            forms=[("synonym", "T lymphocyte"), ("plural", "Ts")],
            is_automatic=False,
            translations={"es": "célula T"},
        )
        form = filled(theirs.page, based_on=based_on, body="Yours.", **PLURAL)
        assert not form.is_valid()
        assert form.conflict == theirs
        assert "publisher saved revision 2" in form.non_field_errors()[0]
        differences = {row.name: (row.theirs, row.yours) for row in form.differences()}
        assert differences == {
            "body": ("Theirs.", "Yours."),
            "is_automatic": ("no", "yes"),
            "words": ("synonym: T lymphocyte\nplural: Ts", "plural: T cells"),
            "translations": ("es: célula T", ""),
        }
        assert form["body"].value() == "Yours."
        assert form["based_on"].value() == "2"

    def test_is_none_on_top_of_the_newest(self):
        form = filled(draft_term("T cell").page)
        assert form.is_valid()
        assert (form.conflict, form.differences()) == (None, [])
