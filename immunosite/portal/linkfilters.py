"""How the report on links to other sites is narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from immunosite.core.outsidelinks import LinkState

from .linkplaces import KINDS


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mend", "To mend"), *LinkState.choices, ("ignored", "Ignored")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "mend":
            return queryset.to_mend()
        if self.value() == "ignored":
            return queryset.ignored()
        if self.value() in LinkState.values:
            return queryset.filter(state=self.value(), ignored_reason="")
        return queryset


class KindFilter(admin.SimpleListFilter):
    title = "where it is used"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (kind, str(model._meta.verbose_name_plural).capitalize())
            for kind, model in KINDS.items()
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in KINDS:
            return queryset.filter(uses__kind=self.value()).distinct()
        return queryset
