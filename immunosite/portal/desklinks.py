"""The list of links to other sites that somebody should mend."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from immunosite.core.linkjudging import in_words
from immunosite.core.outsidelinks import LinkState, LinkUse, OutsideLink
from references.models import Reference

from .deskrows import NOBODY, PAGES, REVISIONS, DeskList, Row, Wanted, may_view, name_of
from .linkplaces import KINDS, REFERENCE


class LinksToMend(DeskList):
    """Links that are broken or lead elsewhere for good, the longest failing first. A
    line names the first place that uses it."""

    name = "links"
    title = "Links to mend"
    empty = "No link to another site is known to be broken or to have moved."
    what = "What is wrong"
    who = "Used in"
    moment = "Since"

    def is_for(self, user: Any) -> bool:
        return may_view(user, "core.outsidelink")

    def kinds(self, user: Any) -> dict[str, str]:
        return {kind: str(model._meta.verbose_name) for kind, model in KINDS.items()}

    def found(self, user: Any, wanted: Wanted) -> QuerySet[Any, Any]:
        links = OutsideLink.objects.to_mend()
        if wanted.kind:
            links = links.filter(Exists(_uses(wanted.kind)))
        if wanted.person:
            person = None if wanted.person == NOBODY else wanted.person
            links = links.filter(_owned(person))
        if wanted.is_mine:
            links = links.filter(_owned(user.pk))
        if wanted.text:
            words = LinkUse.objects.filter(
                link=OuterRef("pk"), words__icontains=wanted.text
            )
            links = links.filter(Q(url__icontains=wanted.text) | Exists(words))
        since = Coalesce("failing_since", "checked_at")
        return links.order_by(since, "pk").values(
            "state",
            "status",
            "error",
            key=F("pk"),
            title=F("url"),
            moment=since,
            kind=_first("kind"),
            owner=_owner(),
            who=_title(),
            places=_count(),
        )

    def path(self, line: dict[str, Any], user: Any) -> str:
        return reverse("admin:core_outsidelink_change", args=[line["key"]])

    def say(self, line: dict[str, Any]) -> str:
        reason = in_words(line["status"], line["error"])
        return reason or LinkState(line["state"]).label

    def is_late(self, line: dict[str, Any]) -> bool:
        return line["state"] == LinkState.BROKEN

    def row(self, line: dict[str, Any], user: Any) -> Row:
        more = line["places"] - 1
        return Row(
            title=line["title"],
            path=self.path(line, user),
            kind=self.kinds(user)[line["kind"]],
            what=self.say(line),
            owner=line["owner"] or "",
            who=f"{line['who'] or ''}{f' and {more} more' if more > 0 else ''}",
            moment=line["moment"],
            is_late=self.is_late(line),
        )


def _uses(kind: str, outer: str = "pk") -> QuerySet[LinkUse]:
    return LinkUse.objects.filter(link=OuterRef(outer), kind=kind)


def _owned(person: Any) -> Q:
    """Links that a page of somebody uses; of None, a page that nobody looks after."""
    is_it = Q()
    for kind, model in PAGES.items():
        pages = model.objects.filter(owner=person).values("pk")
        is_it |= Q(Exists(_uses(kind).filter(subject_id__in=pages)))
    return is_it


def _first(column: str) -> Subquery:
    uses = LinkUse.objects.filter(link=OuterRef("pk")).order_by("kind", "subject_id")
    return Subquery(uses.values(column)[:1], output_field=CharField())


def _count() -> Subquery:
    uses = LinkUse.objects.filter(link=OuterRef("pk")).order_by().values("link")
    place = Concat("kind", Value(" "), Cast("subject_id", CharField()))
    places = Count(place, distinct=True)
    return Subquery(uses.annotate(places=places).values("places"))


def _owner() -> Coalesce:
    return Coalesce(
        *(
            Subquery(
                model.objects.filter(pk__in=_keys(kind))
                .order_by("pk")
                .values(called=name_of("owner"))[:1]
            )
            for kind, model in PAGES.items()
        )
    )


def _title() -> Coalesce:
    titles = [
        Subquery(
            revisions.objects.live()
            .filter(page__in=_keys(kind))
            .order_by("page")
            .values("title")[:1]
        )
        for kind, revisions in REVISIONS.items()
    ]
    references = Reference.objects.filter(pk__in=_keys(REFERENCE)).order_by("pk")
    return Coalesce(*titles, Subquery(references.values("key")[:1]))


def _keys(kind: str) -> QuerySet[Any, Any]:
    """The keys of a link's places of a kind, two queries within."""
    uses = LinkUse.objects.filter(link=OuterRef(OuterRef("pk")), kind=kind)
    return uses.values("subject_id")
