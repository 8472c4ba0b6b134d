"""The whole glossary as files for readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.urls import reverse

from immunosite.core.attaching import attachment
from immunosite.core.caching import Epoch
from immunosite.core.metadata import absolute
from immunosite.core.plaintext import in_words

from .concepts import export_skos
from .formats import FORMATS, Format
from .models import TermRevision
from .outgoing import live_said
from .reading import moment_of_change

NAME = "glossary"
_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class File:
    """A file that holds every live term."""

    label: str
    extension: str
    media_type: str
    made: Callable[[], str]

    @property
    def address(self) -> str:
        """Its path on this site."""
        return reverse("glossary:download", args=[self.extension])


def _dumped(form: Format) -> str:
    return form.dump(live_said(shown=_as_shown))


def _as_shown(revision: TermRevision) -> dict[str, str]:
    """What readers see of a revision: what was typed may hold notes that nobody sees,
    and marks and addresses that mean something here only."""
    files = {"audio": revision.audio, "picture": revision.picture}
    return {
        "definition": in_words(revision.html),
        "professional": in_words(revision.professional_html),
        **{name: absolute(path) if path else "" for name, path in files.items()},
    }


# The media types of the last two: https://www.w3.org/TR/turtle/#sec-mediaReg,
# https://www.w3.org/TR/json-ld11/#iana-considerations.
FILES = {
    each.extension: each
    for each in (
        *(
            File(form.label, form.extension, form.media_type, partial(_dumped, form))
            for form in FORMATS.values()
        ),
        File(
            "SKOS (Turtle)", "ttl", "text/turtle", partial(export_skos, "skos-turtle")
        ),
        File(
            "SKOS (JSON-LD)",
            "jsonld",
            "application/ld+json",
            partial(export_skos, "skos-jsonld"),
        ),
    )
}


def file_named(extension: str) -> File:
    """The file with an extension. Raises Http404 when there is none."""
    if extension not in FILES:
        raise Http404(f"There is no file of the kind “{extension}”.")
    return FILES[extension]


def state_of(file: File, epoch: Epoch) -> str:
    """Names what a file holds now; ``epoch`` is the present one."""
    moments = (epoch.moved_at, *moment_of_change())
    told = (f"{moment.timestamp():.6f}" if moment else "" for moment in moments)
    return "-".join([settings.RELEASE, str(epoch), *told, file.extension])


def file_response(file: File, epoch: Epoch) -> HttpResponse:
    """The file to save. It is made anew only when its state is another: a large one,
    which no page cache keeps, takes seconds."""
    key, state = f"glossary-file:{file.extension}", state_of(file, epoch)
    kept_state, text = cache.get(key, ("", ""))
    if kept_state != state:
        text = file.made()
        cache.set(key, (state, text), timeout=_A_DAY)
    return attachment(text, NAME, extension=file.extension, media_type=file.media_type)
