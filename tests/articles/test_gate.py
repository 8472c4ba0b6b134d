"""The publish checklist of an article: what blocks, what is only advised."""

from __future__ import annotations

import pytest

from articles.gate import CHECKS, Facts, check, errors_in
from glossary.linking import Entry, Vocabulary
from glossary.rendering import render
from glossary.wording import Form
from immunosite.core.checklist import Severity, State
from references.citing import Source

SUMMARY = "What hope means for people with cancer, and where it comes from."
LIBRARY = {"a-1": Source("a-1", "A 2015")}
GLOSSARY = Vocabulary(
    [
        Entry("cytokine", "Cytokine", (Form("Cytokine", "headword"),)),
        Entry("crs", "Storm", (Form("Storm", "headword"), Form("CRS", "abbreviation"))),
        Entry(
            "fair",
            "Fair study",
            (Form("Fair study", "headword"), Form("RCT", "abbreviation")),
            is_automatic=False,
        ),
        Entry("check", "PD-1 inhibitor", (Form("PD-1 inhibitor", "headword"),)),
    ]
)


def asked(body: str = "Some words [@a-1].", **changes) -> Facts:
    """The facts of an article that lacks nothing but what the changes take from it."""
    return Facts(
        **{
            "title": "Hope",
            "summary": SUMMARY,
            "body": body,
            "rendered": render(
                body, vocabulary=GLOSSARY, library=LIBRARY, addresses={}
            ),
            "vocabulary": GLOSSARY,
            "has_due_date": True,
            **changes,
        }
    )


def amiss(body: str = "Some words [@a-1].", **changes) -> dict[str, str]:
    """code → state of every item that is not in order."""
    items = check(asked(body, **changes)).items
    return {item.code: item.state for item in items if item.state is not State.OK}


def told(code: str, body: str, **changes) -> list[tuple[int | None, str]]:
    """(line, message) of the problems of one item."""
    found = check(asked(body, **changes))[code].problems
    return [(problem.line, problem.message) for problem in found]


def test_a_complete_article_with_a_source_is_in_order():
    assert amiss() == {}


def test_every_check_has_a_code_of_its_own():
    codes = [row.code for row in CHECKS]
    assert len(codes) == len(set(codes))


class TestWhatBlocks:
    @pytest.mark.parametrize("name", ["title", "summary", "body"])
    @pytest.mark.parametrize("value", ["", " ", "\n\t\u00a0"])
    def test_what_is_missing_or_blank(self, name, value):
        assert amiss(**{name: value})[name] == State.BLOCKING
        messages = [problem.message for problem in errors_in(asked(**{name: value}))]
        assert messages == [f"The {name} is missing."]

    def test_all_that_is_missing_is_told_at_once(self):
        problems = errors_in(asked(title="", summary="", body=""))
        assert [problem.message for problem in problems] == [
            "The title is missing.",
            "The summary is missing.",
            "The body is missing.",
        ]

    @pytest.mark.parametrize(
        ("code", "body"),
        [
            ("citations", "Words [@nobody]."),
            ("citations", "Words [@a 1, @]."),
            ("terms", "A [[nothing]]."),
            ("links", "See [it](article:nowhere)."),
            ("pictures", "![](/media/a.png)"),
            ("pictures", "![A cell](https://example.org/a.png)"),
            ("blocks", "::: key-points\n- One."),
            ("blocks", "Words[^1]."),
            ("blocks", "```chart\ntype: pie\n```"),
        ],
    )
    def test_what_the_text_can_not_keep(self, code, body):
        body = f"Words [@a-1].\n\n{body}"
        assert amiss(body) == {code: State.BLOCKING}
        assert min(problem.line for problem in errors_in(asked(body))) == 3

    def test_the_fields_come_first_then_line_after_line(self):
        body = "See [it](article:a).\n\nWords [@b].\n\nSee [it](article:c)."
        lines = [problem.line for problem in errors_in(asked(body, title=""))]
        assert lines == [None, 1, 3, 5]

    def test_nothing_that_can_only_be_advised(self):
        advisory = [row for row in CHECKS if row.severity is Severity.ADVISORY]
        worst = asked("# Big\n\n#### <b>Deep</b>\n\nORR.", has_due_date=False)
        found = [problem for row in advisory for problem in row.find(worst)]
        assert found
        assert {problem.severity for problem in found} == {"warning"}

    def test_no_problem_of_the_text_is_lost_or_told_twice(self):
        body = (
            "# Big\n\n#### <b>Deep</b>\n\n[@nobody] [[nothing]] [x](article:y) "
            "![](/a.png)[^1]\n\n::: what\n:::\n\n```chart\n```"
        )
        facts = asked(body)
        own = {
            problem
            for item in check(facts).items
            for problem in item.problems
            if problem.line
        }
        assert set(facts.rendered.problems) <= own
        told = [p for item in check(facts).items for p in item.problems]
        assert all(told.count(each) == 1 for each in set(facts.rendered.problems))


