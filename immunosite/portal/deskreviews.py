"""The list of pages that must be looked at again, and by whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from .deskrows import AHEAD, NOBODY, REVISIONS, DeskList, lines, name_of, newest


@dataclass(frozen=True, slots=True)
class OwnerSum:
    """How many reviews one owner's pages need; ``key`` is that of the user or NOBODY."""

    key: str
    name: str
    total: int
    overdue: int


class ReviewsDue(DeskList):
    """Pages that must be looked at again, overdue ones first. A withdrawn page has no
    readers, so it needs none."""

    name = "reviews"
    title = "Reviews due"
    empty = "No review is overdue or falls due in the next 30 days."
    what = "Review"
    moment = "Due"
    is_by_owner = True
    has_times = False
    order = ("moment", "kind", "page_id")

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        public = revisions.model.objects.filter(page=OuterRef("page")).current()
        due = newest(self._due(revisions))
        return [lines(due, kind, what=Exists(public), moment=F("page__review_due_on"))]

    def by_owner(self, user: Any) -> list[OwnerSum]:
        """The sums of all owners, the one with most that is overdue first."""
        late = Q(page__review_due_on__lt=timezone.localdate())
        parts = [
            newest(self._due(REVISIONS[kind].objects.order_by()))
            .values(owner=F("page__owner"), called=name_of("page__owner"))
            .annotate(total=Count("pk"), late=Count("pk", filter=late))
            for kind in self.kinds(user)
        ]
        totals, overdue = Counter[tuple[Any, str]](), Counter[tuple[Any, str]]()
        # Newer Django orders a union by the model's own ordering, which is no column here.
        rows = parts[0].union(*parts[1:], all=True).order_by() if parts else ()
        for part in rows:
            owner = (part["owner"] or NOBODY, part["called"] or "Nobody")
            totals[owner] += part["total"]
            overdue[owner] += part["late"]
        ranked = sorted(totals, key=lambda who: (-overdue[who], -totals[who], who[1]))
        return [
            OwnerSum(str(who[0]), who[1], totals[who], overdue[who]) for who in ranked
        ]

    def mine(self, user: Any) -> Q:
        return Q(page__owner=user.pk)

    def say(self, line: dict[str, Any]) -> str:
        days = (line["moment"] - timezone.localdate()).days
        count = f"{abs(days)} day{'s' * (abs(days) != 1)}"
        when = f"Due in {count}" if days > 0 else f"Overdue by {count}"
        return (
            f"{when if days else 'Due today'}{'' if line['what'] else ', not public'}"
        )

    def is_late(self, line: dict[str, Any]) -> bool:
        return line["moment"] < timezone.localdate()

    def _due(self, revisions: Any) -> Any:
        last = timezone.localdate() + AHEAD
        return revisions.filter(page__review_due_on__lte=last, page__withdrawn_as="")
