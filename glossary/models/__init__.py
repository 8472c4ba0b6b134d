"""The tables of the glossary, gathered for Django's app registry."""

from .imports import TermImport, TermImportRow
from .mentions import (
    MentionBase,
    NeverHere,
    TermCitation,
    TermLink,
    TermMention,
)
from .terms import (
    Case,
    Form,
    FormerSlug,
    FormKind,
    Relation,
    RelationKind,
    Term,
    TermRevision,
    TermTag,
)

__all__ = [
    "Case",
    "Form",
    "FormKind",
    "FormerSlug",
    "MentionBase",
    "NeverHere",
    "Relation",
    "RelationKind",
    "Term",
    "TermCitation",
    "TermImport",
    "TermImportRow",
    "TermLink",
    "TermMention",
    "TermRevision",
    "TermTag",
]
