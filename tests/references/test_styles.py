"""The styles: what each makes of entries, with and without their addresses."""

from __future__ import annotations

from html.parser import HTMLParser
from threading import Thread
from typing import Any

import pytest
from django.conf import settings

from references.formats.csl_json import DATES, NAMES, TEXTS, TYPES, complaints
from references.styling import STYLES, format_entry, style_version

ARTICLE: dict[str, Any] = {
    "id": "larkin-2015",
    "type": "article-journal",
    "title": "Combined nivolumab",
    "author": [
        {"family": "Larkin", "given": "James"},
        {"family": "de Wit", "given": "Ronald"},
    ],
    "container-title": "new journal of words",
    "issued": {"date-parts": [[2015, 6, 25]]},
    "volume": "373",
    "issue": "1",
    "page": "23-34",
    "DOI": "10.1056/NEJMoa1504030",
    "PMID": "26027431",
}
PAGE: dict[str, Any] = {
    "id": "nci",
    "type": "webpage",
    "title": "About treatment",
    "author": [{"literal": "National Institute"}],
    "container-title": "National Institute",
    "publisher": "National Institute",
    "issued": {"date-parts": [[2024, 5, 1]]},
    "URL": "https://example.org/a",
    "accessed": {"date-parts": [[2025, 1, 31]]},
}
LINKS = ("10.1056", "doi", "PubMed", "https://", "Internet", "cited", "Retrieved")


def people(count: int) -> list[dict[str, str]]:
    return [{"family": f"Name{n}", "given": "Ann Bea"} for n in range(1, count + 1)]


class TestEveryStyle:
    @pytest.mark.parametrize(
        ("style", "line"),
        [
            (
                "nlm",
                "Larkin J, de Wit R. Combined nivolumab. new journal of words. 2015 Jun "
                "25;373(1):23–34. doi:10.1056/NEJMoa1504030 PubMed PMID: 26027431.",
            ),
            (
                "apa",
                "Larkin, J., &amp; de Wit, R. (2015). Combined nivolumab. <i>New Journal "
                "of Words</i>, <i>373</i>(1), 23–34. "
                "https://doi.org/10.1056/NEJMoa1504030",
            ),
            (
                "ama",
                "Larkin J, de Wit R. Combined nivolumab. <i>new journal of words</i>. "
                "2015;373(1):23-34. doi:10.1056/NEJMoa1504030",
            ),
        ],
    )
    def test_sets_an_article_like_this(self, style, line):
        assert format_entry(ARTICLE, style, has_links=True) == line

    @pytest.mark.parametrize(
        ("style", "line"),
        [
            (
                "nlm",
                "National Institute. About treatment [Internet]. National Institute; "
                "2024 [cited 2025 Jan 31]. Available from: https://example.org/a",
            ),
            (
                "apa",
                "National Institute. (2024, May 1). <i>About treatment</i>. "
                "https://example.org/a",
            ),
            (
                "ama",
                "National Institute. About treatment. May 1, 2024. Accessed January 31, "
                "2025. https://example.org/a",
            ),
        ],
    )
    def test_sets_a_web_page_like_this(self, style, line):
        assert format_entry(PAGE, style, has_links=True) == line

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("item", [ARTICLE, PAGE], ids=["article", "page"])
    def test_leaves_addresses_to_the_page_unless_asked(self, style, item):
        line = format_entry(item, style)
        assert not [link for link in LINKS if link in line]
        whole = format_entry(item, style, has_links=True)
        assert [link for link in LINKS if link in whole]

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("kind", ["interview", "personal_communication"])
    def test_lists_letters_and_interviews(self, style, kind):
        item = {"id": "x", "type": kind, "title": "On hope", "author": people(1)}
        assert "On hope" in format_entry(item, style)

    @pytest.mark.parametrize(
        ("style", "count", "shown"),
        [
            ("nlm", 1, "Name1 AB, et al. "),
            ("nlm", 6, "Name6 AB, et al. "),
            ("nlm", 9, "Name6 AB, et al. "),
            ("ama", 1, "Name1 AB, et al. "),
            ("ama", 5, "Name5 AB, et al. "),
            ("ama", 6, "Name2 AB, Name3 AB, et al. "),
            ("apa", 1, "Name1, A. B., et al. "),
            ("apa", 6, "Name5, A. B., Name6, A. B., et al. "),
            ("apa", 25, "Name25, A. B., et al. "),
        ],
    )
    def test_says_that_an_author_list_is_not_complete(self, style, count, shown):
        custom = {"authors_complete": False}
        line = format_entry(
            {**ARTICLE, "author": people(count), "custom": custom}, style
        )
        assert shown in line
        assert line.count("et al") == 1
        assert "others" not in line

    @pytest.mark.parametrize(
        ("style", "shown"),
        [
            ("nlm", "King M Jr, Zed Q. "),
            ("ama", "King M Jr, Zed Q. "),
            ("apa", "King, M., Jr., &amp; Zed, Q. "),
        ],
    )
    def test_writes_a_suffix_in_its_own_way(self, style, shown):
        names = [
            {"family": "King", "given": "Martin", "suffix": "Jr."},
            {"family": "Zed", "given": "Q"},
        ]
        assert format_entry({**ARTICLE, "author": names}, style).startswith(shown)

    @pytest.mark.parametrize("style", STYLES)
    def test_prints_nobody_twice_who_stands_in_for_the_author(self, style):
        item = {
            "id": "x", "type": "book", "title": "Of words", "editor": people(1),
            "publisher": "Press",
        }  # fmt: skip
        assert format_entry(item, style).count("Name1") == 1
        del item["editor"]
        assert format_entry(item, style).count("Of") == 1

    @pytest.mark.parametrize(
        ("issued", "shown"),
        [
            ({}, "(n.d.)"),
            ({"date-parts": [[2015]], "circa": True}, "(ca. 2015)"),
            ({"date-parts": [[2015], [2016]]}, "(2015–2016)"),
            ({"literal": "about 2015"}, "(about 2015)"),
            ({"edtf": "2015~"}, "(ca. 2015)"),
        ],
    )
    def test_tells_what_is_not_known_of_a_date(self, issued, shown):
        assert shown in format_entry({**ARTICLE, "issued": issued}, "apa")

    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            ("Of <i>E. coli</i> now", "<i>Of </i>E. coli<i> now</i>"),
            ("<i>E. coli</i>", "E. coli"),
            ("Of <b>bold</b>", "<i>Of <b>bold</b></i>"),
        ],
    )
    def test_sets_italics_within_italics_upright(self, title, shown):
        item = {"id": "x", "type": "book", "title": title}
        assert format_entry(item, "apa").startswith(f"{shown}. (n.d.)")

    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            ("a tale of the two cells", "A Tale of the Two Cells"),
            ("cells: an introduction", "Cells: An Introduction"),
            ("what to hope for", "What to Hope For"),
            ("mRNA and pH", "mRNA and pH"),
            ('the <span class="nocase">dna</span> of man', "The dna of Man"),
            ("anti-tumor “immune” cells", "Anti-Tumor “Immune” Cells"),
            ("2nd of the 3 cells", "2nd of the 3 Cells"),
        ],
    )
    def test_knows_title_case(self, title, shown):
        item = {**ARTICLE, "container-title": title}
        assert f"<i>{shown}</i>, " in format_entry(item, "apa")
        german = {**item, "language": "de"}
        assert f"<i>{shown}</i>, " not in format_entry(german, "apa") or title == shown


