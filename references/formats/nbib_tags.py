"""What MEDLINE calls things, in its format for display and download. Pure.

https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

# Publication types (MeSH) for CSL's types; the first one is written.
TYPES = {
    "article-journal": ("Journal Article",),
    "article": ("Preprint",),
    "article-newspaper": ("Newspaper Article",),
    "book": ("Monograph", "Book"),
    "chapter": ("Book Chapter",),
    "dataset": ("Dataset",),
    "entry-dictionary": ("Dictionary",),
    "entry-encyclopedia": ("Encyclopedia",),
    "interview": ("Interview",),
    "legal_case": ("Legal Case",),
    "legislation": ("Legislation",),
    "manuscript": ("Manuscript",),
    "map": ("Map",),
    "motion_picture": ("Video-Audio Media",),
    "pamphlet": ("Pamphlet",),
    "patent": ("Patent",),
    "periodical": ("Periodical",),
    "personal_communication": ("Personal Correspondence",),
    "post-weblog": ("Blog",),
    "report": ("Technical Report",),
    "review-book": ("Book Review",),
    "speech": ("Address", "Lecture"),
    "thesis": ("Academic Dissertation",),
}
READ_TYPES = {name.lower(): csl for csl, names in TYPES.items() for name in names}
# Written from these variables, in this order; the first tag is the one that is written.
TEXTS = {
    "PMID": ("PMID",),
    "ISSN": ("IS",),
    "volume": ("VI",),
    "issue": ("IP",),
    "page": ("PG",),
    "abstract": ("AB",),
    "publisher": ("PB",),
    "publisher-place": ("PL",),
    "edition": ("EN",),
    "collection-title": ("CTI",),
    "volume-title": ("VTI",),
    "container-title-short": ("TA",),
    "container-title": ("JT",),
    "original-title": ("TT",),
    "PMCID": ("PMC",),
    "note": ("GN",),
}
# Codes of MARC (ISO 639-2/B) for the languages of ISO 639-1.
LANGUAGES = {
    "ar": "ara", "bg": "bul", "cs": "cze", "da": "dan", "de": "ger", "el": "gre",
    "en": "eng", "es": "spa", "fa": "per", "fi": "fin", "fr": "fre", "he": "heb",
    "hr": "hrv", "hu": "hun", "is": "ice", "it": "ita", "ja": "jpn", "ko": "kor",
    "nl": "dut", "no": "nor", "pl": "pol", "pt": "por", "ro": "rum", "ru": "rus",
    "sk": "slo", "sr": "srp", "sv": "swe", "tr": "tur", "uk": "ukr", "zh": "chi",
}  # fmt: skip
READ_LANGUAGES = {marc: iso for iso, marc in LANGUAGES.items()}
# What PubMed keeps for its own ends, or says a second time.
BOOKKEEPING = frozenset(
    """AUID CRDT CTDT DA DCOM DEP DRDT EDAT FIR IRAD JID LR MHDA MID OWN PHST PST SB SO
    SPIN STAT""".split()
)
# What the tags that are not kept stand for.
NOT_KEPT = {
    "AD": "affiliation",
    "CI": "copyright",
    "CIN": "comment in",
    "COIS": "conflict of interest",
    "CON": "comment on",
    "CRF": "corrected and republished from",
    "CRI": "corrected and republished in",
    "ECF": "expression of concern for",
    "ECI": "expression of concern in",
    "EFR": "erratum for",
    "EIN": "erratum in",
    "GR": "grant",
    "GS": "gene symbol",
    "IR": "investigator",
    "NM": "supplementary concept",
    "OAB": "other abstract",
    "OID": "other identifier",
    "ORI": "original report in",
    "PS": "person as subject",
    "PUBM": "publishing model",
    "RF": "number of references",
    "RIN": "retraction in",
    "RN": "substance",
    "ROF": "retraction of",
    "RPF": "republished from",
    "RPI": "republished in",
    "SI": "secondary source",
    "UIN": "update in",
    "UOF": "update of",
}
