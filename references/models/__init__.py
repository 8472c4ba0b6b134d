"""The tables of references, gathered for Django's app registry."""

from .evidence import DistinctPair, Evidence
from .imports import ImportBatch, ImportRow
from .notices import (
    Decision,
    Notice,
    NoticeKind,
    NoticeOrigin,
    NoticeTask,
    RefusedNotice,
)
from .references import (
    CitationBase,
    Identifier,
    Reference,
    ReferenceAlias,
    ReferenceTag,
    Scheme,
)

__all__ = [
    "CitationBase",
    "Decision",
    "DistinctPair",
    "Evidence",
    "Identifier",
    "ImportBatch",
    "ImportRow",
    "Notice",
    "NoticeKind",
    "NoticeOrigin",
    "NoticeTask",
    "Reference",
    "ReferenceAlias",
    "ReferenceTag",
    "RefusedNotice",
    "Scheme",
]
