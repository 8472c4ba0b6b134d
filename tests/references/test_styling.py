"""Formatted entries: NLM style, the words of fields escaped, no doubled signs.

The other styles are in test_styles.py, the agreement with the reference implementation
in test_oracle.py.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from references.formats.csl_json import TYPES, load
from references.formats.records import Record
from references.styling import (
    columns_of,
    format_entry,
    plain_name,
    plain_text,
    style_version,
    year_of,
)

DEMO = {
    record.csl["id"]: record.csl
    for record in load((settings.BASE_DIR / "demo" / "references.csl.json").read_text())
    if isinstance(record, Record)
}
ARTICLE = {
    "type": "article-journal",
    "title": "A title",
    "author": [{"family": "Larkin", "given": "James"}],
    "container-title": "Journal",
    "issued": {"date-parts": [[2015]]},
    "volume": "3",
    "issue": "2",
    "page": "5",
}


def entry(**changes) -> str:
    """The entry of an article with these variables changed; None takes one away."""
    names = {name.replace("_", "-"): value for name, value in changes.items()}
    csl = {**ARTICLE, **names}
    return format_entry({k: v for k, v in csl.items() if v is not None})


def people(count: int) -> list[dict[str, str]]:
    return [{"family": f"Name{n}", "given": "Ann Bea"} for n in range(1, count + 1)]


class Tags(HTMLParser):
    """Collects the tags of a text that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))


class TestDemonstrationRecords:
    def test_there_are_65(self):
        assert len(DEMO) == 65

    @pytest.mark.parametrize("key", DEMO)
    def test_are_set_cleanly(self, key):
        line = format_entry(DEMO[key])
        assert plain_text(DEMO[key]["title"]).replace("'", "’") in line
        assert line.endswith(".")
        assert not re.search(r"\.\.|  |\n| [.,;:]|\(\)|[\ue000-\uf8ff]|[?!]\.", line)
        assert line == line.strip()

    @pytest.mark.parametrize(
        ("key", "line"),
        [
            (
                "chen-2013",
                "Chen DS, Mellman I. Oncology meets immunology: the cancer-immunity "
                "cycle. Immunity. 2013;39(1):1–10.",
            ),
            (
                "larkin-2015",
                "Larkin J, Chiarion-Sileni V, Gonzalez R, et al. Combined nivolumab and "
                "ipilimumab or monotherapy in untreated melanoma. New England Journal "
                "of Medicine. 2015;373(1):23–34.",
            ),
            (
                "rohaan-2022",
                "Rohaan MW, Borch TH, van den Berg JH, Met Ö, Kessels R, Geukes Foppen "
                "MH, et al. Tumor-infiltrating lymphocyte therapy or ipilimumab in "
                "advanced melanoma. New England Journal of Medicine. 2022 Dec "
                "8;387(23):2113–25.",
            ),
            (
                "seymour-2017",
                "Seymour L, Bogaerts J, Perrone A, Ford R, Schwartz LH, Mandrekar S, et "
                "al. iRECIST: guidelines for response criteria for use in trials "
                "testing immunotherapeutics. The Lancet Oncology. 2017 "
                "Mar;18(3):e143–52.",
            ),
            (
                "dobosz-2019",
                "Dobosz P, Dzieciątkowski T. The intriguing history of cancer "
                "immunotherapy. Frontiers in Immunology. 2019 Dec 17.",
            ),
            (
                "nci-side-effects",
                "National Cancer Institute. Immunotherapy Side Effects.",
            ),
        ],
    )
    def test_read_like_this(self, key, line):
        assert format_entry(DEMO[key]) == line


class TestKinds:
    @pytest.mark.parametrize("kind", sorted(TYPES))
    def test_every_type_of_csl_has_an_entry(self, kind):
        line = entry(type=kind, publisher="Press", editor=people(1), edition="2")
        assert "Larkin J. " in line
        assert "A title" in line
        assert not re.search(r"\.\.|  | [.,;:]|[\ue000-\uf8ff]", line)

    @pytest.mark.parametrize(
        ("changes", "line"),
        [
            (
                {
                    "type": "book", "publisher": "Springer",
                    "publisher_place": "Berlin", "edition": "2",
                    "container_title": None, "volume": None,
                },
                "Larkin J. A title. 2nd ed. Berlin: Springer; 2015.",
            ),
            (
                {"type": "chapter", "publisher": "Springer", "editor": people(1)},
                "Larkin J. A title. In: Name1 AB, editor. Journal. Springer; 2015. p. 5.",
            ),
            (
                {
                    "type": "report", "publisher": "WHO", "number": "7",
                    "container_title": None, "page": None, "volume": None,
                },
                "Larkin J. A title. WHO; 2015. Report no.: 7.",
            ),
            (
                {
                    "type": "webpage", "author": [{"literal": "Society"}],
                    "container_title": "Society", "page": None,
                },
                "Society. A title. 2015.",
            ),
        ],
    )  # fmt: skip
    def test_read_like_this(self, changes, line):
        assert entry(**changes) == line

    def test_identifiers_and_addresses_stand_beside_the_entry(self):
        with_links = entry(
            DOI="10.1000/x", PMID="1", PMCID="PMC1", ISBN="9780306406157",
            URL="https://example.org/", accessed={"date-parts": [[2020]]},
        )  # fmt: skip
        assert with_links == entry()


class TestNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ({"family": "Larkin", "given": "James"}, "Larkin J"),
            ({"family": "Larkin", "given": "J.M.G."}, "Larkin JMG"),
            ({"family": "Larkin", "given": "Jean-Luc"}, "Larkin JL"),
            ({"family": "Larkin"}, "Larkin"),
            ({"given": "Plato"}, "Plato"),
            ({"literal": "World Health Organization"}, "World Health Organization"),
            (
                {"family": "Berg", "given": "J", "non-dropping-particle": "van den"},
                "van den Berg J",
            ),
            ({"family": "King", "given": "M", "suffix": "Jr."}, "King M Jr"),
            ({"family": "Ünal-Öz", "given": "Ä"}, "Ünal-Öz Ä"),
        ],
    )
    def test_family_name_first_then_initials(self, name, shown):
        assert entry(author=[name]).startswith(f"{shown}. A title")

    def test_without_authors_the_title_comes_first(self):
        assert entry(author=None).startswith("A title. Journal.")
        assert entry(author=[]).startswith("A title. Journal.")

    def test_six_authors_are_all_named(self):
        assert "Name6 AB. A title" in entry(author=people(6))
        assert "et al" not in entry(author=people(6))

    def test_of_seven_the_last_are_et_al(self):
        line = entry(author=people(7))
        assert "Name6 AB, et al. A title" in line
        assert "Name7" not in line

    @pytest.mark.parametrize("count", [1, 3, 6, 7])
    def test_an_incomplete_list_ends_with_et_al_once(self, count):
        line = entry(author=people(count), custom={"authors_complete": False})
        assert f"Name{min(count, 6)} AB, et al. A title" in line
        assert line.count("et al") == 1

    def test_a_complete_list_ends_with_its_last_name(self):
        line = entry(author=people(2), custom={"authors_complete": True})
        assert line.startswith("Name1 AB, Name2 AB. A title")

    def test_nobody_and_others_is_nobody(self):
        assert "et al" not in entry(author=[], custom={"authors_complete": False})


class TestDates:
    @pytest.mark.parametrize(
        ("issued", "shown"),
        [
            ({"date-parts": [[2015]]}, "2015;"),
            ({"date-parts": [[2015, 6]]}, "2015 Jun;"),
            ({"date-parts": [[2015, 6, 25]]}, "2015 Jun 25;"),
            ({"date-parts": [["2015", "06", "05"]]}, "2015 Jun 5;"),
            ({"date-parts": [[2015, 1], [2015, 3]]}, "2015 Jan–Mar;"),
            ({"date-parts": [[2015, 1, 3], [2015, 1, 9]]}, "2015 Jan 3–9;"),
            ({"date-parts": [[2015, 12], [2016, 1]]}, "2015 Dec–2016 Jan;"),
            ({"date-parts": [[2015], [0]]}, "2015;"),
            ({"date-parts": [[2015, 1], [2015, 3, 9]]}, "2015 Jan–Mar 9;"),
            ({"date-parts": [[2015]], "season": 1}, "2015 Spring;"),
            ({"date-parts": [[2015]], "season": "winter"}, "2015 Winter;"),
            ({"date-parts": [[2015]], "season": "Michaelmas"}, "2015;"),
            ({"raw": "2015-06-25"}, "2015 Jun 25;"),
            ({"edtf": "2015-06/2015-07"}, "2015 Jun–Jul;"),
            ({"raw": "Spring 2015"}, "Spring 2015;"),
            ({"literal": "about 2015"}, "about 2015;"),
            ({"literal": "no date"}, "no date;"),
            ({"date-parts": []}, ""),
            ({}, ""),
        ],
    )
    def test_as_far_as_they_are_known(self, issued, shown):
        assert entry(issued=issued) == f"Larkin J. A title. Journal. {shown}3(2):5."

    @pytest.mark.parametrize(
        ("issued", "year"),
        [
            ({"date-parts": [["2015", 6]]}, 2015),
            ({"raw": "12 May 1999"}, 1999),
            ({"date-parts": [[-44]]}, -44),
            ({"literal": "12345"}, None),
            ({}, None),
        ],
    )
    def test_the_year_is_known_to_programs(self, issued, year):
        assert year_of({"issued": issued}) == year


class TestPages:
    @pytest.mark.parametrize(
        ("page", "shown"),
        [
            ("5", "5"),
            (5, "5"),
            ("e192535", "e192535"),
            ("1-10", "1–10"),
            ("10-19", "10–9"),
            ("100-105", "100–5"),
            ("1715-1768", "1715–68"),
            ("1789-1801", "1789–801"),
            ("99-102", "99–102"),
            ("1055-7", "1055–7"),
            ("1715–1768", "1715–68"),
            ("10 - 19", "10–9"),
            ("e143-e152", "e143–52"),
            ("S1-S9", "S1–9"),
            ("1-10, 15-25", "1–10, 15–25"),
            ("A12-B13", "A12-B13"),
            ("iv-xii", "iv–xii"),
            ("1-2 & 5-6", "1–2 &amp; 5–6"),
            ("12-12", "12–12"),
            ("156-142", "156–142"),
        ],
    )
    def test_a_range_ends_with_the_digits_that_differ(self, page, shown):
        assert entry(page=page) == f"Larkin J. A title. Journal. 2015;3(2):{shown}."


