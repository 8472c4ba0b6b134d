"""Citations in the text: how they are written, numbered and shown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from immunosite.core.markdown import sanitise
from references.citing import Cited, Numbering, flag, install, mark, parse_cluster
from references.locating import readable
from tests.factories import make_article, make_reference

KEY_SIGNS = "abcXYZ0189é"
keys = st.builds(
    "{}{}{}".format,
    st.sampled_from(KEY_SIGNS),
    st.text(KEY_SIGNS + "_:.#$%&-+?<>~/", max_size=8),
    st.sampled_from(KEY_SIGNS),
)
locators = st.text("p. 123–§é,", max_size=10).map(lambda text: " ".join(text.split()))
cited = st.builds(Cited, keys, locators.filter(lambda text: not text.startswith(",")))


def written(items: list[Cited]) -> str:
    return "; ".join(
        f"@{item.key}, {item.locator}" if item.locator else f"@{item.key}"
        for item in items
    )


def tokens(text: str) -> list:
    """The citation tokens of a Markdown text, right and wrong ones."""
    parser = MarkdownIt("commonmark")
    install(parser)
    inline = [token for token in parser.parse(text) if token.type == "inline"]
    children = [child for token in inline for child in token.children or []]
    return [child for child in children if child.type in ("citation", "miscited")]


def numbered(*clusters: str) -> Numbering:
    numbering = Numbering()
    for cluster in clusters:
        numbering.add(parse_cluster(cluster) or [], None)
    return numbering


def as_read(items):
    """The items with their places in the form that readers see."""
    return [replace(item, locator=readable(item.locator)) for item in items]


def shown(cluster: str, *before: str, unknown: tuple[str, ...] = ()) -> str:
    """What a reader reads of a cluster, after others."""
    numbering = numbered(*before)
    html = mark(numbering.add(parse_cluster(cluster) or [], None), unknown)
    return re.sub(r"<[^>]*>", "", html)


class TestParsing:
    @pytest.mark.parametrize(
        ("content", "items"),
        [
            ("@larkin-2015", [Cited("larkin-2015")]),
            ("@larkin-2015, p. 3", [Cited("larkin-2015", "p. 3")]),
            ("@larkin-2015 , p. 3", [Cited("larkin-2015", "p. 3")]),
            ("@a;@b", [Cited("a"), Cited("b")]),
            (" @a ; @b ", [Cited("a"), Cited("b")]),
            ("@a, pp. 3, 5; @b", [Cited("a", "pp. 3, 5"), Cited("b")]),
            ("@a, p.\n   3", [Cited("a", "p. 3")]),
            ("@doi:10.1000/x.y", [Cited("doi:10.1000/x.y")]),
            ("@Müller2015", [Cited("Müller2015")]),
            ("@a_b", [Cited("a_b")]),
        ],
    )
    def test_items_are_parted_by_semicolons(self, content, items):
        assert parse_cluster(content) == items

    @pytest.mark.parametrize(
        "content",
        ["", "@", "a", "@a b", "@a p. 3", "see @a", "@a; b", "@a;", "@a,", "@a @b",
         "@_a", "@a_", "@a-, p. 3", "@a, @b", "-@a"],
    )  # fmt: skip
    def test_anything_else_is_no_cluster(self, content):
        assert parse_cluster(content) is None

    @given(st.lists(cited, min_size=1, max_size=4))
    def test_what_is_written_is_read(self, items):
        assert parse_cluster(written(items)) == as_read(items)

    @given(st.lists(cited, min_size=1, max_size=4))
    def test_in_a_text_too(self, items):
        (token,) = tokens(f"Words [{written(items)}] go on.")
        assert token.type == "citation"
        assert token.meta["items"] == as_read(items)


class TestInATextOfMarkdown:
    def test_a_citation_knows_its_words_and_its_line(self):
        first, second = tokens("One [@a].\nTwo [@b, p. 3]\nthree")
        assert (first.content, first.meta["line"]) == ("[@a]", 0)
        assert (second.content, second.meta["line"]) == ("[@b, p. 3]", 1)

    @pytest.mark.parametrize("text", ["[@a b]", "[@a; see b]", "[ @]", "[@]"])
    def test_what_begins_like_one_and_is_none_is_told(self, text):
        (token,) = tokens(f"Words {text} go on.")
        assert (token.type, token.content) == ("miscited", text)
        assert token.meta["items"] == []

    @pytest.mark.parametrize(
        "text",
        ["a@b.org", "[a@b]", "[words]", "`[@a]`", "\\[@a]", "[@a",
         "[@account](https://example.org/)", "[@a" + " " * 1000 + "]"],
    )  # fmt: skip
    def test_other_brackets_are_left_alone(self, text):
        assert tokens(text) == []

    def test_brackets_without_end_cost_little(self):
        assert tokens("[@a " * 20_000) == []


class TestNumbering:
    def test_is_by_first_appearance(self):
        numbering = numbered("@b", "@a; @c", "@a", "@b; @d")
        assert numbering.numbers == {"b": 1, "a": 2, "c": 3, "d": 4}

    def test_a_cluster_is_ordered_by_number(self):
        uses = numbered("@a", "@c; @b; @a").uses
        assert [(use.key, use.number) for use in uses[1:]] == [
            ("a", 1), ("c", 2), ("b", 3),
        ]  # fmt: skip

    def test_every_use_has_a_place_of_its_own(self):
        uses = numbered("@a", "@b", "@a", "@a").uses
        assert [(use.nth, use.anchor) for use in uses] == [
            (1, "cite-1-1"), (1, "cite-2-1"), (2, "cite-1-2"), (3, "cite-1-3"),
        ]  # fmt: skip

    def test_an_item_twice_in_a_cluster_counts_once(self):
        assert len(numbered("@a; @a").uses) == 1

    def test_with_two_locators_it_counts_twice(self):
        uses = numbered("@a, p. 1; @a, p. 2").uses
        assert [(use.nth, use.locator) for use in uses] == [(1, "p. 1"), (2, "p. 2")]

    def test_a_use_knows_its_line(self):
        (use,) = Numbering().add([Cited("a")], 7)
        assert use.line == 7

    @given(st.lists(st.lists(cited, min_size=1, max_size=4), max_size=8))
    def test_leaves_no_gap_and_no_anchor_twice(self, clusters):
        numbering = Numbering()
        for items in clusters:
            added = numbering.add(items, None)
            assert {(use.key, use.locator) for use in added} == {
                (item.key, item.locator) for item in items
            }
            assert [use.number for use in added] == sorted(use.number for use in added)
        first_seen = dict.fromkeys(item.key for items in clusters for item in items)
        assert list(numbering.numbers) == list(first_seen)
        assert list(numbering.numbers.values()) == list(range(1, len(first_seen) + 1))
        anchors = [use.anchor for use in numbering.uses]
        assert len(anchors) == len(set(anchors))
        for number in numbering.numbers.values():
            counted = [use.nth for use in numbering.uses if use.number == number]
            assert counted == list(range(1, len(counted) + 1))


class TestMarks:
    @pytest.mark.parametrize(
        ("cluster", "before", "expected"),
        [
            ("@a", [], "[1]"),
            ("@a; @b", [], "[1, 2]"),
            ("@a; @b; @c", [], "[1–3]"),
            ("@b; @c; @d", ["@a"], "[2–4]"),
            ("@a; @c; @d; @e", ["@a", "@b"], "[1, 3–5]"),
            ("@a; @c", ["@a; @b"], "[1, 3]"),
            ("@a; @b; @d; @e", ["@a; @b; @c"], "[1, 2, 4, 5]"),
            ("@a, p. 3", [], "[1, p. 3]"),
            ("@a, p. 3; @b", [], "[1, p. 3; 2]"),
            ("@a; @b, p. 3; @c", [], "[1; 2, p. 3; 3]"),
            ("@a; @b; @c; @d, p. 3", [], "[1–3; 4, p. 3]"),
            ("@a, p. 1; @a, p. 2", [], "[1, p. 1; 1, p. 2]"),
        ],
    )
    def test_three_in_a_row_are_drawn_together(self, cluster, before, expected):
        assert shown(cluster, *before) == expected

    def test_a_number_leads_to_its_reference_and_can_be_led_back_to(self):
        html = mark(numbered("@a").uses, [])
        assert html == (
            '<sup class="cite">[<a id="cite-1-1" href="#ref-1" role="doc-biblioref" '
            'aria-label="Reference 1">1</a>]</sup>'
        )

    def test_a_number_that_is_not_shown_can_be_led_back_to_all_the_same(self):
        html = mark(numbered("@a; @b; @c; @d").uses, [])
        assert re.findall(r'id="([^"]+)"', html) == [
            "cite-1-1", "cite-2-1", "cite-3-1", "cite-4-1",
        ]  # fmt: skip
        assert re.findall(r'href="([^"]+)"', html) == ["#ref-1", "#ref-4"]

    def test_an_unknown_key_is_shown_with_a_question_mark(self):
        assert shown("@a", unknown=("b",)) == "[1, ?b]"

    def test_locators_and_unknown_keys_are_escaped(self):
        html = mark(numbered("@a, <script>&").uses, ["<img>"])
        assert "&lt;script&gt;&amp;" in html
        assert "?&lt;img&gt;" in html
        assert "<script>" not in html
        assert "<img>" not in html

    @given(st.lists(st.lists(cited, min_size=1, max_size=6), min_size=1, max_size=5))
    def test_every_use_has_its_anchor_in_the_text(self, clusters):
        numbering = Numbering()
        html = "".join(mark(numbering.add(items, None), []) for items in clusters)
        anchors = re.findall(r'\bid="([^"]+)"', html)
        assert anchors == [use.anchor for use in numbering.uses]


@pytest.mark.django_db
class TestWaysBack:
    """The stored citations of a page."""

    def test_are_lettered_from_a_to_z_and_on(self):
        make_reference("larkin-2015")
        revision = make_article("many", "Words [@larkin-2015]. " * 29)
        letters = [citation.letter for citation in revision.citations.all()]
        assert letters[:3] == ["a", "b", "c"]
        assert letters[25:] == ["z", "aa", "ab", "ac"]

    def test_letters_count_on_after_zz(self):
        make_reference("larkin-2015")
        revision = make_article("one", "Words [@larkin-2015].")
        (citation,) = revision.citations.all()
        citation.nth = 26 * 26 + 26
        assert citation.letter == "zz"
        citation.nth += 1
        assert citation.letter == "aaa"

    def test_keep_number_locator_and_anchor(self):
        make_reference("a-1")
        make_reference("b-2")
        revision = make_article("two", "One [@b-2, p. 3]. Two [@a-1; @b-2].")
        stored = revision.citations.values_list(
            "reference__key", "number", "nth", "locator", "anchor"
        )
        assert list(stored) == [
            ("b-2", 1, 1, "p. 3", "cite-1-1"),
            ("b-2", 1, 2, "", "cite-1-2"),
            ("a-1", 2, 1, "", "cite-2-1"),
        ]


class TestFlags:
    """The marks at citations of sources that don't stand, put into a stored rendering."""

    def flagged(self, *clusters: str, **standings: str) -> str:
        numbering = Numbering()
        made = "".join(
            mark(numbering.add(parse_cluster(cluster) or [], None), ())
            for cluster in clusters
        )
        by_number = {
            numbering.numbers[key]: standing for key, standing in standings.items()
        }
        return flag(sanitise(made), by_number)

    def words(self, *clusters: str, **standings: str) -> str:
        return re.sub(r"<[^>]*>", "", self.flagged(*clusters, **standings))

    def test_are_words_beside_the_number(self):
        assert self.words("@a; @b", b="retracted") == "[1, 2 retracted]"

    def test_come_before_a_locator(self):
        assert self.words("@a, p. 3", a="retracted") == "[1 retracted, p. 3]"

    def test_come_at_every_use(self):
        shown = self.words("@a", "@b", "@a", a="questioned")
        assert shown == "[1 questioned][2][1 questioned]"

    def test_show_a_number_that_was_drawn_together_with_others(self):
        shown = self.words("@a; @b; @c; @d", b="retracted", c="questioned")
        assert shown == "[1–2 retracted–3 questioned–4]"
        shown = self.words("@a; @b; @c", a="retracted", c="retracted")
        assert shown == "[1 retracted–3 retracted]"

    def test_are_part_of_the_name_that_is_read_aloud(self):
        html = self.flagged("@a", a="retracted")
        assert 'aria-label="Reference 1, retracted"' in html
        assert 'id="cite-1-1" href="#ref-1" role="doc-biblioref"' in html

    def test_leave_a_page_alone_whose_sources_stand(self):
        html = self.flagged("@a; @b; @c", a="", b="")
        assert html == self.flagged("@a; @b; @c")
        assert "flag" not in html

    def test_are_what_the_pipeline_could_have_made(self):
        """Nothing is added that sanitising would take out."""
        html = self.flagged("@a; @b; @c; @d", "@b, p. 3", b="retracted")
        assert sanitise(html) == html

    @given(st.text(), st.integers(1, 9))
    def test_change_nothing_but_citations(self, text, number):
        escaped = sanitise(text)
        assert flag(escaped, {number: "retracted"}) == escaped

    @given(st.lists(st.lists(cited, min_size=1, max_size=6), min_size=1, max_size=4))
    def test_leave_every_anchor_in_place_once(self, clusters):
        numbering = Numbering()
        html = "".join(mark(numbering.add(cluster, None), ()) for cluster in clusters)
        standings = dict.fromkeys(numbering.numbers.values(), "retracted")
        anchors = [use.anchor for use in numbering.uses]
        found = re.findall(r' id="(cite-[^"]+)"', flag(html, standings))
        assert sorted(found) == sorted(anchors)
