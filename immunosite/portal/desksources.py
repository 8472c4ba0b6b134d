"""The list of pages to look at again, since a notice came about a source of theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse

from references.models import NoticeKind, NoticeTask

from .deskrows import DeskList, lines, may_view, newest


class Sources(DeskList):
    """The open tasks that follow from notices, one line each, the oldest first."""

    name = "sources"
    title = "Sources to look at again"
    empty = "No page cites a source about which its publisher has said something new."
    what = "Notice"
    moment = "Since"
    order = ("moment", "kind", "page_id", "task")

    def is_for(self, user: Any) -> bool:
        return may_view(user, "references.noticetask") and super().is_for(user)

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        # A task knows its page by the label and the key only.
        pages = lines(newest(revisions), kind, what=Value(""), moment=F("created_at"))
        page = pages.filter(page=OuterRef("page_id"))
        columns = ("number", "title", "slug", "owner", "who")
        tasks = NoticeTask.objects.filter(
            kind=kind, closed_at=None, page_id__in=newest(revisions).values("page")
        )
        return [
            tasks.order_by().values(
                "kind",
                "page_id",
                task=F("pk"),
                what=Concat("notice__kind", Value(" "), "notice__reference__key"),
                moment=F("opened_at"),
                **{name: Subquery(page.values(name)[:1]) for name in columns},
            )
        ]

    def say(self, line: dict[str, Any]) -> str:
        """“Retraction of larkin-2015”."""
        kind, _, key = line["what"].partition(" ")
        return f"{NoticeKind(kind).label} of {key}"

    def path(self, line: dict[str, Any], user: Any) -> str:
        return reverse("admin:references_noticetask_change", args=[line["task"]])