class Tags(HTMLParser):
    """Collects what a browser would take for tags, and the text around them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))


ATTACK = '<script>x</script><img src=x onerror=y><i onclick=z>&lt;b&gt; & "q" \ue003'
FIELDS = sorted((NAMES | DATES | TEXTS) - {"id", "type"})


def attacked(field: str) -> Any:
    if field in NAMES:
        parts = ("family", "given", "suffix", "non-dropping-particle", "literal")
        whole = dict.fromkeys(parts[:-1], ATTACK)
        return [whole, {"literal": ATTACK}, {"given": ATTACK}]
    return {"literal": ATTACK} if field in DATES else ATTACK


def harmless(entry: str) -> bool:
    tags = Tags(entry).tags
    return all(tag in ("i", "b", "sup", "sub") and not attrs for tag, attrs in tags)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", sorted(TYPES))
class TestSafety:
    def test_markup_in_any_field_is_words(self, style, kind):
        """In all at once, and in a dozen at a time, for what is there hides other."""
        least = {"id": "x", "type": kind, "title": ATTACK}
        for fields in (FIELDS, *(FIELDS[start::8] for start in range(8))):
            item = {**least, **{field: attacked(field) for field in fields}}
            assert list(complaints(item)) == []
            assert harmless(format_entry(item, style, has_links=True))

    def test_numbers_and_odd_values_crash_nothing(self, style, kind):
        for value in (0, -1, 3.5, 10**30, ".", "-", "–", "1-", "&", " ", "9" * 500):
            item = {
                "id": "x", "type": kind, "title": "Of words",
                **dict.fromkeys(TEXTS - {"id", "type", "title"}, value),
            }  # fmt: skip
            assert list(complaints(item)) == []
            assert harmless(format_entry(item, style))


class TestTheSitesStyle:
    def test_has_one_of_the_names_that_the_setting_allows(self):
        assert settings.CITATION_STYLES == tuple(STYLES)

    def test_is_named_with_each_entry(self):
        versions = {style_version(style) for style in STYLES}
        assert len(versions) == len(STYLES)
        assert all(style in style_version(style) for style in STYLES)

    def test_can_be_asked_by_many_at_once(self):
        expected = format_entry(ARTICLE, "apa")
        found: list[str] = []

        def ask() -> None:
            found.extend(format_entry(ARTICLE, "apa") for _ in range(10))

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(found) == {expected}
        assert len(found) == 40
