"""Whole pages for anonymous readers, kept under a content epoch.

The epoch is one number in the database. Every change of public content moves it in
the change's own transaction, so all server processes see it at their next request.
A page is never kept past the next moment when something goes live or ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from .documents import Document, foot

# Bytes of the largest page that is kept; a long list in a file can be larger.
MOST_KEPT = 1_000_000
_PREFIXES = ("/admin/", "/media/", "/healthz")


class Epoch(models.Model):
    """A single row that counts the changes of public content."""

    value = models.PositiveBigIntegerField(default=0)
    moved_at = models.DateTimeField(default=datetime(2000, 1, 1, tzinfo=UTC))
    foot = models.JSONField(
        default=list,
        help_text="What documents.foot returned then: it stands on every page, and "
        "every page reads this row anyway.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="core_epoch_one_row")
        ]

    def __str__(self) -> str:
        return str(self.value)


def begin_epoch(using: str, **kwargs: Any) -> None:
    """Make the one row; Django calls it after ``migrate`` and after ``flush``."""
    Epoch.objects.using(using).get_or_create(pk=1)


def hold_epoch() -> None:
    """Let no other change of public content run until this transaction ends.

    So a check over all that is live (no two terms own one form, say) still holds
    when the change commits.
    """
    Epoch.objects.select_for_update().get(pk=1)


def move_epoch() -> None:
    """Make every kept page out of date, once the surrounding transaction commits."""
    Epoch.objects.filter(pk=1).update(
        value=F("value") + 1, moved_at=timezone.now(), foot=foot()
    )


class PageCache:
    """Middleware: answers anonymous GETs from the cache; one query on a hit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_keepable_request(request):
            return _keep_to_oneself(request, self.get_response(request))
        key = _key(request)
        kept = cache.get(key)
        if kept is not None:
            return _response(*kept)
        now = timezone.now()
        response = self.get_response(request)
        if not _is_keepable_response(response):
            return response
        patch_cache_control(response, public=True, no_cache=True)
        seconds = _seconds_until_change(now)
        is_small = len(response.content) <= MOST_KEPT
        if seconds > 0 and request.method == "GET" and is_small:
            headers = dict(response.items())
            cache.set(key, (response.content, headers), timeout=seconds)
        return response


def epoch_of(request: Any) -> Epoch:
    """The epoch as this request found it."""
    if not hasattr(request, "epoch"):
        request.epoch = Epoch.objects.get(pk=1)
    return request.epoch


def _key(request: HttpRequest) -> str:
    address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    # Hashed, for an address may be longer than a cache's keys.
    digest = hashlib.sha256(address.encode()).hexdigest()
    return f"page:{settings.RELEASE}:{epoch_of(request)}:{digest}"


def _keep_to_oneself(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What a logged-in person is shown may not stay in a cache on the way to them."""
    is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES
    if is_personal and not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _response(content: bytes, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(content, headers=headers)


def _is_keepable_request(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.path.startswith(_PREFIXES)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and set(request.GET) <= {"page"}
    )


def _is_keepable_response(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
    )


def _seconds_until_change(now: datetime) -> float:
    # At midnight a review that was due becomes overdue.
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    changes = [today + timedelta(days=1), Document.objects.next_change(now)]
    return min((at - timezone.now()).total_seconds() for at in changes if at)
