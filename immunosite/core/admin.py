"""The admin of reviewers' profiles; the admin's names."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from taggit.models import Tag as TaggitTag

from . import curating
from .accountadmin import AccountAdmin, RoleAdmin
from .audit import AuditEntry, actor
from .auditadmin import AuditEntryAdmin
from .reviews import ReviewerProfile
from .tagadmin import TagAdmin
from .tagging import Tag

admin.site.site_header = "immunosite"
admin.site.site_title = "immunosite"
admin.site.index_title = "Editors’ desk"
admin.site.unregister([TaggitTag, User, Group])
admin.site.register(User, AccountAdmin)
admin.site.register(Group, RoleAdmin)
admin.site.register(AuditEntry, AuditEntryAdmin)
admin.site.register(Tag, TagAdmin)


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(admin.ModelAdmin):
    """Everybody may change their own profile; administrators keep all of them."""

    list_display = ["name", "user", "credentials", "conflicts"]
    search_fields = ["name", "user__username"]
    list_select_related = ["user"]
    fields = ["user", "name", "credentials", "conflicts"]
    autocomplete_fields = ["user"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        profiles = super().get_queryset(request)
        if super().has_view_permission(request):
            return profiles
        return profiles.filter(user=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user"] if obj else []

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or _is_own(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) or _is_own(request, obj)

    def save_model(
        self, request: HttpRequest, obj: ReviewerProfile, form: Any, change: bool
    ) -> None:
        curating.save_profile(obj, by=actor(request))

    def delete_model(self, request: HttpRequest, obj: ReviewerProfile) -> None:
        curating.delete_profile(obj, by=actor(request))


def _is_own(request: HttpRequest, profile: ReviewerProfile | None) -> bool:
    """Whether a profile is that of who asks; without one, whether they have any."""
    user: Any = request.user
    if profile is not None:
        return profile.user_id == user.pk
    return ReviewerProfile.objects.filter(user_id=user.pk).exists()
