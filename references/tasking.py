"""The tasks that follow from notices: look at each page again that cites the source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from immunosite.core import audit
from immunosite.core.uses import Place

from .models import Decision, Notice, NoticeTask, Reference
from .reading import citation_models

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_RIGHT = "references.change_noticetask"


def open_tasks(notice: Notice, places: Iterable[Place]) -> list[str]:
    """Open a task for each of the pages that has none about this notice; return their
    titles."""
    had = set(notice.tasks.values_list("kind", "page_id"))
    new = [place for place in places if (place.kind, place.page_id) not in had]
    NoticeTask.objects.bulk_create(
        NoticeTask(notice=notice, kind=place.kind, page_id=place.page_id)
        for place in new
    )
    return [place.title for place in new]


def move_tasks(former: Notice, notice: Notice) -> None:
    """Carry the tasks of a notice over to another that says the same, but for pages
    that have one there."""
    had = set(notice.tasks.values_list("kind", "page_id"))
    for task in former.tasks.all():
        if (task.kind, task.page_id) not in had:
            task.notice = notice
            task.save(update_fields=["notice"])


def tasks_about(page: Any) -> QuerySet[NoticeTask]:
    """The tasks of a page of any kind, the oldest first."""
    tasks = NoticeTask.objects.filter(kind=page._meta.label_lower, page_id=page.pk)
    return tasks.select_related("notice__reference")


def with_titles(tasks: Any) -> Any:
    """Adds ``page_title``: that of the newest revision, empty for a page that is gone."""
    cases = []
    for label, revisions in kinds_of_pages().items():
        newest = revisions.objects.filter(page=OuterRef("page_id")).order_by("-number")
        cases.append(When(kind=label, then=Subquery(newest.values("title")[:1])))
    title = Case(*cases, output_field=CharField())
    return tasks.annotate(page_title=Coalesce(title, Value("")))


def kinds_of_pages() -> dict[str, Any]:
    """The labels of the kinds of pages that cite, with the models of their revisions."""
    fields = (model._meta.get_field("revision") for model in citation_models())
    models: list[Any] = [field.related_model for field in fields]
    return {
        model._meta.get_field("page").related_model._meta.label_lower: model
        for model in models
    }


def page_of(task: NoticeTask) -> Any:
    """The page that a task is about; None when it is no longer there."""
    try:
        model: Any = apps.get_model(task.kind)
    except LookupError:
        return None
    return model._default_manager.filter(pk=task.page_id).first()


@transaction.atomic
def close_task(
    task: NoticeTask, *, decision: str, reason: str, by: AbstractUser
) -> None:
    """Settle a task. Raises ValidationError, keyed by field, when the decision does not
    hold (the page was not changed, not withdrawn), a reason is missing, or somebody
    else has closed it."""
    audit.require(by, _RIGHT)
    _lock(task)
    if task.closed_at:
        raise ValidationError(f"{task.closed_by} has closed this task already.")
    page = page_of(task)
    errors = {}
    if why := _against(decision, task, page):
        errors["decision"] = why
    if not reason.strip():
        errors["reason"] = "Say why, for the record."
    if errors:
        raise ValidationError(errors)
    task.decision, task.reason = decision, " ".join(reason.split())
    task.closed_by_id, task.closed_at = by.pk, timezone.now()
    task.full_clean()
    task.save()
    _record(task, page, "close notice task", by=by, decision=decision, reason=reason)


@transaction.atomic
def reopen_task(task: NoticeTask, *, reason: str, by: AbstractUser) -> None:
    """Take a decision back that was a mistake. What it was stays in the audit. Raises
    ValidationError, keyed by field."""
    audit.require(by, _RIGHT)
    _lock(task)
    if not task.closed_at:
        raise ValidationError("This task is open.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why, for the record."})
    was = {"decision": task.decision, "reason": task.reason}
    task.decision = task.reason = ""
    task.closed_by = task.closed_at = None
    task.save()
    page = page_of(task)
    _record(task, page, "reopen notice task", by=by, before=was, reason=reason)


def _lock(task: NoticeTask) -> None:
    """Let nobody else settle it meanwhile, and see what they did before."""
    NoticeTask.objects.select_for_update().get(pk=task.pk)
    task.refresh_from_db()


def _record(
    task: NoticeTask, page: Any, action: str, *, by: AbstractUser, **details: Any
) -> None:
    about = {"notice": str(task.notice), "reference": task.notice.reference.key}
    audit.record(page or task, action, by=by, **about, **details)


def _against(decision: str, task: NoticeTask, page: Any) -> str:
    """Why a decision does not hold, in plain words; empty when it does."""
    if decision not in Decision.values:
        return "Choose what you decided."
    if decision == Decision.CHANGED and not (page and _has_changed(task, page)):
        return (
            "No newer text of this page was published since the task was opened. "
            "Publish the change first."
        )
    if decision == Decision.WITHDRAWN and page and not _is_withdrawn(page):
        return "This page is not withdrawn. Withdraw it first."
    return ""


def _has_changed(task: NoticeTask, page: Any) -> bool:
    """Whether readers see a newer text; where they see nothing of the source, a newer
    draft is enough."""
    published = page.revisions.filter(
        live_from__gt=task.opened_at, live_from__lte=timezone.now()
    )
    if published.exists():
        return True
    saved = page.revisions.filter(created_at__gt=task.opened_at)
    return saved.exists() and not _is_cited(task.notice.reference, page)


def _is_cited(reference: Reference, page: Any) -> bool:
    """Whether what readers see of a page, or will see, cites a reference."""
    public = page.revisions.current()
    return any(
        model.objects.filter(reference=reference, revision__in=public).exists()
        for model in citation_models()
        if model._meta.get_field("revision").related_model is public.model
    )


def _is_withdrawn(page: Any) -> bool:
    return bool(page.withdrawn_as) and not page.revisions.current().exists()
