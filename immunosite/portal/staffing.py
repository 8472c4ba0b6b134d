"""Roles of the staff, and accounts for a demonstration."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from immunosite.core.reviews import ReviewerProfile

# Role → permissions. Who may manage accounts can give any right, also to themselves.
AUTHOR = (
    "articles.add_article",
    "articles.change_article",
    "articles.view_article",
    "glossary.add_term",
    "glossary.change_term",
    "glossary.view_term",
    "glossary.add_termimport",
    "glossary.view_termimport",
    "references.add_reference",
    "references.change_reference",
    "references.view_reference",
    "references.add_importbatch",
    "references.view_importbatch",
    "references.view_noticetask",
    "references.view_evidence",
    "references.change_evidence",
    "core.view_feedback",
    "core.view_outsidelink",
    "core.view_tag",
)
MEDICAL_REVIEWER = (
    "articles.review_article",
    "articles.view_article",
    "glossary.review_term",
    "glossary.view_term",
    "references.view_reference",
    "references.view_noticetask",
    "references.change_noticetask",
    "references.view_evidence",
    "references.change_evidence",
    "references.verify_evidence",
    "core.view_feedback",
    "core.view_tag",
)
EDITOR = (
    *AUTHOR,
    "articles.delete_article",
    "articles.publish_article",
    "articles.review_article",
    "glossary.delete_term",
    "glossary.publish_term",
    "glossary.review_term",
    "references.add_notice",
    "references.delete_reference",
    "references.change_noticetask",
    "references.verify_evidence",
    "core.add_tag",
    "core.change_tag",
    "core.delete_tag",
    "core.change_outsidelink",
    "core.view_auditentry",
)
ADMINISTRATOR = (
    *EDITOR,
    "references.delete_notice",
    "core.add_reviewerprofile",
    "core.change_reviewerprofile",
    "core.delete_reviewerprofile",
    "core.view_reviewerprofile",
    "auth.add_user",
    "auth.change_user",
    "auth.view_user",
    "auth.view_group",
)
ROLES: Mapping[str, tuple[str, ...]] = {
    "Author": AUTHOR,
    "Medical reviewer": MEDICAL_REVIEWER,
    "Editor": EDITOR,
    "Administrator": ADMINISTRATOR,
}
# Account → role; None is a superuser.
DEMO_STAFF = {
    "administrator": None,
    "editor": "Editor",
    "reviewer": "Medical reviewer",
    "author": "Author",
}
# No page of the demonstration may seem to have been reviewed by a person.
DEMO_PROFILES = {
    "reviewer": {
        "name": "Demonstration reviewer",
        "credentials": "not a real person",
        "conflicts": "None",
    }
}


@transaction.atomic
def ensure_roles() -> None:
    """Make the groups and give each just its permissions.

    A permission whose table has not been made yet comes with the next ``migrate``.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(known[name] for name in names if name in known)


@transaction.atomic
def ensure_demo_staff(passwords: Mapping[str, str]) -> dict[str, str]:
    """Create the demonstration accounts that are missing; return for each account
    whether its password is ``new``, ``unchanged`` or ``changed``."""
    users = get_user_model().objects
    states = {}
    for name, role in DEMO_STAFF.items():
        if user := users.filter(username=name).first():
            is_same = user.check_password(passwords[name])
            states[name] = "unchanged" if is_same else "changed"
            continue
        user = users.create_user(
            name,
            password=passwords[name],
            is_staff=True,
            is_superuser=role is None,
        )
        user.groups.set(Group.objects.filter(name=role))
        if profile := DEMO_PROFILES.get(name):
            ReviewerProfile.objects.create(user=user, **profile)
        states[name] = "new"
    return states


def demo_passwords(path: Path) -> dict[str, str]:
    """The accounts' passwords from a private file; what it lacks is generated.

    Lines ``name password``; only the owner may read the file.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+") as file:
        rows = [row.split() for row in file.read().splitlines()]
        known = {row[0]: row[1] for row in rows if len(row) == 2}
        missing = [name for name in DEMO_STAFF if name not in known]
        new = {name: secrets.token_urlsafe(12) for name in missing}
        file.writelines(f"{name} {password}\n" for name, password in new.items())
    return known | new