class TestTitles:
    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            ("A title.", "A title. Journal"),
            ("Is it safe?", "Is it safe? Journal"),
            ("It is!", "It is! Journal"),
            ("Who said “no?”", "Who said “no?” Journal"),
            ("<i>Is it?</i>", "<i>Is it?</i> Journal"),
            ("Two  spaces\nand a line", "Two spaces and a line. Journal"),
            ("a–b - c", "a–b - c. Journal"),
            ("Survival < 5 & > 2", "Survival &lt; 5 &amp; &gt; 2. Journal"),
            ("AT&amp;T", "AT&amp;amp;T. Journal"),
        ],
    )
    def test_end_with_one_sign_and_keep_their_own(self, title, shown):
        assert shown in entry(title=title)

    @pytest.mark.parametrize("tag", ["i", "b", "sup", "sub"])
    def test_the_rich_text_of_csl_is_kept(self, tag):
        words = f"Of <{tag}>E. coli</{tag}> cells"
        assert f"Larkin J. {words}. Journal" in entry(title=words)

    def test_rich_text_may_be_nested(self):
        assert "<i>in <sup>2</sup></i>." in entry(title="<i>in <sup>2</sup></i>")

    @pytest.mark.parametrize("title", ["<i>open", "close</i>", '<i class="x">a</i>'])
    def test_what_is_no_rich_text_is_words(self, title):
        escaped = title.replace("<i", "&lt;i").replace("</i", "&lt;/i")
        escaped = escaped.replace(">", "&gt;")
        assert f"Larkin J. {escaped}. Journal" in entry(title=title)

    def test_tags_that_change_nothing_here_are_dropped(self):
        title = '<span class="nocase">CAR</span> <sc>t</sc> cells'
        assert "Larkin J. CAR t cells. Journal" in entry(title=title)


class TestSafety:
    @pytest.mark.parametrize(
        "place",
        [
            "title", "container-title", "container-title-short", "journalAbbreviation",
            "volume", "issue", "page", "edition", "publisher", "publisher-place",
            "genre", "number", "collection-title", "note", "medium", "section",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", ["article-journal", "book", "chapter", "webpage"])
    def test_a_script_in_a_field_is_never_a_tag(self, place, kind):
        for attack in (
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<i onclick=alert(1)>x</i>",
            "&lt;script&gt;",
            "\ue003script\ue004",
            "<sc<sc>ript>",
        ):
            line = entry(type=kind, **{place: attack})
            assert {tag for tag, _ in Tags(line).found} <= {"i", "b", "sup", "sub"}
            assert not any(attributes for _, attributes in Tags(line).found)

    @pytest.mark.parametrize("part", ["family", "given", "literal", "suffix"])
    def test_nor_one_in_a_name(self, part):
        line = entry(author=[{"family": "A", part: "<script>alert(1)</script>"}])
        assert Tags(line).found == []

    def test_the_words_of_a_script_are_still_shown(self):
        line = entry(title="<script>alert(1)</script>")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in line

    @given(st.text("<>/&;ibsupcrt\"'= .?\ue002\ue003\ue004é", max_size=30))
    @hypothesis_settings(max_examples=60, deadline=None)
    def test_nor_any_text_at_all(self, text):
        line = entry(title=f"x{text}", author=[{"literal": f"y{text}"}])
        assert {tag for tag, _ in Tags(line).found} <= {"i", "b", "sup", "sub"}
        assert not any(attributes for _, attributes in Tags(line).found)
        assert "  " not in line
        assert "Journal" in line


class TestPlainWords:
    def test_a_text_loses_its_tags_only(self):
        assert plain_text("Of <i>E. coli</i>  & 2 < 3") == "Of E. coli & 2 < 3"

    def test_a_name_begins_with_the_family(self):
        name = {"family": "Berg", "given": "Jan", "non-dropping-particle": "van den"}
        assert plain_name(name) == "van den Berg Jan"
        assert plain_name({"literal": "A Group"}) == "A Group"

    def test_the_columns_of_a_reference(self):
        csl = {**ARTICLE, "title": "Of <i>E. coli</i>", "author": people(2)}
        assert columns_of(csl) == {
            "title": "Of E. coli",
            "authors": "Name1 Ann Bea; Name2 Ann Bea",
            "container": "Journal",
            "year": 2015,
            "entry": "Name1 AB, Name2 AB. Of <i>E. coli</i>. Journal. 2015;3(2):5.",
            "entry_by": style_version("nlm"),
        }

    def test_a_year_before_christ_has_no_column(self):
        assert (
            columns_of({**ARTICLE, "issued": {"date-parts": [[-44]]}})["year"] is None
        )
