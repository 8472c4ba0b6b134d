"""BibTeX: what is read from the files of LaTeX's users."""

from __future__ import annotations

import pytest

from references.formats import FORMATS, MalformedFile, Record, Rejected


def load(text: str) -> list[Record | Rejected]:
    return list(FORMATS["bibtex"].load(text))


def record(fields: str, kind: str = "article", key: str = "a") -> Record:
    (found,) = load(f"@{kind}{{{key}, title = {{T}}, {fields}}}")
    assert isinstance(found, Record), found
    return found


def title(text: str) -> str:
    (found,) = load(f"@book{{a, title = {{{text}}}}}")
    assert isinstance(found, Record), found
    return found.csl["title"]


class TestAWholeEntry:
    TEXT = r"""% Encoding: UTF-8
@string{nejm = "New England Journal of Medicine"}
@comment{jabref-meta: x;}

@Article{larkin-2015,
  Author   = {Larkin, James and {The {CheckMate} Group} and Ludwig van Beethoven
              and de la Cruz, Jr., Mar{\'\i}a and others},
  Title    = {Combined {N}ivolumab in \textit{BRAF} {V600}},
  journal  = nejm # ", Suppl",
  year     = 2015, month = jul,
  volume   = {373}, number = 1, pages = {23--34}, eid = {e5},
  doi      = {https://doi.org/10.1056/NEJMoa\_1},
  url      = {https://a.example/~b_c?d=%20},
  urldate  = {2020-01-05},
  keywords = {a, b},
  file     = {:x.pdf:PDF},
}
"""

    def test_every_field_goes_to_its_variable(self):
        (found,) = load(self.TEXT)
        assert (found.position, found.line) == (1, 5)
        assert found.csl == {
            "id": "larkin-2015",
            "type": "article-journal",
            "title": "Combined Nivolumab in <i>BRAF</i> V600",
            "author": [
                {"family": "Larkin", "given": "James"},
                {"literal": "The CheckMate Group"},
                {
                    "family": "Beethoven",
                    "given": "Ludwig",
                    "non-dropping-particle": "van",
                },
                {
                    "family": "Cruz",
                    "given": "María",
                    "suffix": "Jr.",
                    "non-dropping-particle": "de la",
                },
            ],
            "custom": {"authors_complete": False},
            "container-title": "New England Journal of Medicine, Suppl",
            "issued": {"date-parts": [[2015, 7]]},
            "accessed": {"date-parts": [[2020, 1, 5]]},
            "volume": "373",
            "issue": "1",
            "page": "23-34",
            "number": "e5",
            "DOI": "10.1056/NEJMoa_1",
            "URL": "https://a.example/~b_c?d=%20",
            "keyword": "a, b",
        }
        assert found.notes == ("Not kept: file: “:x.pdf:PDF”",)

    def test_and_comes_out_as_it_went_in(self):
        (found,) = load(self.TEXT)
        (again,) = load(FORMATS["bibtex"].dump([found.csl]))
        assert again.csl == found.csl


