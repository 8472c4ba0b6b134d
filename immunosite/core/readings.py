"""A draft laid out for reading: each paragraph with what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from .commenting import fields_of, paragraphs_of
from .comments import Comment
from .fields import trusted
from .pages import Revision
from .paragraphs import Paragraph, rendered_paragraphs

if TYPE_CHECKING:
    from .invitations import SignOffLink

# More digits than the key of any comment has are no key.
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Discussion:
    """The threads on one revision: by paragraph's key, and those whose paragraph is gone.
    Each is the first comment; its ``thread`` holds the answers."""

    by_anchor: dict[str, list[Comment]] = field(default_factory=dict)
    orphaned: list[Comment] = field(default_factory=list)


def discussion(
    revision: Revision, keys: Iterable[str], *, link: SignOffLink | None = None
) -> Discussion:
    """What was said on this revision and those before it, beside the paragraphs that
    have these keys; for an expert outside only the threads that they began."""
    comments = Comment.objects.about(revision.page).select_related("resolved_by")
    threads: dict[int, Any] = {}
    # Answers come after what they answer.
    for comment in comments:
        if comment.parent_id in threads:
            threads[comment.parent_id].thread.append(comment)
        elif comment.parent_id is None and comment.number <= revision.number:
            if link is None or comment.link_id == link.pk:
                threads[comment.pk] = comment
                threads[comment.pk].thread = []
    found = Discussion({key: [] for key in keys})
    for thread in threads.values():
        found.by_anchor.get(thread.anchor, found.orphaned).append(thread)
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph with its ``html``, or a field beside the body with its ``name`` and
    ``text``; ``place`` is its id in the page, with a dot, which no heading's id has."""

    place: str
    paragraph: Paragraph
    threads: list[Comment]
    html: SafeString | None = None
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All parts in order, and the threads whose paragraph is gone."""

    parts: list[Part]
    orphaned: list[Comment]

    @property
    def open_count(self) -> int:
        """How many threads are not resolved."""
        threads = [thread for part in self.parts for thread in part.threads]
        return sum(not each.resolved_at for each in [*threads, *self.orphaned])


def reading(
    revision: Revision, html: str, *, link: SignOffLink | None = None
) -> Reading:
    """Lay out a revision whose rendering is ``html``, sanitised by the pipeline.

    For the expert of a ``link`` with their own threads only. Raises BodyRefused.
    """
    fields, body = fields_of(revision), rendered_paragraphs(revision.body, html)
    known = [paragraph for *_, paragraph in fields] + [each for each, _ in body]
    said = discussion(revision, [paragraph.key for paragraph in known], link=link)
    parts = [
        Part(
            _place(index),
            paragraph,
            said.by_anchor[paragraph.key],
            name=name,
            text=text,
        )
        for index, (name, text, paragraph) in enumerate(fields)
    ]
    parts += [
        Part(
            _place(index), paragraph, said.by_anchor[paragraph.key], html=trusted(piece)
        )
        for index, (paragraph, piece) in enumerate(body, len(fields))
    ]
    return Reading(parts, said.orphaned)


def _place(index: int) -> str:
    return f"at.{index}"


def place_of(revision: Revision, key: str) -> str:
    """The id of the paragraph with a key, in the page that reads the revision."""
    keys = [paragraph.key for paragraph in paragraphs_of(revision)]
    return _place(keys.index(key)) if key in keys else "orphaned"


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a paragraph or of a thread sent, for ``add_comment``."""
    return {
        "text": data.get("text", ""),
        "anchor": data.get("anchor", ""),
        "parent": key(data["parent"]) if "parent" in data else None,
    }


def key(text: str) -> int:
    """A key as a form sends it; 0, which nothing has, for what is none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
