"""Fixtures that every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from immunosite.portal.staffing import ensure_roles
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def administrator(db):
    return make_user("administrator")


@pytest.fixture
def editor(db):
    ensure_roles()
    return make_user("editor", role="Editor")


@pytest.fixture
def author(db):
    ensure_roles()
    return make_user("author", role="Author")
