"""The tables of the cellar, gathered for Django's app registry."""

from .audit import AuditEntry
from .caching import Epoch
from .comments import Comment
from .documents import Document, DocumentSlug
from .feedback import Feedback
from .invitations import SignOffLink
from .outsidelinks import LinkUse, OutsideLink
from .presence import Presence
from .reviews import Review, ReviewerProfile
from .tagging import Tag, TagAlias
from .tidying import TagMerge, TagsApart

__all__ = [
    "AuditEntry",
    "Comment",
    "Document",
    "DocumentSlug",
    "Epoch",
    "Feedback",
    "LinkUse",
    "OutsideLink",
    "Presence",
    "Review",
    "ReviewerProfile",
    "SignOffLink",
    "Tag",
    "TagAlias",
    "TagMerge",
    "TagsApart",
]
