"""How well the live pages are backed by their sources: one line for each page.

What the database can count (citations, quotations, verified ones) sorts all pages. What
takes reading a text (which sentences should cite and don't, which quotations are of
sentences that are gone) is worked out only for the lines that are shown or sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localtime

from articles.models import Article
from articles.models import Kind as ArticleKind
from glossary.claims import Claim, claims_in
from glossary.sourcing import Sums, sums
from immunosite.core.exporting import csv_lines
from immunosite.core.markdown import BodyRefused
from immunosite.core.metadata import absolute
from references.models import Evidence, ReferenceAlias

from .deskrows import PAGES, REVISIONS, may_view

_RIGHTS = ("references.view_evidence", "references.change_evidence")
# So many texts are held in memory while the list is exported.
_CHUNK = 100
# By name: its words, and the order of the revisions.
_ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "title": ("Title", ("title",)),
    "citations": ("Most citations", ("-citing",)),
    "bare": ("Most citations without a quotation", (F("citing") - F("quotations"),)),
    "unverified": ("Most quotations not verified", (F("quotations") - F("verified"),)),
    "live": ("Live since", ("-live_from",)),
}
HEADING = (
    *("Title", "Kind", "Citations", "With a quotation", "Verified", "Without a source"),
    *("Live since", "Claims"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A live page; ``sums`` is None for a text that can't be read any more."""

    title: str
    kind: str
    path: str
    sums: Sums | None
    live_from: datetime


def kinds_for(user: Any) -> dict[str, str]:
    """The kinds of pages whose claims a person may see, with their names."""
    if not any(map(user.has_perm, _RIGHTS)):
        return {}
    return {
        label: str(model._meta.verbose_name_plural)
        for label, model in PAGES.items()
        if may_view(user, label)
    }


class Choice(forms.Form):
    """What the list shows, as its address says it."""

    q = forms.CharField(label="Title or address", max_length=200, required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    by = forms.ChoiceField(
        label="Order",
        choices=[(name, words) for name, (words, _) in _ORDERS.items()],
        required=False,
    )

    def __init__(self, query: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        first = {"kind": next(iter(kinds)), "by": next(iter(_ORDERS))}
        given = {
            name: query.get(name) or first.get(name) for name in ("q", "kind", "by")
        }
        super().__init__(given, auto_id="filter-%s")
        field: Any = self.fields["kind"]
        field.choices = [(label, name.capitalize()) for label, name in kinds.items()]

    @property
    def is_narrowed(self) -> bool:
        return bool(self["q"].value())

    def revisions(self) -> Any:
        """The live revisions that are wanted, in order. Call it on a valid form."""
        kind, words = self.cleaned_data["kind"], self.cleaned_data["q"]
        live = REVISIONS[kind].objects.live().select_related("page")
        if PAGES[kind] is Article:
            # A page about the site needs no sources.
            live = live.filter(page__kind=ArticleKind.ARTICLE)
        if words:
            live = live.filter(
                Q(title__icontains=words) | Q(page__slug__icontains=words)
            )
        texts = ("html", "text", "contents", "problems")
        order = _ORDERS[self.cleaned_data["by"]][1]
        keys = [each if isinstance(each, str) else each.desc() for each in order]
        return _counted(live, kind).defer(*texts).order_by(*keys, "pk")


def _counted(live: Any, kind: str) -> Any:
    cites = live.model._meta.get_field("citations").related_model
    citations = cites.objects.filter(revision=OuterRef("pk")).order_by()
    evidence = Evidence.objects.filter(kind=kind, page_id=OuterRef("page")).order_by()
    verified = evidence.exclude(verified_at=None)
    return live.annotate(
        citing=_count(citations, "revision"),
        quotations=_count(evidence, "page_id"),
        verified=_count(verified, "page_id"),
    )


def _count(rows: Any, group: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(group).annotate(n=Count("pk")).values("n")), 0)


def lines_of(revisions: Iterable[Any], kind: str) -> list[Line]:
    """The lines of some live revisions of a kind, in two queries."""
    rows = list(revisions)
    texts = {row.pk: _claims(row.body) for row in rows}
    found = Evidence.objects.filter(kind=kind, page_id__in=[r.page_id for r in rows])
    evidence: dict[int, list[Evidence]] = {}
    for each in found.select_related("reference"):
        evidence.setdefault(each.page_id, []).append(each)
    keys = {
        item.key for claims in texts.values() for c in claims or () for item in c.cited
    }
    aliases = ReferenceAlias.objects.filter(key__in=keys)
    present = dict(aliases.values_list("key", "reference__key"))
    return [
        Line(
            title=row.title or row.page.slug,
            kind=str(PAGES[kind]._meta.verbose_name),
            path=reverse(f"admin:{kind.replace('.', '_')}_claims", args=[row.page_id]),
            sums=_sums(texts[row.pk], evidence.get(row.page_id, []), present),
            live_from=row.live_from,
        )
        for row in rows
    ]


def _claims(body: str) -> tuple[Claim, ...] | None:
    try:
        return claims_in(body)
    except BodyRefused:
        return None


def _sums(
    claims: tuple[Claim, ...] | None,
    evidence: list[Evidence],
    present: Mapping[str, str],
) -> Sums | None:
    return None if claims is None else sums(claims, evidence, present)


def csv_of(choice: Choice) -> Iterator[str]:
    """All lines as CSV, bit by bit."""
    return csv_lines(HEADING, _cells(choice))


def _cells(choice: Choice) -> Iterator[list[Any]]:
    revisions, kind = choice.revisions(), choice.cleaned_data["kind"]
    keys = list(revisions.values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        wanted = keys[start : start + _CHUNK]
        by_key = revisions.model.objects.select_related("page").in_bulk(wanted)
        rows = [by_key[key] for key in wanted if key in by_key]
        for line in lines_of(rows, kind):
            yield _line(line)


def _line(line: Line) -> list[Any]:
    said = line.sums
    counts = (
        [said.cited, said.quoted, said.verified, said.uncited] if said else [None] * 4
    )
    since = localtime(line.live_from)
    return [line.title, line.kind, *counts, since, f"{absolute(line.path)}?of=live"]
