"""Plain functions that make what a test needs, through the project's own deeds."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

# Users


def make_user(name: str, *, role: str | None = None):
    """A staff account; without a role it is an administrator."""
    user = get_user_model().objects.create_user(
        name, password="correct horse", is_staff=True, is_superuser=role is None
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user
