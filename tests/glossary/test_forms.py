"""The form of a term: its words are typed one a line."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from glossary.forms import TermForm
from glossary.models import Term
from tests.factories import draft_term, make_tag, make_term

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "T cell",
    "slug": "t-cell",
    "body": "A white blood cell.",
    "plural": "T cells\r\n",
    "synonym": "",
    "abbreviation": "",
    "is_automatic": "on",
}


def filled(instance: Term | None = None, **changes) -> TermForm:
    """The form as sent, on top of the newest revision."""
    data = QueryDict(mutable=True)
    data.update({**TYPED, **changes})
    if instance is not None and "based_on" not in changes:
        data["based_on"] = str(instance.newest().number)
    form: TermForm = TermForm(data, instance=instance)
    return form


class TestWords:
    def test_are_one_a_line_by_their_kinds(self):
        form = filled(
            plural="T cells\r\n  T   cellz \r\n\r\n",
            synonym="T lymphocyte",
            abbreviation="TC\nTCs",
        )
        assert form.is_valid(), form.errors
        assert [(each.kind, each.text) for each in form.forms_typed()] == [
            ("plural", "T cells"),
            ("plural", "T cellz"),
            ("synonym", "T lymphocyte"),
            ("abbreviation", "TC"),
            ("abbreviation", "TCs"),
        ]

    def test_may_hold_commas_and_bars(self):
        form = filled(synonym="interferon, type I\r\na|b")
        assert form.is_valid()
        texts = [each.text for each in form.forms_typed()]
        assert texts[1:] == ["interferon, type I", "a|b"]

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("plural", "T cells\nT cells", "“T cells” is written more than once."),
            ("synonym", "T cells", "“T cells” is written more than once."),
            ("abbreviation", " T  cell ", "“T cell” is written more than once."),
            ("synonym", "x" * 201, f"“{'x' * 40}…” is longer than 200 characters."),
        ],
    )
    def test_that_can_not_be_are_named_at_their_field(self, field, typed, message):
        form = filled(**{field: typed})
        assert not form.is_valid()
        assert form.errors == {field: [message]}

    def test_are_checked_though_the_headword_is_wrong_too(self):
        form = filled(title="x" * 201, plural="cells\ncells")
        assert set(form.errors) == {"title", "plural"}


class TestFields:
    def test_show_the_newest_revision(self):
        tag = make_tag("Cells")
        make_term("T cell", "Old.")
        forms = [("plural", "T cells"), ("plural", "T cellz"), ("abbreviation", "TC")]
        revision = draft_term(
            "T cell", "New.", forms=forms, tags=[tag], is_automatic=False
        )
        form = TermForm(instance=revision.page)
        assert {name: form[name].value() for name in form.fields if name in TYPED} == {
            "title": "T cell",
            "slug": "t-cell",
            "body": "New.",
            "plural": "T cells\nT cellz",
            "synonym": "",
            "abbreviation": "TC",
            "is_automatic": False,
        }
        assert form["tags"].value() == [tag.pk]
        assert form["based_on"].value() == 2

    def test_of_a_new_term_link_automatically(self):
        form = TermForm()
        assert form["is_automatic"].value() is True
        assert form["title"].label == "Headword"

    def test_may_be_incomplete_but_for_the_address(self):
        form = filled(title="", body="", plural="")
        assert form.is_valid(), form.errors
        assert set(filled(slug="").errors) == {"slug"}

    def test_tell_the_preview_whose_page_it_is(self):
        revision = draft_term("T cell")
        assert "?term=t-cell" in str(TermForm(instance=revision.page)["body"])
        assert "?term=" in str(TermForm()["body"])

    def test_say_when_nothing_was_changed(self):
        forms = [("plural", "T cells"), ("plural", "T-cells")]
        term = draft_term("T cell", TYPED["body"], forms=forms).page
        for changes, is_new in [
            ({"plural": "T cells\r\nT-cells"}, False),
            ({"plural": " T  cells\r\n\r\nT-cells\r\n"}, False),
            ({"plural": "T cells"}, True),
            ({"plural": "T-cells\r\nT cells"}, True),
            ({"plural": "T cells\r\nT-cells", "body": "Other."}, True),
        ]:
            form = filled(term, **changes)
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
            "T cell", "Theirs.", forms=[("synonym", "T lymphocyte")], is_automatic=False
        )
        form = filled(theirs.page, based_on=based_on, body="Yours.")
        assert not form.is_valid()
        assert form.conflict == theirs
        assert "publisher saved revision 2" in form.non_field_errors()[0]
        differences = {row.name: (row.theirs, row.yours) for row in form.differences()}
        assert differences == {
            "body": ("Theirs.", "Yours."),
            "is_automatic": ("no", "yes"),
            "plural": ("", "T cells"),
            "synonym": ("T lymphocyte", ""),
        }
        assert form["body"].value() == "Yours."
        assert form["based_on"].value() == "2"

    def test_is_none_on_top_of_the_newest(self):
        form = filled(draft_term("T cell").page)
        assert form.is_valid()
        assert (form.conflict, form.differences()) == (None, [])