class TestLatex:
    @pytest.mark.parametrize(
        ("source", "text"),
        [
            (r"{\"o} \"{o} \"o", "ö ö ö"),
            (r"Stra{\ss}e, \O{}rsted, {\L}", "Straße, Ørsted, Ł"),
            (r"\'{\i} \c{c} \v{s} \aa", "í ç š å"),
            (r"\emph{p}-value {\it BRAF} \textbf{x}", "<i>p</i>-value <i>BRAF</i> <b>x</b>"),
            (r"CD8\textsuperscript{+} H\textsubscript{2}O", "CD8<sup>+</sup> H<sub>2</sub>O"),
            (r"$10^{9}$ CD8$^+$ TGF-$\beta_1$", "10<sup>9</sup> CD8<sup>+</sup> TGF-β<sub>1</sub>"),
            (r"$\alpha$-PD-1 $p < 0.05$", "α-PD-1 p < 0.05"),
            ("``quoted'' 1--2 a---b", "“quoted” 1–2 a—b"),
            (r"50% of 5 & 6 \% \& \_ \# \$", "50% of 5 & 6 % & _ # $"),
            ("costs $5 and $6", "costs $5 and $6"),
            ("a lone $", "a lone $"),
            ("a~b", "a b"),
            (r"\{x\} \textbackslash{}", "{x} \\"),
            (r"R\&amp;D &lt; x", "R&D < x"),
            (r"see \url{http://a_b} \href{http://c}{here}", "see http://a_b here"),
            ("{PD-1} {{DNA}}", "PD-1 DNA"),
        ],
    )  # fmt: skip
    def test_is_resolved(self, source, text):
        assert title(source) == text

    def test_a_command_that_is_not_known_is_named(self):
        found = record(r"note = {\frobnicate{x} y}")
        assert found.csl["note"] == "x y"
        assert found.notes == (r"Not known in note: \frobnicate",)

    @pytest.mark.parametrize(
        "source",
        [r"x \begin{a} y", r"x \verb", r"x \textit", r"\sqrt" * 3000, r"\'e " * 20_000],
    )
    def test_what_is_none_stays_and_is_named(self, source):
        found = record(f"note = {{{source}}}")
        assert found.csl["note"].split() == source.split()
        assert found.notes[0].startswith("The LaTeX in note stays as it is.")

    def test_no_file_is_read(self, tmp_path):
        (tmp_path / "secret.tex").write_text("secret")
        found = record(rf"note = {{see \input{{{tmp_path}/secret.tex}}}}")
        assert found.csl["note"] == "see"
        assert found.notes == (r"Not known in note: \input",)

    def test_what_leaves_nothing_is_named(self):
        assert r"Not kept: note: “\label{x}”" in record(r"note = {\label{x}}").notes


class TestNames:
    @pytest.mark.parametrize(
        ("source", "names"),
        [
            ("Plato", [{"family": "Plato"}]),
            ("{WHO}", [{"literal": "WHO"}]),
            ("{Barnes and Noble}", [{"literal": "Barnes and Noble"}]),
            ("{de Wit}, R.", [{"family": "de Wit", "given": "R."}]),
            (
                "Doe, J. AND Roe, A.",
                [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}],
            ),
            (
                "Humboldt, Alexander von",
                [
                    {
                        "family": "Humboldt",
                        "given": "Alexander",
                        "dropping-particle": "von",
                    }
                ],
            ),
        ],
    )
    def test_their_forms(self, source, names):
        assert record(f"author = {{{source}}}").csl["author"] == names


class TestDates:
    @pytest.mark.parametrize(
        ("fields", "issued"),
        [
            ("year = 2015", {"date-parts": [[2015]]}),
            ("year = {2015}, month = {June}", {"date-parts": [[2015, 6]]}),
            ("year = 2015, month = 6, day = 5", {"date-parts": [[2015, 6, 5]]}),
            ("year = 2015, month = {25~jun}", {"date-parts": [[2015, 6, 25]]}),
            ("date = {2015-06-25}", {"date-parts": [[2015, 6, 25]]}),
            ("date = {2015-21}, year = 2015", {"date-parts": [[2015]], "season": 1}),
            ("date = {2015/2016}", {"date-parts": [[2015], [2016]]}),
            ("date = {2015~}", {"date-parts": [[2015]], "circa": True}),
            ("date = {-0044-03-15}", {"date-parts": [[-44, 3, 15]]}),
            ("year = {in press}", {"raw": "in press"}),
        ],
    )
    def test_their_forms(self, fields, issued):
        found = record(fields)
        assert found.csl["issued"] == issued
        assert found.notes == ()


class TestTypes:
    @pytest.mark.parametrize(
        ("kind", "fields", "csl"),
        [
            ("PhdThesis", "school = {U}", {"type": "thesis", "genre": "PhD thesis", "publisher": "U"}),
            ("techreport", "number = 7", {"type": "report", "number": "7"}),
            ("incollection", "booktitle = {B}, number = 3", {"type": "chapter", "container-title": "B", "collection-number": "3"}),
            ("misc", r"howpublished = {\url{http://a.example/}}", {"type": "webpage", "URL": "http://a.example/"}),
            ("misc", "eprint = {1501.1}, archiveprefix = {arXiv}", {"type": "document", "URL": "https://arxiv.org/abs/1501.1"}),
            ("article", "eprint = 123, eprinttype = {pubmed}", {"type": "article-journal", "PMID": "123"}),
            ("article", "entrysubtype = {newspaper}", {"type": "article-newspaper"}),
            ("book", "subtitle = {Sub}", {"title": "T: Sub"}),
        ],
    )  # fmt: skip
    def test_and_what_depends_on_them(self, kind, fields, csl):
        assert record(fields, kind).csl.items() >= csl.items()

    def test_one_that_is_not_known(self):
        found = record("", "foo")
        assert found.csl["type"] == "document"
        assert found.notes == ("The type “foo” is not known: read as a document.",)


