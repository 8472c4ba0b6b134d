"""The tables of the cellar, gathered for Django's app registry."""

from .audit import AuditEntry
from .caching import Epoch
from .documents import Document, DocumentSlug
from .feedback import Feedback
from .tagging import Tag

__all__ = ["AuditEntry", "Document", "DocumentSlug", "Epoch", "Feedback", "Tag"]
