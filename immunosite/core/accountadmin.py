"""The admin of accounts and groups: Django's own, and every change is audited.

Django's log of the admin (LogEntry) goes on beside it: it feeds “Recent actions”, knows
only what the admin did, and may be cleared. The audit is what counts as evidence.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.db import transaction
from django.http import HttpRequest

from . import audit


class AuditedAdmin(admin.ModelAdmin):
    """Audits what Django's own log is told; ``audited_fields`` are the names of fields
    and many-to-many relations whose values are kept."""

    audited_fields: tuple[str, ...]
    # Django deletes many outside of a transaction with what it logs.
    actions = None

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        # The database still has what was before, the relations too.
        former = self.model._default_manager.filter(pk=obj.pk).first()
        obj.audited_before = self._values(former)
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, obj, "add", after=self._values(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        before = getattr(obj, "audited_before", None)
        if before is None:
            # The form of the password saves without save_model.
            self._record(request, obj, "change password of")
        else:
            changes = audit.changed(before, self._values(obj))
            self._record(request, obj, "change", **changes)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, obj, "delete", before=self._values(obj))
        return super().log_deletions(request, queryset)

    def _record(
        self, request: HttpRequest, obj: Any, deed: str, **details: Any
    ) -> None:
        by: Any = request.user
        audit.record(obj, f"{deed} {self.opts.verbose_name}", by=by, **details)

    def _values(self, obj: Any) -> dict[str, Any]:
        if obj is None:
            return {}
        values = {}
        for name in self.audited_fields:
            if self.opts.get_field(name).many_to_many:
                values[name] = sorted(map(str, getattr(obj, name).all()))
            else:
                values[name] = getattr(obj, name)
        return values


class AccountAdmin(AuditedAdmin, UserAdmin):
    audited_fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
    )

    def user_change_password(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().user_change_password(*args, **kwargs)


class RoleAdmin(AuditedAdmin, GroupAdmin):
    audited_fields = ("name", "permissions")