class TestSources:
    def test_a_text_without_any_is_only_told(self):
        assert amiss("Words.") == {"sources": State.ADVISORY}
        assert told("sources", "Words.") == [(None, "Nothing on this page is cited.")]

    def test_a_page_about_the_site_needs_none(self):
        assert amiss("Words.", needs_sources=False) == {}


class TestClaims:
    def test_that_cite_nothing_are_advised_with_their_line(self):
        body = "Words [@a-1].\n\nIt grew by 5%. It grew by 6% [@a-1]."
        assert amiss(body) == {"claims": State.ADVISORY}
        assert told("claims", body) == [(3, "“It grew by 5%.”")]
        assert check(asked(body))["claims"].measured.words == "1 without a source"

    def test_are_counted_all_and_told_in_part(self):
        body = "Words [@a-1]. " + " ".join(f"It grew by {n}%." for n in range(14))
        found = check(asked(body))["claims"]
        assert found.measured.words == "14 without a source"
        assert [each.message for each in found.problems][-1] == "… and 4 more."
        assert len(found.problems) == 11

    def test_of_a_page_about_the_site_need_none(self):
        assert amiss("We are 5.", needs_sources=False) == {}


class TestHeadingsAndHtml:
    @pytest.mark.parametrize(
        ("code", "line"), [("headings", "#### Deep"), ("html", "Some <b>words</b>.")]
    )
    def test_are_advised_with_their_line(self, code, line):
        body = f"Words [@a-1].\n\n{line}"
        assert amiss(body) == {code: State.ADVISORY}
        assert [place for place, _ in told(code, body)] == [3]


class TestAbbreviations:
    def unexplained(self, words: str) -> list[tuple[int | None, str]]:
        found = told("abbreviations", f"Words [@a-1].\n\n{words}")
        return [(line, message.split("”")[0][1:]) for line, message in found]

    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ("The ORR was high.", "ORR"),
            ("ORRs were high.", "ORR"),
            ("It blocks CTLA-4.", "CTLA-4"),
            ("A HER2-positive tumor.", "HER2"),
            ("| ORR | OS |\n|---|---|\n| 1 | 2 |", "ORR"),
            ("## On ORR\n\nWords.", "ORR"),
            ("MSI is a sign, as MSI-H is.", "MSI"),
        ],
    )
    def test_are_told_with_the_line_of_their_first_use(self, words, name):
        assert (3, name) in self.unexplained(f"{words}\n\nMore on {name}.")

    @pytest.mark.parametrize(
        "words",
        [
            "The objective response rate (ORR) was high.",
            "The ORR (objective response rate) was high.",
            "The response rate (also called the ORR) was high.",
            "Many “response rates” (ORRs) were high.",
            "## On ORR\n\nThe objective response rate (ORR) was high.",
        ],
    )
    def test_may_be_explained_where_they_are_first_used(self, words):
        assert self.unexplained(f"{words}\n\nThen ORR again.") == []

    @pytest.mark.parametrize(
        "words",
        [
            "The ORR.\n\nMore.\n\nThe objective response rate (ORR) was high.",
            "The ORR (about 5%) was high.",
        ],
    )
    def test_are_not_explained_by_what_stands_elsewhere(self, words):
        assert self.unexplained(words) == [(3, "ORR")]

    @pytest.mark.parametrize(
        "words", ["A CRS.", "An RCT.", "A PD-1 inhibitor.", "The [[Storm|CRS]]."]
    )
    def test_may_be_words_of_the_glossary(self, words):
        assert self.unexplained(words) == []

    @pytest.mark.parametrize(
        "words",
        [
            "In the US and the UK.", "HIV and DNA.", "Stage IV.", "Do NOT stop.",
            "A T cell.", "Vitamin B12.", "The KEYNOTE-006 study.", "dMMR", "ABCdef",
        ],
    )  # fmt: skip
    def test_are_neither_everyday_words_nor_names(self, words):
        assert self.unexplained(words) == []


