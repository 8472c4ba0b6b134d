"""Which addresses outside the site live content uses, where, and with which words.

What is not live is not looked at: the addresses in a draft are nobody's business yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from immunosite.core.hyperlinks import outside_address, outside_links
from immunosite.core.outsidelinks import MAX_URL, MAX_WORDS, LinkUse, OutsideLink
from references.identifiers import canonical
from references.identifiers import url as identifier_url
from references.models import Notice, Reference

from .deskrows import REVISIONS
from .linkplaces import REFERENCE

# What a reference's own web address is called among its uses.
WEB_PAGE = "Web page"
# The texts of a kind of page that may hold links: as typed, and as compiled.
MARKDOWN = {
    "articles.article": (("body", "html"),),
    "glossary.term": (("body", "html"), ("professional", "professional_html")),
}
_AT_A_TIME = 200
# url, kind, key of the thing, words, whether they can be mended
Found = tuple[str, str, int, str, bool]


@dataclass(frozen=True, slots=True)
class Collected:
    """How many addresses are in use, how many of them had not been known, how many
    known ones are no longer used, and how many are too long to be kept."""

    used: int
    new: int
    dropped: int
    too_long: int


def collect() -> Collected:
    """Make the uses what is live now. An address that is used no more is forgotten,
    unless somebody wrote something down about it."""
    # Read first: nobody has to wait with a save while all pages are looked through.
    found = set(_found())
    with transaction.atomic():
        return _keep(found)


def _keep(found: set[Found]) -> Collected:
    kept = {use for use in found if len(use[0]) <= MAX_URL}
    urls = {url for url, *_ in kept}
    known = set(OutsideLink.objects.values_list("url", flat=True))
    OutsideLink.objects.bulk_create(
        [OutsideLink(url=url) for url in sorted(urls - known)],
        batch_size=_AT_A_TIME,
        ignore_conflicts=True,
    )
    _use(kept)
    dropped = _forget_unused()
    too_long = len({url for url, *_ in found - kept})
    return Collected(len(urls), len(urls - known), dropped, too_long)


def _use(wanted: set[Found]) -> None:
    """Let the stored uses be these."""
    keys = dict(OutsideLink.objects.values_list("url", "pk"))
    fresh = {(keys[url], *use) for url, *use in wanted}
    names = ("link_id", "kind", "subject_id", "words", "is_mendable")
    gone = []
    stored = LinkUse.objects.values_list("pk", *names).iterator(_AT_A_TIME)
    for pk, *use in stored:
        if tuple(use) in fresh:
            fresh.remove(tuple(use))
        else:
            gone.append(pk)
    for start in range(0, len(gone), _AT_A_TIME):
        LinkUse.objects.filter(pk__in=gone[start : start + _AT_A_TIME]).delete()
    new = [LinkUse(**dict(zip(names, use, strict=True))) for use in sorted(fresh)]
    LinkUse.objects.bulk_create(new, batch_size=_AT_A_TIME)


def _forget_unused() -> int:
    used = Exists(LinkUse.objects.filter(link=OuterRef("pk")))
    unused = OutsideLink.objects.exclude(used)
    count, _ = unused.filter(ignored_reason="", archived_url="").delete()
    return count


def _found() -> Iterator[Found]:
    for kind, revisions in REVISIONS.items():
        live = revisions.objects.live().order_by()
        texts = [html for _, html in MARKDOWN[kind]]
        pages = live.values_list("page_id", *texts)
        for pk, *compiled in pages.iterator(chunk_size=_AT_A_TIME):
            for link in outside_links("\n".join(compiled), site=settings.SITE_URL):
                yield link.url, kind, pk, link.words[:MAX_WORDS], True
    records = Reference.objects.order_by().values_list("pk", "csl")
    for pk, csl in records.iterator(chunk_size=_AT_A_TIME):
        yield from _at(pk, _addresses(csl))
    for notice in Notice.objects.order_by().iterator(chunk_size=_AT_A_TIME):
        yield from _at(notice.reference_id, [(str(notice), notice.source)])


def _at(pk: int, named: Iterable[tuple[str, str]]) -> Iterator[Found]:
    for words, address in named:
        if url := outside_address(address, site=settings.SITE_URL):
            yield url, REFERENCE, pk, words[:MAX_WORDS], words == WEB_PAGE


def _addresses(csl: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The addresses of a record, each with the name of its part."""
    for scheme, value in canonical(csl)[0].items():
        if url := identifier_url(scheme, value):
            yield scheme.upper(), url
    if page := str(csl.get("URL", "")).strip():
        yield WEB_PAGE, page
