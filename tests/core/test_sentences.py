"""Running text is cut into sentences, each with its line; all else is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import marking
from immunosite.core.markdown import build_parser
from immunosite.core.sentences import Passage, passages, split_sentences, split_words
from references import citing


def sentences_of(body):
    parser = build_parser()
    citing.install(parser)
    marking.install(parser)
    blocks = passages(parser.parse(body))
    return [sentence for block in blocks for sentence in split_sentences(block)]


def texts(body):
    return [sentence.text for sentence in sentences_of(body)]


def lines(body):
    return [sentence.line for sentence in sentences_of(body)]


# What counts


@pytest.mark.parametrize(
    "left_out",
    [
        "## A heading. With a stop.",
        "| a. | b. |\n|---|---|\n| c. | d. |",
        "```\ncode. more.\n```",
        "![A cell. Seen closely.](/media/cell.png)",
        "::: warning Call your care team.\n:::",
        "---",
    ],
)
def test_only_running_text_counts(left_out):
    assert texts(f"{left_out}\n\nIt counts.") == ["It counts."]


def test_marks_of_citations_and_footnotes_are_no_words():
    body = "It helped some [@larkin-2015, p. 3]. Others[^1] not.[@a; @b] Why?\n\n[^1]: Many."
    assert texts(body) == ["It helped some.", "Others not.", "Why?", "Many."]


def test_a_passage_knows_where_it_is_cited():
    parser = build_parser()
    citing.install(parser)
    (passage,) = passages(
        parser.parse("It helped some [@a]. Others [@b; @c] not.\n[@d]")
    )
    found = [(passage.text[:at], [i.key for i in items]) for at, items in passage.marks]
    assert found == [
        ("It helped some", ["a"]),
        ("It helped some. Others", ["b", "c"]),
        ("It helped some. Others not.", ["d"]),
    ]


def test_links_and_marks_count_by_their_shown_words():
    body = (
        "See [the page](https://example.com/a.b) on [[T cell|these cells]] and [[!it]]."
    )
    assert texts(body) == ["See the page on these cells and it."]


def test_a_definition_counts_but_not_the_word_it_explains():
    assert texts("Rash\n: Red skin.") == ["Red skin."]


def test_list_items_are_sentences_with_or_without_a_stop():
    found = sentences_of("Call if you have:\n\n- Fever\n- A rash. It may itch.")
    assert [(each.text, each.is_fragment) for each in found] == [
        ("Call if you have:", False),
        ("Fever", True),
        ("A rash.", False),
        ("It may itch.", False),
    ]


def test_emphasis_does_not_part_a_sentence():
    assert texts("**Biopsy:** a *small* piece.") == ["Biopsy: a small piece."]


# Where a sentence ends


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith and Mrs. Jones came.",
        "Drugs, e.g. Keytruda, i.e. pembrolizumab, help.",
        "Melanoma vs. Lymphoma is no match.",
        "About 43.63% of 1,672,983 had PD-1.",
        "It is No. 5 on p. 3 of the list.",
        "The U.S. Food and Drug Administration said so.",
        "J. Larkin and Dr. J. D. Wolchok wrote it.",
        "Take it at 5 p.m. with water.",
        "“Why me?” she asked.",
        "He asked (why?) and left.",
        "Wait ... and see.",
        "Larkin et al. compared them, as Hodi et al. Fig. 2 shows.",
    ],
)
def test_a_stop_within_a_sentence_does_not_end_it(sentence):
    assert texts(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It came from the U.S. The drug is new.", 2),
        ("Take it at 5 p.m. Call us.", 2),
        ("Fever, chills etc. Call us.", 2),
        ("Take vitamin D. Ask your team.", 2),
        ("Some have MS. Others do not.", 2),
        ("Did it help? No. Not yet!", 3),
        ("It was in 1976. 44 of 100 came.", 2),
        ("It is a sign. dMMR is one. mRNA is not.", 3),
        ("He said “Stop.” Then he left.", 2),
        ("(It is so.) We know.", 2),
        ("Who knows… We don't.", 2),
        ("It is by Larkin et al. The trial ended.", 2),
    ],
)
def test_a_stop_before_a_new_beginning_ends_it(text, count):
    assert len(texts(text)) == count


# Lines


def test_each_sentence_knows_its_line():
    body = "One. Two\ngoes on. Three.\n\n## Heading\n\n- Four\n- Five\n  goes on. Six."
    assert lines(body) == [1, 1, 2, 6, 7, 8]


def test_marks_that_run_over_lines_shift_nothing():
    body = "See [[T cell|the\ncells]] now. So\nit is [@a;\n@b]. Done."
    assert lines(body) == [1, 2, 4]


# Words


def test_words_stand_between_spaces():
    text = "It's a T-cell–rich, “PD-1” (and/or) 43.6% – U.S. drug—new!"
    assert list(split_words(text)) == [
        *("It's", "a", "T-cell–rich", "PD-1", "and/or", "43.6", "U.S", "drug", "new")
    ]


@given(st.text(max_size=300))
def test_cutting_loses_no_word(text):
    found = split_sentences(Passage(text, 1))
    assert [word for each in found for word in each.words] == list(split_words(text))


@given(st.text(alphabet='aA1.?!…"”) \n-', max_size=80))
def test_no_sentence_is_without_words_or_out_of_order(text):
    found = list(split_sentences(Passage(text, 1)))
    assert all(each.words for each in found)
    assert [each.line for each in found] == sorted(each.line for each in found)
