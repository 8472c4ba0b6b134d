"""What BibTeX and biblatex call things: entry types and fields. Pure.

https://ctan.org/pkg/bibtex (btxdoc) and https://ctan.org/pkg/biblatex, sections 2.1–2.2.
"""

from __future__ import annotations

# Types of CSL that an entry type stands for; biblatex's entrysubtype tells the others.
WRITTEN_TYPES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "collection": "proceedings",
    "dataset": "dataset",
    "document": "misc",
    "entry-encyclopedia": "inreference",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "periodical": "periodical",
    "report": "report",
    "software": "software",
    "thesis": "thesis",
    "webpage": "online",
}
# What is written for a type that only its entrysubtype tells.
NEAREST_TYPES = {
    "article": "unpublished",
    "article-magazine": "article",
    "article-newspaper": "article",
    "classic": "book",
    "entry": "inreference",
    "entry-dictionary": "inreference",
    "post": "online",
    "post-weblog": "online",
    "review": "article",
    "review-book": "article",
}
READ_TYPES = {bibtex: csl for csl, bibtex in WRITTEN_TYPES.items()} | {
    "artwork": "graphic",
    "audio": "song",
    "bookinbook": "chapter",
    "collection": "book",
    "commentary": "document",
    "conference": "paper-conference",
    "electronic": "webpage",
    "image": "graphic",
    "inbook": "chapter",
    "jurisdiction": "legal_case",
    "legal": "treaty",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "report",
    "mastersthesis": "thesis",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "collection",
    "mvreference": "book",
    "performance": "performance",
    "phdthesis": "thesis",
    "preprint": "article",
    "reference": "book",
    "review": "review",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "video": "motion_picture",
    "www": "webpage",
}
GENRES = {
    "mastersthesis": "Master’s thesis",
    "phdthesis": "PhD thesis",
    "techreport": "Technical report",
}
# Types of CSL whose container is written as a journal, and whose own number is one of
# the work and not of an issue or a series.
IN_JOURNALS = frozenset(
    """article-journal article-magazine article-newspaper review review-book""".split()
)
NUMBERED = frozenset(
    """bill dataset document legislation manuscript patent regulation report software
    standard thesis treaty webpage article""".split()
)
# Fields that hold one variable, in the order in which they are written; the first one
# is written.
TEXTS = {
    "title": ("title",),
    "title-short": ("shorttitle",),
    "container-title-short": ("shortjournal",),
    "collection-title": ("series",),
    "volume": ("volume",),
    "number-of-volumes": ("volumes",),
    "number-of-pages": ("pagetotal",),
    "chapter-number": ("chapter",),
    "edition": ("edition",),
    "version": ("version",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"),
    "event-title": ("eventtitle",),
    "event-place": ("venue",),
    "genre": ("type",),
    "status": ("pubstate",),
    "original-title": ("origtitle",),
    "original-publisher": ("origpublisher",),
    "original-publisher-place": ("origlocation",),
    "archive": ("library",),
    "language": ("language", "langid"),
    "keyword": ("keywords",),
    "abstract": ("abstract",),
    "note": ("note",),
    "annote": ("annote", "annotation"),
}
# Fields that are no text but a code.
CODES = {
    "DOI": ("doi",),
    "PMID": ("pmid",),
    "PMCID": ("pmcid", "pmc"),
    "ISBN": ("isbn",),
    "ISSN": ("issn", "eissn"),
    "URL": ("url",),
}
ROLES = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "container-author": "bookauthor",
}
DATES = {
    "accessed": "urldate",
    "event-date": "eventdate",
    "original-date": "origdate",
}
CONTAINERS = ("journal", "journaltitle", "booktitle", "maintitle")
SUBTITLES = {
    "title": "subtitle",
    "journal": "journalsubtitle",
    "journaltitle": "journalsubtitle",
    "booktitle": "booksubtitle",
    "maintitle": "mainsubtitle",
}
