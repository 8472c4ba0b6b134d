"""A rendered text as plain words. Pure."""

from __future__ import annotations

import re
from html import unescape

import nh3

# Marks of citations and footnotes lead nowhere here, nor do the footnotes; the table of
# a chart repeats its figure.
_LEFT_OUT = re.compile(
    r'<sup class="(?:cite|footnote-ref)">.*?</sup>'
    r'|<section class="footnotes">.*?</section>'
    r"|<details>.*?</details>",
    re.DOTALL,
)
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_BLOCK = re.compile(
    r"</?(?:blockquote|d[dlt]|div|figcaption|figure|h[1-6r]|li|ol|p|pre|section|t[dhr]"
    r"|table|tbody|thead|ul)\b[^>]*>"
)


def in_words(html: str) -> str:
    """What a text that :func:`immunosite.core.markdown.sanitise` returned says in plain
    words, one block a line."""
    flat = " ".join(_LEFT_OUT.sub("", html).split())
    lined = _BLOCK.sub("\n", _PICTURE.sub(r" \1 ", flat))
    plain = unescape(nh3.clean(lined.replace("<br>", " "), tags=set()))
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return "\n".join(filter(None, lines))
