"""The shape of the desk's lists: articles and terms together, asked for in one query.

A list is a condition on revisions that is put to the table of each kind of page which the
reader may view; the database unites, orders and cuts the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.urls import reverse

from articles.models import Article, ArticleRevision
from glossary.models import Term, TermRevision

NOBODY = "nobody"
# How far the lists of what is to come look ahead.
AHEAD = timedelta(days=30)
# The label of a kind of page → it, and its revisions.
PAGES: dict[str, Any] = {"articles.article": Article, "glossary.term": Term}
REVISIONS: dict[str, Any] = {
    "articles.article": ArticleRevision,
    "glossary.term": TermRevision,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; what is empty narrows nothing.

    ``kind`` is a label ("articles.article"), ``person`` the key of a user or NOBODY,
    ``text`` stands in the title or the address.
    """

    kind: str = ""
    person: str = ""
    is_mine: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list. ``path`` leads to where the work is done, or is empty."""

    title: str
    path: str
    kind: str
    what: str
    owner: str
    who: str
    moment: datetime | date
    is_late: bool = False

    @property
    def sentence(self) -> str:
        """What is said of it, with a full stop."""
        return self.what if self.what.endswith((".", "!", "?")) else f"{self.what}."


class DeskList:
    """A list of revisions. Subclasses say which ones, and what is said of each."""

    # Its address, its heading, its heading on the front page, what it says when empty.
    name: str
    title: str
    front_title = ""
    empty: str
    # The headings of the columns.
    what = "State"
    who = "Written by"
    moment = "Saved"
    has_owner = True
    # Whether the front page names the owner instead of who wrote it.
    is_by_owner = False
    has_times = True
    # Whether it can be narrowed to what is the reader's own, and is at first.
    has_mine = True
    starts_mine = False
    order: tuple[str, ...] = ("-moment", "kind", "-page_id")

    def is_for(self, user: Any) -> bool:
        """Whether a person may see the list at all."""
        return bool(self.kinds(user))

    def kinds(self, user: Any) -> dict[str, str]:
        """The kinds that a person may narrow it to, with their names."""
        return {
            label: str(model._meta.verbose_name)
            for label, model in PAGES.items()
            if may_view(user, label)
        }

    def at_first(self) -> Wanted:
        """What it is narrowed to unless the reader wants something else."""
        return Wanted(is_mine=self.starts_mine)

    def found(self, user: Any, wanted: Wanted) -> QuerySet[Any, Any]:
        """Its lines as dictionaries, in their order, for :meth:`row`."""
        parts: list[Any] = []
        for kind in self.kinds(user):
            if wanted.kind in ("", kind):
                revisions = self._narrowed(REVISIONS[kind].objects, user, wanted)
                parts += self.parts(revisions.order_by(), kind, user)
        if not parts:
            return ArticleRevision.objects.none()
        first, *others = parts
        return (first.union(*others, all=True) if others else first).order_by(
            *self.order
        )

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        """What of a kind's revisions is on the list, made by :func:`lines`."""
        raise NotImplementedError

    def mine(self, user: Any) -> Q:
        """What is somebody's own."""
        return Q(page__owner=user.pk) | Q(created_by=user.pk)

    def say(self, line: dict[str, Any]) -> str:
        """What the column headed ``what`` says."""
        return line["what"]

    def is_late(self, line: dict[str, Any]) -> bool:
        return False

    def path(self, line: dict[str, Any], user: Any) -> str:
        return step_of(line, "change")

    def row(self, line: dict[str, Any], user: Any) -> Row:
        return Row(
            title=line["title"] or line["slug"],
            path=self.path(line, user),
            kind=self.kinds(user)[line["kind"]],
            what=self.say(line),
            owner=line["owner"] or "",
            who=line["who"] or "",
            moment=line["moment"],
            is_late=self.is_late(line),
        )

    def _narrowed(self, revisions: Any, user: Any, wanted: Wanted) -> Any:
        is_it = Q()
        if wanted.person:
            is_it &= Q(page__owner=None if wanted.person == NOBODY else wanted.person)
        if wanted.is_mine and self.has_mine:
            is_it &= self.mine(user)
        if wanted.text:
            named = Q(title__icontains=wanted.text)
            is_it &= named | Q(page__slug__icontains=wanted.text)
        return revisions.filter(is_it)


def may_view(user: Any, label: str) -> bool:
    """Whether a person may view things of a kind, as the admin decides it."""
    app, model = label.split(".")
    rights = (f"{app}.view_{model}", f"{app}.change_{model}")
    return any(user.has_perm(right) for right in rights)


def name_of(relation: str) -> Coalesce:
    """The full name of a user, else the login; None for nobody."""
    full = Concat(f"{relation}__first_name", Value(" "), f"{relation}__last_name")
    return Coalesce(NullIf(Trim(full), Value("")), f"{relation}__username")


def newest(revisions: Any) -> Any:
    """Those that no later one of their page follows."""
    of_page = revisions.model.objects.filter(page=OuterRef("page"))
    return revisions.exclude(Exists(of_page.filter(number__gt=OuterRef("number"))))


def lines(revisions: Any, kind: str, *, what: Any, moment: Any) -> Any:
    """What lists read of revisions: the same columns for every kind of page."""
    return revisions.values(
        "page_id",
        "number",
        "title",
        kind=Value(kind, CharField()),
        slug=F("page__slug"),
        owner=name_of("page__owner"),
        who=name_of("created_by"),
        what=what,
        moment=moment,
    )


def step_of(line: dict[str, Any], action: str, *numbers: int) -> str:
    """The address of an action of the admin upon a line's thing."""
    name = f"admin:{line['kind'].replace('.', '_')}_{action}"
    return reverse(name, args=[line["page_id"], *numbers])