class TestDescription:
    @pytest.mark.parametrize("length", [50, 160])
    def test_fits(self, length):
        assert amiss(summary="x" * length) == {}

    @pytest.mark.parametrize("length", [1, 49, 161])
    def test_is_too_short_or_too_long(self, length):
        assert amiss(summary="x" * length) == {"description": State.ADVISORY}

    def test_that_is_missing_is_told_once(self):
        assert amiss(summary="") == {"summary": State.BLOCKING}


class TestReadability:
    EASY = "The cat sat on the mat with us [@a-1]."
    HARD = "Immunotherapeutic interventions necessitate multidisciplinary coordination."

    def test_the_grade_is_told_also_when_it_is_good(self):
        item = check(asked(self.EASY))["readability"]
        assert item.state is State.OK
        assert item.measured.words.startswith("grade ")
        assert item.measured.words.endswith("hardest sentence: line 1")

    def test_a_grade_above_the_target_is_advised(self):
        body = f"{self.EASY}\n\n{self.HARD}"
        assert amiss(body) == {"readability": State.ADVISORY}
        (problem,) = check(asked(body))["readability"].problems
        assert "the target is 8" in problem.message

    def test_three_hardest_sentences_are_named_with_their_lines(self):
        body = "\n\n".join([self.EASY, self.HARD, *[self.EASY] * 4])
        notes = check(asked(body))["readability"].measured.notes
        assert len(notes) == 3
        assert notes[0].line == 3
        assert notes[0].message.endswith(self.HARD)

    def test_only_running_text_counts(self):
        chart = (
            "```chart\ntype: bars\ntitle: Immunotherapeutic interventions helped many "
            "patients\nsource: Examination of institutional documentation [@a-1]\n"
            "unit: months\n\n| Group | Time |\n| Immunotherapy | 5 |\n```"
        )
        body = f"{self.EASY}\n\n## {self.HARD}\n\n{chart}"
        assert asked(body).rendered.problems == ()
        easy = check(asked(self.EASY))["readability"].measured
        assert check(asked(body))["readability"].measured == easy

    def test_a_text_without_a_sentence_has_no_grade(self):
        assert check(asked(""))["readability"].measured is None


class TestChangeNote:
    LIVE = "one two three four five six seven eight nine ten"

    def test_is_advised_when_the_text_differs_much_from_the_live_one(self):
        assert amiss(live_text=self.LIVE) == {"note": State.ADVISORY}

    def test_is_not_when_there_is_one(self):
        assert amiss(live_text=self.LIVE, public_note="New doses.") == {}

    def test_is_not_when_little_differs_or_only_the_order(self):
        body = f"{self.LIVE} [@a-1]"
        text = asked(body).rendered.text
        assert amiss(body, live_text=text) == {}
        assert amiss(body, live_text=" ".join(reversed(text.split()))) == {}

    def test_is_not_when_nothing_is_live(self):
        assert amiss(live_text=None) == {}


def test_a_page_without_a_date_for_its_next_review_is_told():
    assert amiss(has_due_date=False) == {"due": State.ADVISORY}
