"""What RIS calls things: types and tags, as the specification of 2011 has them. Pure."""

from __future__ import annotations

# CSL's types that RIS has a type for, and it the other way round.
TYPES = {
    "article": "UNPB",
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "bill": "BILL",
    "book": "BOOK",
    "broadcast": "MULTI",
    "chapter": "CHAP",
    "classic": "CLSWK",
    "collection": "SER",
    "dataset": "DATA",
    "document": "GEN",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "figure": "FIGURE",
    "graphic": "ART",
    "hearing": "HEAR",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "MANSCPT",
    "map": "MAP",
    "motion_picture": "MPCT",
    "musical_score": "MUSIC",
    "pamphlet": "PAMP",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "periodical": "JFULL",
    "personal_communication": "PCOMM",
    "post": "ICOMM",
    "post-weblog": "BLOG",
    "regulation": "LEGAL",
    "report": "RPRT",
    "software": "COMP",
    "song": "SOUND",
    "speech": "SLIDE",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}
# The nearest that RIS has for the others.
NEAREST_TYPES = {
    "entry": "ENCYC",
    "interview": "PCOMM",
    "review": "JOUR",
    "review-book": "JOUR",
    "treaty": "LEGAL",
}
READ_TYPES = {ris: csl for csl, ris in TYPES.items()} | {
    "ABST": "article-journal",
    "ADVS": "motion_picture",
    "AGGR": "dataset",
    "ANCIENT": "classic",
    "CHART": "figure",
    "CONF": "paper-conference",
    "CTLG": "document",
    "DBASE": "dataset",
    "EBOOK": "book",
    "ECHAP": "chapter",
    "EDBOOK": "book",
    "EJOUR": "article-journal",
    "EQUA": "document",
    "GOVDOC": "report",
    "GRANT": "document",
    "INPR": "article-journal",
    "UNBILL": "bill",
    "VIDEO": "motion_picture",
    "WEB": "webpage",
}
# The types whose own title is a book's: T2 is their series, SN their ISBN.
BOOKS = frozenset({"book", "classic", "collection", "pamphlet", "thesis", "report"})

# Written from these variables, in this order; the first tag is the one that is written.
TEXTS = {
    "title": ("TI", "T1"),
    "title-short": ("ST",),
    "container-title": ("T2", "JF", "JO", "BT"),
    "container-title-short": ("J2", "JA", "J1"),
    "collection-title": ("T3",),
    "original-title": ("OP",),
    "reviewed-title": ("RI",),
    "volume": ("VL",),
    "issue": ("IS",),
    "number-of-volumes": ("NV",),
    "edition": ("ET",),
    "section": ("SE",),
    "publisher": ("PB",),
    "publisher-place": ("CY", "PP"),
    "DOI": ("DO",),
    "PMCID": ("C2",),
    "abstract": ("AB", "N2"),
    "language": ("LA",),
    "genre": ("M3",),
    "archive": ("DB",),
    "archive_location": ("AN",),
    "source": ("DP",),
    "call-number": ("CN",),
}
ROLES = {
    "author": ("AU", "A1"),
    "editor": ("A2", "ED"),
    "collection-editor": ("A3",),
    "translator": ("A4", "TA"),
}
# What the tags that are not kept stand for.
NOT_KEPT = {
    "AD": "address of the authors",
    "CA": "caption",
    "DA": "date",
    "L1": "attached file",
    "L2": "attached file",
    "L3": "related records",
    "L4": "attached picture",
    "LB": "label",
    "LK": "link",
    "RN": "research notes",
    "RP": "reprint",
    "TT": "translated title",
}
HANDLED = frozenset("TY ER ID PY Y1 DA Y2 SP EP SN UR KW N1 M1 C3 C7".split()) | {
    tag for tags in (*TEXTS.values(), *ROLES.values()) for tag in tags
}