class TestDamage:
    """What is wrong hurts one entry, and is named."""

    GOOD = "@book{good, title = {Good}}\n"

    def test_a_brace_without_end(self):
        bad, good = load("@book{bad, title = {x {y}, year = 2015\n" + self.GOOD)
        assert bad == Rejected(1, "bad", "", "A brace of this entry has no end.", 1)
        assert (good.csl["id"], good.position, good.line) == ("good", 2, 2)

    def test_braces_too_deep(self):
        bad, good = load(f"@book{{bad, title = {'{' * 99}{'}' * 99}}}\n{self.GOOD}")
        assert bad.reason == "Braces are nested more than 20 deep."
        assert good.csl["id"] == "good"

    def test_an_entry_too_long(self):
        bad, good = load(f"@book{{bad, title = {{{'x' * 600_000}}}}}\n{self.GOOD}")
        assert bad.reason == "This record is longer than 500,000 characters."
        assert good.csl["id"] == "good"

    def test_a_missing_title(self):
        (bad,) = load("\n@book{bad, year = 2015}")
        assert bad == Rejected(1, "bad", "title", "The title is missing.", 2)

    def test_a_missing_comma(self):
        found = record("note = {x} year = 2015")
        assert found.csl["note"] == "x"
        assert found.notes == (
            "Not kept: what follows note, where a comma may be missing: “year = 2015”",
        )

    @pytest.mark.parametrize(
        "text",
        [
            "@book{a, title = {T},, year = 2015,}",
            "@book{title = {T}, year = 2015}",
            "@book(a, title = {T}, year = 2015)",
            "@book { a , title = \"T\" , year = {2015} }",
            "@BOOK{a,\r\n  TITLE={T},\r\n  YEAR=2015\r\n}\r\n",
        ],
    )  # fmt: skip
    def test_what_can_be_put_right(self, text):
        (found,) = load(text)
        assert found.csl["title"] == "T"
        assert found.csl["issued"] == {"date-parts": [[2015]]}
        assert found.notes == ()

    @pytest.mark.parametrize(
        ("fields", "note"),
        [
            ("title = {U}", "Not kept: a second title: “U”"),
            ("note = foo", "The abbreviation “foo” is not explained."),
            ("crossref = {b}", "Not kept: crossref: “b”"),
            ("isbn = {12}", "Not kept: “12” is no ISBN: it needs 10 or 13 digits, the last of which fits the others."),
        ],
    )  # fmt: skip
    def test_what_is_not_kept_is_named(self, fields, note):
        assert record(fields).notes == (note,)

    def test_text_around_entries_is_named_unless_it_is_a_comment(self):
        first, second = load(f"hello\n% comment\n{self.GOOD}between\n{self.GOOD}")
        assert first.notes == (
            "Not kept: what stands before the entry: “hello”",
            "Not kept: what stands after the entry: “between”",
        )
        assert second.notes == ()

    def test_entries_may_follow_in_one_line(self):
        first, second = load("@book{a, title={A}}@book{b, title={B @book(x}}")
        assert (first.csl["title"], second.csl["title"]) == ("A", "B @book(x")

    @pytest.mark.parametrize("text", ["", "hello", "@comment{x}", "a@b.example {x}"])
    def test_a_file_without_an_entry(self, text):
        with pytest.raises(MalformedFile, match="@article"):
            load(text)


class TestWriting:
    def test_what_looks_like_an_entry_in_a_text_is_none(self):
        item = {"id": "a", "type": "book", "title": "{@A( }@book{x, y"}
        (found,) = load(FORMATS["bibtex"].dump([item]))
        assert found.csl == item

    def test_words_with_capitals_are_protected_in_titles(self):
        written = FORMATS["bibtex"].dump(
            [{"id": "a b", "type": "book", "title": "The DNA of PD-1 & <i>BRAF x</i>"}]
        )
        assert r"title = {The {DNA} of {PD-1} \& \textit{{BRAF} x}}," in written
        assert written.startswith("@book{ab,\n")
