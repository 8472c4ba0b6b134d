"""The lists of what waits on the desk of the staff."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from immunosite.core import workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.pages import Status

from .deskrows import (
    AHEAD,
    REVISIONS,
    DeskList,
    lines,
    newest,
    step_of,
)

# More messages would only make the line long; the page itself has all.
_MOST_MESSAGES = 3


class Drafts(DeskList):
    """Pages whose newest revision has not been published."""

    name = "drafts"
    title = "Drafts"
    front_title = "My drafts"
    empty = "No drafts: all that was saved last is published."
    starts_mine = True

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        public = revisions.model.objects.filter(page=OuterRef("page")).current()
        against = Case(
            When(Exists(public), then=Value(", newer than the public text")),
            default=Value(", not public yet"),
        )
        what = Concat("status", against, output_field=CharField())
        drafts = newest(revisions.filter(live_from=None))
        return [lines(drafts, kind, what=what, moment=F("created_at"))]

    def mine(self, user: Any) -> Q:
        return Q(created_by=user.pk)

    def say(self, line: dict[str, Any]) -> str:
        return line["what"].capitalize()


class Waiting(DeskList):
    """What the reader could do next, by their rights: review what others wrote, mend
    their own, publish what is approved. What waits longest comes first."""

    name = "waiting"
    title = "Waiting for me"
    empty = "Nothing waits for you: no review, no correction, no publication."
    what = "To do"
    moment = "Since"
    has_mine = False
    order = ("moment", "kind", "page_id")
    steps = {
        Status.IN_REVIEW: "Review it",
        Status.CHANGES_REQUESTED: "Make the changes asked for",
        Status.APPROVED: "Publish it",
    }

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        page = REVISIONS[kind].page.field.related_model()
        own = Q(created_by=user.pk)
        wanted = {
            "review": Q(status=Status.IN_REVIEW) & ~own,
            "change": Q(status=Status.CHANGES_REQUESTED) & own,
            "publish": Q(status=Status.APPROVED),
        }
        mine = Q(pk__in=[])
        for name, condition in wanted.items():
            if user.has_perm(workflow.right(page, name)):
                mine |= condition
        waiting = newest(revisions.filter(mine, live_from=None))
        # The last step of a page is the newest revision's, since that began as a draft.
        step = AuditEntry.objects.filter(
            subject_type=kind,
            subject_id=OuterRef("page_id"),
            action__in=workflow.TRANSITIONS,
        ).order_by("-at")
        since = Coalesce(Subquery(step.values("at")[:1]), "created_at")
        return [lines(waiting, kind, what=F("status"), moment=since)]

    def say(self, line: dict[str, Any]) -> str:
        return self.steps[line["what"]]

    def path(self, line: dict[str, Any], user: Any) -> str:
        number = line["number"]
        return {
            Status.IN_REVIEW: lambda: step_of(line, "review", number),
            Status.CHANGES_REQUESTED: lambda: step_of(line, "change"),
            Status.APPROVED: lambda: step_of(line, "publish", number),
        }[line["what"]]()


class Scheduled(DeskList):
    """What goes live or ends soon, the next first. A revision that another one follows
    without a gap does not end the page."""

    name = "scheduled"
    title = "Scheduled"
    empty = "Nothing goes live or ends in the next 30 days."
    what = "Event"
    moment = "When"
    order = ("moment", "kind", "page_id")

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        now = timezone.now()
        soon = (now, now + AHEAD)
        of_page = revisions.model.objects.filter(page=OuterRef("page"))
        follows = Exists(of_page.filter(live_from=OuterRef("live_until")))
        begin = revisions.filter(live_from__gt=soon[0], live_from__lte=soon[1])
        end = revisions.filter(live_until__gt=soon[0], live_until__lte=soon[1])
        events = (
            ("Goes live", begin, "live_from"),
            ("Ends", end.exclude(follows), "live_until"),
        )
        return [
            lines(some, kind, what=Value(event, CharField()), moment=F(moment))
            for event, some, moment in events
        ]


class Problems(DeskList):
    """Live pages whose compiled text has something to mend."""

    name = "problems"
    title = "Problems on live pages"
    empty = "No live page has a citation without its source or a dead link."
    what = "Problems"
    moment = "Live since"

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        troubled = revisions.live().exclude(problems=[])
        return [lines(troubled, kind, what=F("problems"), moment=F("live_from"))]

    def say(self, line: dict[str, Any]) -> str:
        """“1 error, 2 warnings. What the first say.”"""
        counts = Counter(problem["severity"] for problem in line["what"])
        sums = [f"{n} {name}{'s' * (n != 1)}" for name, n in sorted(counts.items())]
        messages = [problem["message"] for problem in line["what"]]
        more = len(messages) - _MOST_MESSAGES
        rest = [f"… and {more} more."] if more > 0 else []
        return " ".join([f"{', '.join(sums)}.", *messages[:_MOST_MESSAGES], *rest])


class Unapproved(DeskList):
    """Live pages that somebody published with a reason instead of an approval."""

    name = "unapproved"
    title = "Published without an approval"
    empty = "All that is live was approved by somebody who did not write it."
    what = "Reason"
    moment = "Live since"

    def parts(self, revisions: Any, kind: str, user: Any) -> list[Any]:
        forced = revisions.live().exclude(forced_reason="")
        return [lines(forced, kind, what=F("forced_reason"), moment=F("live_from"))]
