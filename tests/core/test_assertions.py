"""The rule that finds numbers and comparisons agrees with a person, mostly.

``tests/claims`` holds sentences marked by hand: would a careful editor want a source for
it, if it stood alone? The rule was written against ``worked.tsv``; ``unseen.tsv`` was
marked when the rule was done, and is what tells how good it is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.assertions import Kind, assertion

MARKED = Path(__file__).parent.parent / "claims"


def marked(name: str) -> list[tuple[bool, str]]:
    rows = [line.split("\t") for line in (MARKED / name).read_text().splitlines()]
    return [(verdict == "yes", sentence) for verdict, sentence in rows]


def scores(name: str) -> tuple[float, float]:
    """Precision and recall."""
    found = [
        (wanted, assertion(sentence) is not None) for wanted, sentence in marked(name)
    ]
    right = found.count((True, True))
    return right / (right + found.count((False, True))), right / (
        right + found.count((True, False))
    )


@pytest.mark.parametrize(
    ("name", "size", "precision", "recall"),
    [("worked.tsv", 280, 0.95, 0.99), ("unseen.tsv", 120, 0.85, 0.95)],
)
def test_agrees_with_a_person(name, size, precision, recall, capsys):
    found = scores(name)
    with capsys.disabled():
        print(f"\n{name}: precision {found[0]:.3f}, recall {found[1]:.3f}")  # noqa: T201
    assert len(marked(name)) >= size
    assert found[0] >= precision
    assert found[1] >= recall


def test_no_sentence_is_marked_twice():
    sentences = [
        row[1] for name in ("worked.tsv", "unseen.tsv") for row in marked(name)
    ]
    assert len(sentences) == len(set(sentences))


class TestFinds:
    @pytest.mark.parametrize(
        ("sentence", "kind", "words"),
        [
            ("About 16.3% had them.", Kind.NUMBER, "16.3"),
            ("It had 1,000 people.", Kind.NUMBER, "1,000"),
            ("It was reported in 2015.", Kind.NUMBER, "2015"),
            ("Two thirds of them had a rash.", Kind.NUMBER, "Two thirds"),
            ("One in five people has it.", Kind.NUMBER, "One in five"),
            ("It lasts six to twelve weeks.", Kind.NUMBER, "six to twelve weeks"),
            ("Side effects are more common.", Kind.COMPARISON, "more common"),
            ("It is the longest trial.", Kind.COMPARISON, "longest"),
            ("The risk was twice as high.", Kind.COMPARISON, "twice"),
            ("It is kinder than surgery.", Kind.COMPARISON, "kinder than"),
            ("It never harms.", Kind.ABSOLUTE, "never"),
            ("This drug works.", Kind.ABSOLUTE, "works"),
            ("The drug is safe.", Kind.ABSOLUTE, "is safe"),
            ("It has been proven.", Kind.ABSOLUTE, "proven"),
            ("Call if it is above 100.4 °F.", Kind.NUMBER, "100.4"),
        ],
    )
    def test_what_a_source_should_back(self, sentence, kind, words):
        found = assertion(sentence)
        assert (found.kind, found.words) == (kind, words)


class TestPasses:
    @pytest.mark.parametrize(
        "sentence",
        [
            "Is it safe, and does it work better?",
            "Step 1",
            "1. Wash your hands.",
            "Phase 2b and stage III come next.",
            "PD-1, CD8, HLA-A*02:01 and IL-2 are names.",
            "CheckMate 067 is a name.",
            "Call 1-800-422-6237 or (555) 010-0199.",
            "We answer from 9 a.m. to 5 p.m., 24/7.",
            "Last reviewed: November 3, 2026.",
            "Advanced melanoma, 2010.",
            "“Often” does not mean always.",
            "A ratio below 1 means fewer events.",
            "Ask which treatment is better for you.",
            "You can read more on two pages.",
            "One of them is a protein.",
            "",
        ],
    )
    def test_what_needs_none(self, sentence):
        assert assertion(sentence) is None


@given(st.text(max_size=300))
def test_takes_any_text(text):
    found = assertion(text)
    assert found is None or found.words
