"""Charts: how a block is written, what an editor is told, how it is drawn."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.charts import MAX_PROBLEMS, MAX_ROWS, Chart, parse
from immunosite.core.drawing import MAX_CHARTS, install, problems_in
from immunosite.core.markdown import Problem, build_parser, sanitise

PEOPLE = """\
type: people
title: Severe side effects
source: Trial of 2015 [@larkin-2015]
unit: of 100 people

| Treatment | Had severe side effects |
|---|---|
| Nivolumab alone | about 16 |
| Nivolumab plus ipilimumab | 55 |
"""
BARS = """\
type: bars
title: Median survival
source: "[@wolchok-2025]"
unit: months
| Treatment | Survival |
| Both drugs | 80 |
| One drug | 20.5 |
| None | 0 |
"""
# What could end an attribute, an element or a piece of Markdown, and what a chart is of.
SIGNS = "<>\"'&`|:-[]()!*_\\@^{}=/ \t\n#~a5é𝄞\u2028\x00"
PIECES = [
    *(
        "type: people\n",
        "type: bars\n",
        "title: ",
        "source: [@a]\n",
        "unit: of 9 men\n",
    ),
    *("| ", " |", "about 3", "-1", "</figure>", "<svg onload=x>", '" onclick="', "```"),
    *("<style>", "]]>", "<!--", "&#34;", "[[T cell]]", "![a](b)", "[^1]", "x" * 90),
]
blocks = st.lists(
    st.sampled_from(PIECES) | st.text(SIGNS, max_size=12), max_size=25
).map("".join)


def chart(source: str) -> Chart:
    found = parse(source, 1)
    assert isinstance(found, Chart), found
    return found


def told(source: str, *, line: int = 1) -> list[tuple[int | None, str]]:
    """The lines and messages of what keeps a block from being a chart."""
    found = parse(source, line)
    assert not isinstance(found, Chart)
    assert {(problem.severity, problem.code) for problem in found} == {
        ("error", "chart")
    }
    return [(problem.line, problem.message) for problem in found]


def drawn(body: str) -> tuple[str, list[Problem]]:
    """The sanitised HTML of a body of the base language with charts, and its problems."""
    parser = build_parser()
    install(parser)
    env: dict = {}
    return sanitise(parser.render(body, env)), list(problems_in(env))


def fenced(source: str) -> str:
    return f"```chart\n{source}```\n"


def people_in(svg: str) -> int:
    """How many are drawn, filled ones and outlines."""
    return svg.count("M")


class TestReading:
    def test_people(self):
        found = chart(PEOPLE)
        assert (found.kind, found.total, found.unit) == ("people", 100, "of 100 people")
        assert (found.title.text, found.title.line) == ("Severe side effects", 3)
        assert [cell.text for cell in found.head] == [
            "Treatment",
            "Had severe side effects",
        ]
        assert [(row.label.text, row.shown, row.number) for row in found.rows] == [
            ("Nivolumab alone", "about 16", 16),
            ("Nivolumab plus ipilimumab", "55", 55),
        ]
        assert [row.label.line for row in found.rows] == [9, 10]

    def test_bars_need_no_rule_below_the_names_and_no_quotation_marks(self):
        found = chart(BARS)
        assert (found.kind, found.total, found.unit) == ("bars", 0, "months")
        assert found.source.text == "[@wolchok-2025]"
        assert [row.number for row in found.rows] == [80, 20.5, 0]

    def test_people_are_of_100_unless_said_otherwise(self):
        assert chart(PEOPLE.replace("unit: of 100 people\n", "")).total == 100
        assert chart(PEOPLE.replace("100 people", "60 men")).total == 60
        assert chart(BARS.replace("unit: months\n", "")).unit == ""

    @pytest.mark.parametrize(
        ("typed", "shown", "number"),
        [("1,250", "1,250", 1250), ("About 7.5", "about 7.5", 7.5), ("0", "0", 0)],
    )
    def test_numbers(self, typed, shown, number):
        row = chart(BARS.replace("20.5", typed)).rows[1]
        assert (row.shown, row.number) == (shown, number)

    def test_a_name_may_hold_a_bar_and_a_title_a_colon(self):
        source = BARS.replace("One drug", "One \\| drug").replace(
            "title: Median", "title: Lung: Median"
        )
        found = chart(source)
        assert found.rows[1].label.text == "One | drug"
        assert found.title.text == "Lung: Median survival"

    def test_a_bar_is_full_at_the_greatest_number_but_a_percentage_at_100(self):
        assert chart(BARS).full == 80
        assert chart(BARS.replace("months", "percent")).full == 100
        assert chart(BARS.replace("months", "%").replace("80", "120")).full == 120


class TestProblems:
    @pytest.mark.parametrize(
        ("old", "new", "line", "words"),
        [
            (
                "type: people",
                "type: pie",
                2,
                "There is no chart “pie”. Write “type: peo",
            ),
            ("type: people\n", "", 1, "Say which chart. Write “type: people”"),
            ("title: Severe side effects\n", "", 1, "The chart has no title."),
            ("Severe side effects\n", "\n", 1, "The chart has no title."),
            (
                "source: Trial of 2015 [@larkin-2015]\n",
                "",
                1,
                "The chart has no source.",
            ),
            ("title: ", "title: " + "x" * 130, 3, "The title is longer than 120"),
            ("unit:", "color: red\nunit:", 5, "no setting “color”. The settings are"),
            ("unit:", "title: Two\nunit:", 5, "“title” is given twice."),
            ("unit:", "Hello\nunit:", 5, "“Hello” can't be read. A row of a chart st"),
            (
                "of 100 people",
                "people",
                5,
                "must say of how many: “unit: of 100 people",
            ),
            ("100", "1000", 5, "A chart can draw 1 to 100 people, not 1000."),
            ("of 100", "of 0", 5, "A chart can draw 1 to 100 people, not 0."),
            ("| 55", "| 155", 10, "155 is more than the total of 100."),
            ("| 55", "| -5", 10, "“-5” is less than zero. A chart starts at zero."),
            ("| 55", "| −5", 10, "“−5” is less than zero."),
            ("| 55", "| 55%", 10, "“55%” is not a number. Write only the number"),
            ("| 55", "| ٥٥", 10, "“٥٥” is not a number."),
            ("about 16", "16.3", 9, "Round it and say so: “about 16”."),
            ("| 55 |", "|", 10, "A row of a chart has two cells"),
            ("| 55 |", "| 55 | 56 |", 10, "A row of a chart has two cells"),
            ("Nivolumab plus", "N" * 90, 10, "is longer than 80 characters. Say it in"),
            ("Had severe side effects", "16", 7, "The first row must name the two"),
            (
                "| Treatment",
                "| Treatment [@a]",
                7,
                "Name the first column in plain words",
            ),
        ],
    )
    def test_of_a_block(self, old, new, line, words):
        [(at, message)] = told(PEOPLE.replace(old, new))
        assert at == line
        assert words in message

    def test_no_rows(self):
        no_table = PEOPLE[: PEOPLE.index("|")]
        assert told(no_table)[0][0] == 1
        only_names = PEOPLE[: PEOPLE.index("| Niv")]
        [(line, message)] = told(only_names)
        assert line == 7
        assert message.startswith("The chart has no rows. Name the columns, then add")

    def test_too_many_rows(self):
        rows = "| One more | 1 |\n" * (MAX_ROWS - 1)
        [(line, message)] = told(PEOPLE + rows)
        assert line == 17
        assert message == f"The chart has {MAX_ROWS + 1} rows; {MAX_ROWS} are allowed."
        assert len(chart(PEOPLE + rows[: -len("| One more | 1 |\n")]).rows) == MAX_ROWS

    def test_lines_are_those_of_the_page_and_in_order(self):
        lines = [
            line
            for line, _ in told(PEOPLE.replace("16", "x").replace("55", "y"), line=40)
        ]
        assert lines == [48, 49]

    def test_of_many_only_the_first_are_told(self):
        assert len(told("word\n" * 50)) == MAX_PROBLEMS

    @pytest.mark.parametrize(
        "bomb",
        ["| " + "-" * 90_000 + "x", "|" + " -|:" * 9_000 + "x", "a" * 90_000 + " x",
         "| x |" + "9" * 90_000 + "x |", "unit: of 1 " + " x" * 40_000, ": " * 40_000],
    )  # fmt: skip
    def test_a_bomb_is_told_at_once(self, bomb):
        began = time.perf_counter()
        assert told(PEOPLE + bomb)
        assert time.perf_counter() - began < 1

    @given(blocks, st.integers(1, 1000))
    def test_any_text_is_a_chart_or_has_problems_within_its_lines(self, source, line):
        found = parse(source, line)
        if isinstance(found, Chart):
            assert found.rows
            assert all(0 <= row.number for row in found.rows)
        else:
            assert found
            last = line + source.count("\n") + 1
            assert all(line <= (problem.line or 0) <= last for problem in found)


class TestDrawing:
    def test_as_many_people_are_filled_as_are_counted(self):
        html, problems = drawn(fenced(PEOPLE))
        _, first, second = re.findall(r"<svg.*?</svg>", html)
        for svg, count in ((first, 16), (second, 55)):
            filled, rest = re.findall(r'<path d="([^"]*)" fill="(\w+)"', svg)
            assert (people_in(filled[0]), filled[1]) == (count, "currentColor")
            assert (people_in(rest[0]), rest[1]) == (100 - count, "none")
        assert problems == [
            Problem(
                4,
                "error",
                "chart",
                "The source of a chart must hold a citation: “source: [@key]”.",
            )
        ]

    @pytest.mark.parametrize(("count", "fills"), [(0, ["none"]), (7, ["currentColor"])])
    def test_none_and_all(self, count, fills):
        body = PEOPLE.replace("55", str(count)).replace("100", "7").replace("16", "6")
        html, _ = drawn(fenced(body))
        assert re.findall(r'fill="(\w+)"', html.rsplit("<svg", 1)[1]) == fills

    def test_bars_start_at_zero_and_keep_their_proportions(self):
        html, _ = drawn(fenced(BARS))
        assert re.findall(r'<rect width="([^"]*)"', html) == ["100.00", "25.62", "0.00"]

    def test_bars_of_nothing(self):
        html, _ = drawn(fenced(BARS.replace("80", "0").replace("20.5", "0")))
        assert set(re.findall(r'<rect width="([^"]*)"', html)) == {"0.00"}

    def test_each_drawing_is_hidden_from_screen_readers_and_its_words_are_text(self):
        html, _ = drawn(fenced(PEOPLE))
        assert html.count("<svg") == html.count('aria-hidden="true"') == 3
        words = " ".join(re.sub(r"<[^>]*>", " ", html).split())
        assert "Nivolumab alone about 16 of 100 people" in words
        assert words.startswith("Severe side effects Had severe side effects Nivolumab")
        assert "<figcaption>Severe side effects</figcaption>" in html

    def test_the_same_numbers_stand_in_a_folded_table(self):
        html, _ = drawn(fenced(PEOPLE))
        table = html[html.index("<details>") : html.index("</details>")]
        assert "<summary>Show the numbers as a table</summary>" in table
        assert "<caption>Severe side effects</caption>" in table
        assert '<th scope="col">Had severe side effects (of 100 people)</th>' in table
        assert '<th scope="row">Nivolumab alone</th><td>about 16</td>' in table

    @pytest.mark.parametrize(
        ("unit", "said"),
        [("unit: %", "80%"), ("unit: months", "80 months"), ("", "80")],
    )
    def test_a_number_is_said_with_its_unit(self, unit, said):
        html, _ = drawn(fenced(BARS.replace("unit: months", unit)))
        assert f"<strong>{said}</strong>" in html

    def test_a_block_that_is_no_chart_stays_code(self):
        html, [problem] = drawn("Some words.\n\n" + fenced(PEOPLE.replace("55", "x")))
        assert '<code class="language-chart">type: people' in html
        assert problem.line == 12

    def test_other_code_is_left_alone(self):
        body = "A chart.\n\n```charts\ntype: people\n```\n\n    chart\n"
        assert drawn(body) == (sanitise(build_parser().render(body)), [])

    def test_a_block_without_an_end_says_only_that(self):
        _, [problem] = drawn("```chart\n" + PEOPLE + "\nAll the rest of the page.\n")
        assert (problem.line, problem.message) == (
            1,
            "The chart has no closing line “```”.",
        )

    def test_a_page_holds_a_limited_number(self):
        html, problems = drawn((fenced(BARS) + "\n") * (MAX_CHARTS + 2))
        assert html.count("<figure") == MAX_CHARTS
        assert [p.message for p in problems if "hold a citation" not in p.message] == [
            f"A page can hold {MAX_CHARTS} charts."
        ]

    @pytest.mark.parametrize("indent", ["> ", "- ", "1. "])
    def test_lines_are_right_in_quotations_and_lists(self, indent):
        rest = indent if indent == "> " else " " * len(indent)
        lines = fenced(PEOPLE.replace("| 55", "| x")).splitlines()
        body = "\n".join([indent + lines[0], *(rest + line for line in lines[1:])])
        _, [problem] = drawn("Words.\n\n" + body + "\n")
        assert problem.line == 12


class TestSafety:
    def test_what_is_typed_is_escaped_everywhere(self):
        evil = '"><img src=x>'
        body = PEOPLE
        for words in ("Severe side", "Treatment", "Nivolumab alone", "100 people"):
            body = body.replace(words, words + evil)
        html, _ = drawn(fenced(body))
        assert "<figure" in html
        assert "<img" not in html
        assert html.count("&lt;img src=x") >= 6

    @given(blocks)
    def test_any_block_gives_only_markup_of_ours(self, source):
        html, _ = drawn(fenced(source + "\n"))
        assert sanitise(html) == html
        for tag in re.findall(r"<[^>]*>", html):
            assert re.fullmatch(r'</?[a-z0-9]+( [\w:-]+="[^"]*")*>', tag, re.I), tag
            assert not re.search(r" (on\w+|style|xlink:\w+)=", tag, re.I)

    @given(st.text(SIGNS, min_size=1, max_size=60))
    def test_any_words_in_any_place_never_reach_an_attribute_of_a_drawing(self, words):
        words = " ".join(words.split())
        for place in (
            "Severe side effects\n",
            "Treatment ",
            "Nivolumab alone",
            "people\n",
        ):
            body = PEOPLE.replace(place, words + ("\n" if place[-1] == "\n" else " "))
            html, _ = drawn(fenced(body))
            assert sanitise(html) == html
            for svg in re.findall(r"<svg.*?</svg>", html):
                shape = re.sub(r'"[-\d.\sMahvmz]*"', '""', svg)
                assert re.fullmatch(
                    r'<svg(?: class="people"| width="" height="") viewBox="" aria-hidden="true">'
                    r'(<path d="" fill="(none|currentColor)" stroke="currentColor" '
                    r'stroke-width=""></path>)+</svg>',
                    shape,
                )

    @pytest.mark.parametrize(
        "html",
        [
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<svg><foreignObject><p>x</p></foreignObject></svg>",
            "<svg><script>alert(1)</script></svg>",
            "<svg onload=alert(1)></svg>",
            '<svg><a href="javascript:alert(1)"><path d="M0"></path></a></svg>',
            "<svg><use href=#x></use><animate attributeName=href></animate></svg>",
            '<svg><path style="x" fill="url(#x)" onclick="x" href="x"></path></svg>',
            "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'></svg>",
            "<svg><desc><table><img src=x onerror=alert(1)></table></desc></svg>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<details ontoggle=alert(1) open></details>",
        ],
    )
    def test_no_other_svg_passes(self, html):
        clean = sanitise(html)
        assert sanitise(clean) == clean
        markup = "".join(re.findall(r"<[^>]*>", clean)).lower()
        for word in (
            "alert",
            "style",
            "script",
            "use",
            "animate",
            "url",
            " on",
            "foreign",
            "href",
        ):
            assert word not in markup
        for svg in re.findall(r"<svg.*?</svg>", clean):
            assert set(re.findall(r"<(\w+)", svg)) <= {"svg", "path", "rect", "a"}
