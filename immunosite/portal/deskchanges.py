"""The list of recent changes, read from the audit."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from immunosite.core.audit import AuditEntry

from .deskrows import DeskList, Row, Wanted, may_view, name_of, step_of

_KINDS = ("articles.article", "glossary.term", "references.reference", "core.tag")


class Changes(DeskList):
    """What was done to what by whom, for those who may read the audit. A line leads to
    the thing, if it is still there and the reader may view it."""

    name = "changes"
    title = "Recent changes"
    empty = "Nothing has been changed yet."
    what = "Change"
    who = "Done by"
    moment = "When"
    has_owner = False

    def is_for(self, user: Any) -> bool:
        return may_view(user, "core.auditentry")

    def kinds(self, user: Any) -> dict[str, str]:
        return {kind: _name_of_kind(kind) for kind in _KINDS}

    def found(self, user: Any, wanted: Wanted) -> QuerySet[Any, Any]:
        is_it = Q()
        if wanted.kind:
            is_it &= Q(subject_type=wanted.kind)
        if wanted.person:
            is_it &= Q(by=wanted.person)
        if wanted.is_mine:
            is_it &= Q(by=user.pk)
        if wanted.text:
            is_it &= Q(subject__icontains=wanted.text)
        entries = AuditEntry.objects.filter(is_it).order_by("-at", "-pk")
        return entries.values(
            kind=F("subject_type"),
            page_id=F("subject_id"),
            title=F("subject"),
            what=F("action"),
            who=name_of("by"),
            moment=F("at"),
            is_there=_is_there(),
        )

    def path(self, line: dict[str, Any], user: Any) -> str:
        is_open = line["is_there"] and may_view(user, line["kind"])
        return step_of(line, "change") if is_open else ""

    def row(self, line: dict[str, Any], user: Any) -> Row:
        return Row(
            title=line["title"],
            path=self.path(line, user),
            kind=_name_of_kind(line["kind"]),
            what=line["what"].capitalize(),
            owner="",
            who=line["who"],
            moment=line["moment"],
        )


def _is_there() -> Case:
    """Whether an entry's subject still exists and the admin has a page for it."""
    whens = [
        When(
            subject_type=model._meta.label_lower,
            then=Exists(model._default_manager.filter(pk=OuterRef("subject_id"))),
        )
        for model in apps.get_models()
        if admin.site.is_registered(model)
    ]
    return Case(*whens, default=Value(False), output_field=BooleanField())


def _name_of_kind(label: str) -> str:
    """“article”; the label itself of a kind that the site no longer has."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
