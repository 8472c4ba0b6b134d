"""What a page tells machines about itself (https://schema.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .fields import trusted

# What could end the script element, or begin a comment in it.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}


def json_ld(data: Mapping[str, Any]) -> SafeString:
    """A JSON-LD script element. No script runs, so the site's policy allows it."""
    given = {name: value for name, value in data.items() if value}
    text = json.dumps(
        {"@context": "https://schema.org", **given},
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
    )
    return format_html(
        '<script type="application/ld+json">{}</script>',
        trusted(text.translate(_ESCAPES)),
    )


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return settings.SITE_URL + path
