"""The admin's page that asks before it deletes: it lists every place of use."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from .publishing import PublishingRefused
from .uses import Place


class ShowsUses(admin.ModelAdmin):
    """Subclasses say where a thing is used, and which of these uses forbid to delete it;
    their deeds refuse it for the same reasons."""

    delete_confirmation_template = "admin/core/delete_confirmation.html"

    def places_of(self, thing: Any) -> list[Place]:
        """Every page that uses it, live or in a draft."""
        raise NotImplementedError

    def reasons_against(self, thing: Any) -> list[str]:
        """Why it can't be deleted, in plain words."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        *found, protected = super().get_deleted_objects(objs, request)
        against = [reason for thing in objs for reason in self.reasons_against(thing)]
        return *found, against or protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> Any:
        pk = unquote(object_id)
        thing = self.get_object(request, pk)
        context = {"places": self.places_of(thing) if thing else []}
        try:
            return super().delete_view(
                request, object_id, {**context, **(extra_context or {})}
            )
        except (ValidationError, PublishingRefused) as refused:
            # Somebody began to use it since the page that asks was shown.
            texts = getattr(refused, "messages", None) or [str(refused)]
            messages.error(request, " ".join(texts))
            return self._back(pk)

    def _back(self, pk: int | str) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[pk]))
