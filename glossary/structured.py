"""What a term tells search engines: https://schema.org/DefinedTerm."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from immunosite.core.metadata import absolute, json_ld

from .models import Form, TermRevision


def defined_term(revision: TermRevision, forms: list[Form]) -> SafeString:
    """The script element of a live term with its forms."""
    return json_ld(
        {
            "@type": "DefinedTerm",
            "url": absolute(revision.page.get_absolute_url()),
            "name": revision.title,
            "alternateName": [form.text for form in forms if form.kind != "headword"],
            "description": revision.lead,
            "inDefinedTermSet": {
                "@type": "DefinedTermSet",
                "name": f"{settings.SITE_NAME}: glossary",
                "url": absolute(reverse("glossary:list")),
            },
        }
    )
