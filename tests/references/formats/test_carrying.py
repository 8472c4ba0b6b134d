"""What is written in a format reads the same, for all that the format can carry."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from references.formats import FORMATS, Record
from references.formats.bibtex_fields import IN_JOURNALS, NUMBERED
from references.formats.csl_json import DATES, NAMES, TEXTS, TYPES
from references.formats.names import is_others
from references.formats.nbib_tags import LANGUAGES
from references.formats.nbib_tags import TYPES as NBIB_TYPES
from references.formats.ris_tags import BOOKS
from references.formats.ris_tags import TYPES as RIS_TYPES

LETTERS = "abcxyzäßéøŁαДAZ059 .:'’()/%&$#_{}~^\\+=@*!-–<"
texts = (
    st.text(LETTERS, min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(sign.isalpha() for sign in text))
)
marked = st.builds("{} <i>{}</i> {}<sup>{}</sup>".format, texts, texts, texts, texts)
# Within texts where a sign parts one from the next.
words = st.from_regex(r"[a-cäßØ019]{1,5}( [a-c]{1,3})?", fullmatch=True)
caps = st.sampled_from(["Larkin", "O'Day", "Özgüroğlu", "Geukes Foppen", "Paz-Ares"])
given_names = st.sampled_from(["James", "F. Stephen", "Jean-Jacques", "É.", "Ki H."])
people = st.fixed_dictionaries(
    {"family": caps, "given": given_names},
    optional={
        "suffix": st.sampled_from(["Jr", "III"]),
        "non-dropping-particle": st.sampled_from(["van den", "de", "de la"]),
        "dropping-particle": st.sampled_from(["von", "du"]),
    },
)
groups = st.sampled_from(
    ["The CheckMate Group", "WHO", "Food and Drug Administration", "NCI, Bethesda, MD"]
).map(lambda name: {"literal": name})
names = st.lists(people | groups, min_size=1, max_size=4)
years = st.integers(1000, 2100)
days = (
    st.lists(years, min_size=1, max_size=1)
    | st.tuples(years, st.integers(1, 12)).map(list)
    | st.tuples(years, st.integers(1, 12), st.integers(1, 31)).map(list)
)
dates = (
    st.builds(lambda day: {"date-parts": [day]}, days)
    | st.builds(lambda one, two: {"date-parts": [one, two]}, days, days)
    | st.builds(
        lambda year, season: {"date-parts": [[year]], "season": season},
        years,
        st.integers(1, 4),
    )
    | st.builds(lambda day: {"date-parts": [day], "circa": True}, days)
    | st.just({"raw": "in press"})
)
numbers = st.from_regex(r"[1-9][0-9]{0,3}", fullmatch=True)
CODES = {
    "DOI": st.sampled_from(
        ["10.1000/ab_c(1)", "10.1002/(SICI)1-2<3::AID-X>3.0.CO;2-E"]
    ),
    "PMID": numbers,
    "PMCID": numbers.map("PMC{}".format),
    "ISBN": st.sampled_from(["978-0-306-40615-7", "0306406152"]),
    "ISSN": st.sampled_from(["0028-4793", "0028-4793, 1533-4406"]),
    "URL": st.sampled_from(["https://a.example/~b_c?d=%20e&f#g", "http://x.example/"]),
}
pages = st.sampled_from(["23-34", "1270-1", "e5", "S1-S10"])
custom = st.just({"authors_complete": False})
keywords = st.lists(words, min_size=1, max_size=3, unique=True).map("; ".join)


def items(kinds, **variables):
    """Items of these types with some of these variables."""
    needed = {"type": st.sampled_from(sorted(kinds)), "title": texts | marked}
    keys = {"id": st.from_regex(r"[a-z]{1,8}-[0-9]{4}", fullmatch=True)}
    if "id" not in variables:
        needed |= keys
    else:
        del variables["id"]
    return st.fixed_dictionaries(needed, optional=variables)


def carried(name: str, item: dict) -> dict:
    """The item after one way out and in."""
    (record,) = FORMATS[name].load(FORMATS[name].dump([item]))
    assert isinstance(record, Record), record
    return record.csl


def of(*variables: str) -> dict:
    """A strategy for each of these variables."""
    every = dict.fromkeys(TEXTS, texts) | dict.fromkeys(NAMES, names)
    every |= dict.fromkeys(DATES, dates) | CODES
    every |= {"page": pages, "custom": custom, "keyword": keywords}
    return {variable: every[variable] for variable in variables}


quick = settings(max_examples=40, deadline=None)


class TestRis:
    COMMON = of(
        *("author", "editor", "translator", "collection-editor", "issued", "accessed"),
        *("title-short", "container-title-short", "original-title", "reviewed-title"),
        *("volume", "issue", "number-of-volumes", "edition", "section", "publisher"),
        *("publisher-place", "DOI", "PMID", "PMCID", "ISBN", "ISSN", "URL", "abstract"),
        *("keyword", "language", "genre", "source", "call-number", "page", "number"),
        *("note", "custom"),
    )

    @quick
    @given(items(RIS_TYPES.keys() - BOOKS, **COMMON, **of("container-title")))
    def test_what_is_part_of_something(self, item):
        assert carried("ris", item) == item

    @quick
    @given(items(BOOKS, **COMMON, **of("collection-title")))
    def test_what_stands_alone(self, item):
        assert carried("ris", item) == item

    @pytest.mark.parametrize("kind", sorted(RIS_TYPES))
    def test_the_types(self, kind):
        item = {"id": "a", "type": kind, "title": "T"}
        assert carried("ris", item) == item


class TestNbib:
    VARIABLES = of(
        *("issued", "volume", "issue", "page", "abstract", "publisher", "edition"),
        *("publisher-place", "volume-title", "collection-title", "original-title"),
        *("PMID", "PMCID", "DOI", "ISBN", "ISSN", "keyword", "note", "custom"),
        *("container-title-short", "author"),
    )

    @quick
    @given(
        items(
            NBIB_TYPES.keys() - {"chapter", "book"},
            id=None,
            language=st.sampled_from(sorted(LANGUAGES)),
            editor=st.lists(people, min_size=1, max_size=2),
            **VARIABLES,
            **of("container-title"),
        )
    )
    def test_articles(self, item):
        assert carried("nbib", item) == item

    @quick
    @given(items({"chapter", "book"}, id=None, **VARIABLES))
    def test_books(self, item):
        assume(item["type"] == "book" or "container-title-short" not in item)
        if item["type"] == "chapter":
            item["container-title"] = "A book"
        assert carried("nbib", item) == item


class TestBibtex:
    COMMON = of(
        *("author", "editor", "translator", "container-author", "issued", "accessed"),
        *("event-date", "original-date", "title-short", "container-title-short"),
        *("container-title", "collection-title", "volume", "number-of-volumes"),
        *("number-of-pages", "chapter-number", "edition", "version", "publisher"),
        *("publisher-place", "event-title", "event-place", "genre", "status"),
        *("original-title", "original-publisher", "original-publisher-place"),
        *("archive", "language", "keyword", "abstract", "note", "annote", "page"),
        *("DOI", "PMID", "PMCID", "ISBN", "ISSN", "issue", "number", "custom"),
    )

    @quick
    @given(items(IN_JOURNALS | NUMBERED, **COMMON))
    def test_what_has_a_number_of_its_own(self, item):
        assert carried("bibtex", item) == item

    @quick
    @given(items(TYPES - IN_JOURNALS - NUMBERED, **COMMON, **of("collection-number")))
    def test_what_may_be_numbered_in_a_series(self, item):
        assert carried("bibtex", item) == item

    @pytest.mark.parametrize("kind", sorted(TYPES))
    def test_the_types(self, kind):
        item = {"id": "a", "type": kind, "title": "T"}
        assert carried("bibtex", item) == item


class TestCsv:
    @quick
    @given(
        items(
            TYPES,
            custom=custom,
            **of(*(TEXTS - {"id", "title", "type"}), *DATES, *NAMES),
        )
    )
    def test_every_variable(self, item):
        assert carried("csv", item) == item

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "'=", "''=", "'"])
    def test_what_a_spreadsheet_would_run(self, start):
        item = {"id": "a", "type": "book", "title": f"{start}1+1"}
        written = FORMATS["csv"].dump([item])
        assert f",{start}" not in written or start == "'"
        assert carried("csv", item) == item


@pytest.mark.parametrize("name", sorted(FORMATS))
class TestEveryFormat:
    def test_many_come_in_their_order(self, name):
        made = [
            {"id": f"k{n}", "type": "book", "title": f"Title {n}"} for n in range(9)
        ]
        records = list(FORMATS[name].load(FORMATS[name].dump(made)))
        assert [record.csl["title"] for record in records] == [
            item["title"] for item in made
        ]
        assert [record.position for record in records] == list(range(1, 10))
        lines = [record.line for record in records]
        assert lines == sorted(set(lines))

    def test_nothing_is_written_as_no_references(self, name):
        assert isinstance(FORMATS[name].dump([]), str)

    def test_it_is_lazy(self, name):
        items = ({"id": f"k{n}", "type": "book", "title": "T"} for n in range(3))
        assert next(FORMATS[name].load(FORMATS[name].dump(items))).position == 1

    @given(item=items(TYPES, **of("author", "issued", "note", "abstract", "keyword")))
    @settings(max_examples=8, deadline=None)
    def test_what_cannot_be_carried_never_hinders_what_can(self, name, item):
        assume(not any(is_others(n.get("literal", "")) for n in item.get("author", [])))
        read = carried(name, item)
        assert read["title"] == item["title"]
