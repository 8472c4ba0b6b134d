"""Fixtures that every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from immunosite.core.reviews import ReviewerProfile
from tests.factories import make_user
from tests.outside import outside, secure

__all__ = ["outside", "secure"]


def pytest_collection_modifyitems(items):
    """Mark what asks the database: only that can differ from one to the other."""
    for item in items:
        fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if fixtures or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def administrator(db):
    return make_user("administrator")


@pytest.fixture
def editor(db):
    return make_user("editor", role="Editor")


@pytest.fixture
def author(db):
    return make_user("author", role="Author")


@pytest.fixture
def reviewer(db):
    """A medical reviewer who may sign with a name."""
    user = make_user("reviewer", role="Medical reviewer")
    ReviewerProfile.objects.create(
        user=user, name="R. Viewer", credentials="a test, MD", conflicts="None"
    )
    return user
