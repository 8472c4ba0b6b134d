"""What an operator is told before readers come."""

from __future__ import annotations

import sqlite3

import pytest
from django.core.checks import run_checks
from django.db import connection

from immunosite.core.checks import sqlite_has_the_wal_fix

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="It is about SQLite."
)


@pytest.fixture
def told(monkeypatch):
    """The ids of the warnings under a version of SQLite."""

    def of(*version: int) -> list[str]:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        monkeypatch.setattr(sqlite3, "sqlite_version", ".".join(map(str, version)))
        return [str(warning.id) for warning in sqlite_has_the_wal_fix(None)]

    return of


@on_sqlite
@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 51, 2)])
def test_a_version_with_the_bug_is_told(told, version):
    assert told(*version) == ["immunosite.W001"]


@pytest.mark.parametrize("version", [(3, 6, 23), (3, 51, 3), (3, 52, 0), (4, 0, 0)])
def test_a_version_without_it_is_not(told, version):
    assert told(*version) == []


@on_sqlite
def test_the_warning_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.40.1")
    (warning,) = sqlite_has_the_wal_fix(None)
    assert "3.40.1" in warning.msg
    assert "backups" in warning.hint and "PostgreSQL" in warning.hint


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="It is about the other database."
)
def test_another_database_has_no_such_bug(told):
    assert told(3, 40, 1) == []


def test_the_site_has_no_other_fault():
    known = {"immunosite.W001"}
    assert [found for found in run_checks() if found.id not in known] == []
