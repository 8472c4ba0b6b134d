"""Taking a reader's answer to “Was this page helpful?”."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from articles.reading import live_articles
from glossary.reading import live_terms
from immunosite.core.feedback import Answer, Reason, give_feedback
from immunosite.core.throttling import is_first_today

# The pages that ask: the name of their view → their live revisions.
_ASKING: dict[str, Callable[[], Any]] = {
    "articles:detail": live_articles,
    "glossary:detail": live_terms,
}
_PORTS = {"http": 80, "https": 443}


class AnswerForm(forms.Form):
    """What the form at the end of a page sends."""

    page = forms.CharField(max_length=1_000)
    answer = forms.ChoiceField(choices=Answer.choices)
    reason = forms.ChoiceField(choices=Reason.choices, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("reason") and (
            self.cleaned_data.get("answer") != Answer.NO
        ):
            raise forms.ValidationError("Only a “no” has a reason.")
        return self.cleaned_data


def page_at(path: str) -> Any:
    """The live revision of the article or term at a path of this site, or None."""
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return None
    slug = match.kwargs.get("slug", "")
    if match.view_name not in _ASKING or "\0" in slug:
        return None
    return _ASKING[match.view_name]().filter(page__slug=slug).first()


def take_answer(revision: Any, answer: str, reason: str, *, address: str) -> None:
    """Count an answer, unless this address has answered on this page today.

    Raises TooMany when it answers more often than any reader would.
    """
    deed = f"answer {revision.page._meta.label_lower} {revision.page_id}"
    if is_first_today(deed, address=address):
        give_feedback(revision, answer=answer, reason=reason)


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request, as the reader's browser says.

    This stands in for Django's token against cross-site requests, which would need a
    cookie, and readers get none. No script of another site can forge these headers:
    browsers write ``Sec-Fetch-Site`` (https://www.w3.org/TR/fetch-metadata/) and
    ``Origin`` themselves. Browsers that are too old for the first, or that came by
    plain HTTP, send ``Origin`` with a POST, the oldest only ``Referer``. Without any of
    them the request is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return _origin(sender) == _origin(settings.SITE_URL)


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454), or None for what is no address of a site."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
