"""What readers see of terms: the A–Z, a term's relatives, where it is mentioned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from immunosite.core.documents import pages_that_use
from immunosite.core.reviews import with_dates
from immunosite.core.standing import as_stood
from immunosite.core.uses import (
    Place,
    places_linking,
    places_naming,
    places_with,
    united,
)
from references.reading import with_standing

from .lettering import plain_words
from .mentioning import ANCHOR
from .models import MentionBase, Relation, Term, TermRevision

OTHER = "#"
PAGE_SIZE = 60


def dated_terms(at: datetime | None = None) -> Any:
    """:func:`live_terms` with what :func:`immunosite.core.reviews.with_dates` adds."""
    return with_dates(live_terms(at), at)


def live_terms(at: datetime | None = None) -> QuerySet[TermRevision]:
    """The live revisions, by headword; or those that were live at a moment, as far as
    readers may still see them."""
    terms = as_stood(TermRevision.objects.select_related("page"), at)
    return terms.order_by(Lower("title"), "pk")


def moment_of_change() -> tuple[datetime | None, datetime | None]:
    """When a term last went live, and when one last ceased to be. What is live changes
    only at such moments, and with the epoch."""
    now = timezone.now()
    last = TermRevision.objects.aggregate(
        begun=Max("live_from", filter=Q(live_from__lte=now)),
        ended=Max("live_until", filter=Q(live_until__lte=now)),
    )
    return last["begun"], last["ended"]


class Listed(NamedTuple):
    """A live term's place in the A–Z."""

    letter: str
    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the A–Z, how many terms begin with it, and the address of these."""

    letter: str
    count: int
    path: str

    @property
    def anchor(self) -> str:
        """The letter in an address."""
        return _in_address(self.letter)


def _in_address(letter: str) -> str:
    return "other" if letter == OTHER else letter.lower()


def initial(words: Sequence[str]) -> str:
    """The letter under which plain words stand, ``#`` when they begin with none."""
    letter = words[0][0].upper()[:1] if words else ""
    return letter if letter.isalpha() else OTHER


def listed() -> list[Listed]:
    """All live terms as in a dictionary, word by word: case, accents, hyphens and
    quotation marks make no difference, “β-cell” stands under B; first what begins with
    no letter.

    Sorted here, for each database sorts in another way.
    """
    rows = []
    for pk, title in live_terms().order_by().values_list("pk", "title"):
        words = plain_words(title)
        letter = initial(words)
        rows.append((letter != OTHER, words, title, pk, letter))
    return [Listed(letter, pk, title) for *_, title, pk, letter in sorted(rows)]


def letters_of(terms: Collection[Listed]) -> list[Letter]:
    """The letters that occur among all live terms. Where these make one page of the
    list, a letter is a place there, else it has pages of its own."""
    is_short = len(terms) <= PAGE_SIZE
    return [
        Letter(letter, count, _path_of(letter, is_short=is_short))
        for letter, count in Counter(term.letter for term in terms).items()
    ]


def _path_of(letter: str, *, is_short: bool) -> str:
    name = _in_address(letter)
    if is_short:
        return f"{reverse('glossary:list')}#letter-{name}"
    return reverse("glossary:letter", args=[name])


def alphabet() -> list[Letter]:
    """The letters of all live terms."""
    return letters_of(listed())


def by_letter(terms: Iterable[Listed]) -> list[tuple[str, str, list[TermRevision]]]:
    """Some terms of the list under their letters: (letter, letter in an address, live
    revisions)."""
    places = list(terms)
    rows: Any = live_terms().in_bulk([place.pk for place in places])
    return [
        (
            letter,
            _in_address(letter),
            [rows[term.pk] for term in run if term.pk in rows],
        )
        for letter, run in groupby(places, key=attrgetter("letter"))
    ]


def senses_of(words: str) -> list[TermRevision]:
    """The live terms of which folded words are one sense, by headword; each has the
    words as it writes them in ``form``."""
    terms: Any = live_terms().filter(forms__folded=words, forms__is_sense=True)
    found: dict[int, TermRevision] = {}
    for term in terms.annotate(form=F("forms__text")):
        found.setdefault(term.pk, term)
    return list(found.values())


def related_to(
    revision: TermRevision, *, apart_from: Collection[int] = (), most: int = 8
) -> QuerySet[TermRevision]:
    """Live terms that this definition mentions, or whose definitions mention it, but for
    those with these keys."""
    mentioned = Q(page__glossary_mentions__revision=revision)
    mentioning = Q(mentions__term=revision.page_id)
    related = live_terms().filter(mentioned | mentioning)
    return related.exclude(page__in=[revision.page_id, *apart_from]).distinct()[:most]


def pages_mentioning(term: Any) -> Any:
    """The live documents that link a term, itself and its fellow terms apart."""
    mentioning = pages_that_use(term, MentionBase)
    return mentioning.exclude(kind=term._meta.label_lower)


def places_of(term: Term) -> list[Place]:
    """The other pages that link a term, mark one of its words, or lead to it as to a
    relative; or draft to."""
    newest = term.newest()
    words = newest.forms.values_list("text", flat=True) if newest else ()
    names = [*term.all_slugs(), *words]
    marked = "|".join(map(re.escape, names))
    mark = re.compile(rf"\[\[\s*(?:{marked})\s*(?:\||\]\])", re.IGNORECASE)
    linked = [
        places_with(model._default_manager.filter(term=term), by="revision")
        for model in mention_models()
    ]
    linked.append(places_with(Relation.objects.filter(term=term), by="revision"))
    direct = places_linking(term.get_absolute_url())
    found = united(places_naming(names, mark), direct, *linked)
    own = (term._meta.label_lower, term.pk)
    return [place for place in found if (place.kind, place.page_id) != own]


def mention_models() -> list[Any]:
    """The tables of mentions, one for each kind of page."""
    models: list[Any] = [
        relation.related_model for relation in Term._meta.related_objects
    ]
    return [model for model in models if issubclass(model, MentionBase)]


def words_on(revision: Any, at: datetime | None = None) -> list[TermRevision]:
    """The live definitions of the terms that a revision of any kind links, by headword,
    or the definitions as they were at a moment.

    Each has the ``anchor`` of its first mention there and the ``name`` that the links
    use: the term's slug when the page was compiled, so a rename breaks no link; and the
    ``standing`` of the sources of the definition (see :mod:`references.standing`).
    """
    mentions: Any = revision._meta.get_field("mentions").related_model
    path = f"page__{mentions._meta.get_field('term').related_query_name()}"
    words = live_terms(at).filter(**{f"{path}__revision": revision})
    words = with_standing(words)
    found: list[Any] = list(words.annotate(anchor=F(f"{path}__anchor")))
    for word in found:
        word.name = word.anchor.removeprefix(ANCHOR)
    return found
