"""Every sentence of a page is a claim, with the citations that belong to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.claims import claims_in
from glossary.linking import Vocabulary
from glossary.rendering import render
from immunosite.core.markdown import BodyRefused
from references.citing import Source

DEMO = Path(__file__).parent.parent.parent / "demo" / "articles"


def read(body):
    """Sentence → the keys that it cites."""
    return {each.text: [item.key for item in each.cited] for each in claims_in(body)}


class TestCitations:
    def test_before_the_stop_and_behind_it_belong_to_the_sentence(self):
        body = "It grew [@a]. It shrank. [@b] It stayed.[@c] It went."
        assert read(body) == {
            "It grew.": ["a"], "It shrank.": ["b"], "It stayed.": ["c"], "It went.": [],
        }  # fmt: skip

    def test_behind_a_line_break_too(self):
        assert read("It grew.\n[@a] It shrank.") == {
            "It grew.": ["a"],
            "It shrank.": [],
        }

    def test_in_the_middle_cites_the_whole_sentence(self):
        assert read("In one trial [@a], 5 of 9 [@b] grew.") == {
            "In one trial, 5 of 9 grew.": ["a", "b"]
        }

    def test_a_cluster_cites_its_sentence_once_for_each_place(self):
        (claim,) = claims_in("It grew [@a, p. 3; @b; @a, p. 3; @a].")
        assert [(item.key, item.locator) for item in claim.cited] == [
            ("a", "p. 3"), ("b", ""), ("a", ""),
        ]  # fmt: skip

    def test_alone_in_a_block_belong_to_the_sentence_before(self):
        assert read("It grew by 5%.\n\n[@a]\n\nMore.") == {
            "It grew by 5%.": ["a"], "More.": [],
        }  # fmt: skip
        assert claims_in("It grew by 5%.\n\n[@a]")[0].assertion is None

    def test_alone_on_the_page_are_shown_all_the_same(self):
        assert read("[@a; @b]") == {"@a; @b": ["a", "b"]}

    @pytest.mark.parametrize(
        "sentence",
        [
            "Larkin et al. compared them, e.g. in Fig. 2, with 3.5 months",
            "Hodi et al. Nature is no sentence",
            "Dr. Smith saw 5.5% vs. 6.1% (i.e. more)",
        ],
    )
    def test_abbreviations_do_not_part_a_sentence(self, sentence):
        assert read(f"{sentence} [@a]. Next.") == {f"{sentence}.": ["a"], "Next.": []}

    def test_et_al_may_end_one(self):
        assert list(read("It is by Larkin et al. The trial ended.")) == [
            "It is by Larkin et al.", "The trial ended.",
        ]  # fmt: skip


class TestPlaces:
    def test_items_cells_charts_and_notes_are_claims_of_their_own(self):
        body = (
            "- It grew 5% [@a]\n- It shrank\n\n| A | B |\n|---|---|\n| c | 5% [@b] |\n\n"
            "A note.[^1]\n\n[^1]: Seen in 2015 [@d]."
        )
        assert read(body) == {
            "It grew 5%": ["a"], "It shrank": [], "c, B: 5%": ["b"], "A note.": [],
            "Seen in 2015.": ["d"],
        }  # fmt: skip

    def test_each_has_its_line_and_they_are_in_order(self):
        body = "One.\n\n| A | B |\n|---|---|\n| c | 5% |\n\nTwo. Three\ngoes on.\nFour."
        assert [(each.text, each.line) for each in claims_in(body)] == [
            ("One.", 1), ("c, B: 5%", 5), ("Two.", 7), ("Three goes on.", 7), ("Four.", 9),
        ]  # fmt: skip

    def test_headings_pictures_and_labels_of_callouts_are_none(self):
        body = "## 5% better\n\n![5% better](/media/a.png)\n\n::: warning 5% better\nCall.\n:::"
        assert list(read(body)) == ["Call."]


class TestFlags:
    def flagged(self, body):
        return [each.text for each in claims_in(body) if each.assertion]

    def test_only_what_cites_nothing(self):
        assert self.flagged("It grew by 5%. It grew by 6% [@a]. It grew.") == [
            "It grew by 5%."
        ]

    def test_a_citation_at_the_head_of_a_column_is_enough_for_its_cells(self):
        table = "| Drug | Rash{} |\n|---|---|\n| One | 5% |"
        assert self.flagged(table.format(" [@a]")) == []
        assert self.flagged(table.format("")) == ["One, Rash: 5%"]


class TestKey:
    def test_is_made_of_the_words_alone(self):
        texts = ["It grew by 5% [@a].", "it  GREW by\n5%.", "It grew **by** 5%. [@b]"]
        assert len({claims_in(text)[0].key for text in texts}) == 1

    def test_moves_with_the_sentence(self):
        before = claims_in("One. Two [@a].")[1]
        after = claims_in("New.\n\nTwo [@a].\n\nOne.")[1]
        assert (before.key, before.line, after.line) == (after.key, 1, 3)

    def test_is_another_for_other_words(self):
        one, two = claims_in("It grew by 5%. It grew by 6%.")
        assert one.key != two.key


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.md")), ids=lambda path: path.stem)
def test_no_citation_of_a_page_is_lost(path):
    body = path.read_text().split("\n---\n", 1)[1]
    library = {key: Source(key, key) for key in re.findall(r"@([\w-]+)", body)}
    rendered = render(body, vocabulary=Vocabulary(), library=library, addresses={})
    found = {(i.key, i.locator) for each in claims_in(body) for i in each.cited}
    assert found == {(use.key, use.locator) for use in rendered.citations}
    assert found


PIECES = st.lists(
    st.sampled_from(
        ["Words ", "5%", ". ", "[@a]", "[@b, p. 3]", "\n", "\n\n", "- ", "et al. ", "? ",
         "| a | b |\n|---|---|\n| c | 5 [@c] |\n", "## H [@d]", " [[T cell]] "]
    ),
    max_size=25,
)  # fmt: skip


@given(PIECES)
def test_all_that_is_cited_is_in_some_claim(pieces):
    body = "".join(pieces)
    library = {key: Source(key, key) for key in "abcd"}
    rendered = render(body, vocabulary=Vocabulary(), library=library, addresses={})
    claims = claims_in(body)
    found = {(item.key, item.locator) for each in claims for item in each.cited}
    assert found >= {(use.key, use.locator) for use in rendered.citations}
    assert [each.line for each in claims] == sorted(each.line for each in claims)


def test_a_text_beyond_the_limits_is_refused():
    with pytest.raises(BodyRefused):
        claims_in("x" * 100_001)
