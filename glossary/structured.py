"""What the glossary tells search engines: https://schema.org/DefinedTerm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from immunosite.core.metadata import absolute, json_ld

from .concepts import ABOUT
from .models import Form, FormKind, TermRevision


def defined_term(revision: TermRevision, forms: list[Form]) -> SafeString:
    """The script element of a live term with its forms."""
    return json_ld(
        {
            "@type": "DefinedTerm",
            "@id": absolute(revision.page.get_absolute_url()),
            "url": absolute(revision.page.get_absolute_url()),
            "name": _name(revision),
            "alternateName": _other_names(revision, forms),
            "description": revision.lead,
            "termCode": revision.page.slug,
            "image": absolute(revision.picture) if revision.picture else "",
            "inDefinedTermSet": _set(),
        }
    )


def defined_terms(
    revisions: Iterable[TermRevision], files: Iterable[tuple[str, str]] = ()
) -> SafeString:
    """The script element of a list of live terms: the glossary, these of it, and the
    files, as (path, media type), that hold all of it."""
    terms = [
        {
            "@type": "DefinedTerm",
            "@id": absolute(revision.page.get_absolute_url()),
            "url": absolute(revision.page.get_absolute_url()),
            "name": revision.title,
            "description": revision.lead,
            "termCode": revision.page.slug,
        }
        for revision in revisions
    ]
    encodings = [
        {
            "@type": "MediaObject",
            "contentUrl": absolute(path),
            "encodingFormat": media_type,
        }
        for path, media_type in files
    ]
    return json_ld({**_set(), "hasDefinedTerm": terms, "encoding": encodings})


def _set() -> dict[str, Any]:
    address = absolute(reverse("glossary:list"))
    return {
        "@type": "DefinedTermSet",
        "@id": address,
        "url": address,
        "name": f"{settings.SITE_NAME}: glossary",
        "description": ABOUT,
        "inLanguage": "en",
    }


def _name(revision: TermRevision) -> Any:
    """The headword, and how it is said (https://schema.org/PronounceableText)."""
    if not revision.phonetic:
        return revision.title
    said = {
        "@type": "PronounceableText",
        "inLanguage": "en",
        "textValue": revision.title,
        "speechToTextMarkup": "IPA",
        "phoneticText": revision.phonetic,
    }
    return [revision.title, said]


def _other_names(revision: TermRevision, forms: list[Form]) -> list[Any]:
    """Its other forms, and the headwords of other languages as JSON-LD 1.1, section
    4.2.4, has them."""
    names = [form.text for form in forms if form.kind != FormKind.HEADWORD]
    translated = [
        {"@value": word, "@language": code}
        for code, word in sorted(revision.translations.items())
    ]
    return [*names, *translated]
