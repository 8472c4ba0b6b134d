"""The database itself refuses two revisions of one page that are live at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article, ArticleRevision
from immunosite.core.pages import Status

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


@pytest.fixture
def article(administrator):
    return Article.objects.create(slug="a")


def add(article, number, start, end, by):
    return ArticleRevision.objects.create(
        page=article,
        number=number,
        created_by=by,
        status=Status.APPROVED,
        live_from=start and day(start),
        live_until=end and day(end),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, 10), (5, 15)),
        ((1, None), (5, 6)),
        ((5, 6), (1, None)),
        ((5, 6), (5, 6)),
        ((1, 10), (3, 4)),
        ((3, 4), (1, 10)),
    ],
)
def test_overlapping_intervals_are_refused_on_insert(
    article, administrator, first, second
):
    add(article, 1, *first, administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(article, 2, *second, administrator)


def test_an_overlap_made_by_an_update_is_refused(article, administrator):
    add(article, 1, 1, 5, administrator)
    second = add(article, 2, 5, 9, administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleRevision.objects.filter(pk=second.pk).update(live_from=day(4))


@pytest.mark.parametrize(
    ("first", "second"), [((1, 5), (5, 9)), ((5, 9), (1, 5)), ((None, None), (1, None))]
)
def test_intervals_that_touch_or_are_empty_are_accepted(
    article, administrator, first, second
):
    add(article, 1, *first, administrator)
    add(article, 2, *second, administrator)


def test_two_pages_may_be_live_at_once(article, administrator):
    add(article, 1, 1, None, administrator)
    add(Article.objects.create(slug="b"), 1, 1, None, administrator)


def test_a_row_may_be_saved_again_unchanged(article, administrator):
    add(article, 1, 1, None, administrator).save()


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (None, 4)])
def test_an_interval_must_end_after_it_starts(article, administrator, start, end):
    with pytest.raises(IntegrityError), transaction.atomic():
        add(article, 1, start, end, administrator)


class TestApproval:
    """What goes live was approved, or says why it was not."""

    def live(self, article, by, **fields):
        return ArticleRevision.objects.create(
            page=article, number=1, created_by=by, live_from=day(1), **fields
        )

    @pytest.mark.parametrize(
        "status", [status for status in Status if status != Status.APPROVED]
    )
    def test_without_it_nothing_is_live(self, article, administrator, status):
        with pytest.raises(IntegrityError, match="live_needs_approval"):
            self.live(article, administrator, status=status)

    @pytest.mark.parametrize("status", Status)
    def test_unless_there_is_a_reason(self, article, administrator, status):
        assert self.live(article, administrator, status=status, forced_reason="So.")

    def test_an_approval_of_what_is_live_can_not_be_taken_back(
        self, article, administrator
    ):
        self.live(article, administrator, status=Status.APPROVED)
        with pytest.raises(IntegrityError, match="live_needs_approval"):
            ArticleRevision.objects.update(status=Status.DRAFT)

    def test_a_status_is_one_of_those_known(self, article, administrator):
        with pytest.raises(IntegrityError, match="status_known"):
            ArticleRevision.objects.create(
                page=article, number=1, created_by=administrator, status="fine"
            )


@pytest.mark.parametrize(
    ("kind", "name"), [("explained", "explains"), ("redirected", "redirects")]
)
def test_a_withdrawal_says_what_readers_get(article, kind, name):
    with pytest.raises(IntegrityError, match=f"articles_article_{name}"):
        Article.objects.update(withdrawn_as=kind)


def test_forms_are_told_before_the_database_refuses(article, administrator):
    add(article, 1, 1, None, administrator)
    clash = ArticleRevision(
        page=article,
        number=2,
        created_by=administrator,
        status=Status.APPROVED,
        live_from=day(3),
    )
    with pytest.raises(ValidationError, match="Another revision is live"):
        clash.validate_constraints()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.one_of(st.none(), st.integers(1, 14))),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_tried_no_moment_has_two_live_revisions(administrator, intervals):
    with transaction.atomic():
        article = Article.objects.create(slug="property")
        for number, (start, end) in enumerate(intervals, start=1):
            try:
                with transaction.atomic():
                    add(article, number, start, end, administrator)
            except IntegrityError:
                pass
        for moment in range(1, 16):
            assert article.revisions.live(day(moment)).count() <= 1
        transaction.set_rollback(True)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite rebuilds tables and triggers"
)
@pytest.mark.django_db(transaction=True)
def test_the_triggers_survive_a_rebuild_of_the_table(administrator):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    with connection.schema_editor() as editor:
        editor._remake_table(ArticleRevision)
    article = Article.objects.create(slug="rebuilt")
    add(article, 1, 1, None, administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(article, 2, 2, None, administrator)


def test_migrations_know_the_constraint_as_it_is():
    state = ProjectState.from_apps(ArticleRevision._meta.apps)
    changes = MigrationAutodetector(state, state.clone())._detect_changes()
    assert changes == {}
