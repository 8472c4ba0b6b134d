"""A database constraint: the live intervals of one page never overlap.

PostgreSQL enforces it with an exclusion constraint over ``tstzrange``. SQLite has
none, so two triggers refuse the row. They are written through the schema editor's
deferred statements, as Django does for conditional indexes; so they are made anew
whenever Django rebuilds the table, which on SQLite drops its triggers.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Columns, Statement, Table

_EXCLUDE = (
    "EXCLUDE USING gist ({page} WITH =, "
    "tstzrange(live_from, live_until) WITH &&) WHERE (live_from IS NOT NULL)"
)
_TRIGGER = """
CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s
WHEN NEW.live_from IS NOT NULL AND EXISTS (
    SELECT 1 FROM %(table)s AS other
    WHERE other.%(page)s = NEW.%(page)s AND other.id IS NOT NEW.id
      AND other.live_from IS NOT NULL
      AND (other.live_until IS NULL OR other.live_until > NEW.live_from)
      AND (NEW.live_until IS NULL OR NEW.live_until > other.live_from)
)
BEGIN SELECT RAISE(ABORT, 'constraint failed: %(label)s'); END
"""


class NoOverlap(models.BaseConstraint):
    """Rows of one ``page`` (a foreign key's name) have disjoint live intervals.

    An interval is ``[live_from, live_until)``; no ``live_until`` means without end;
    rows without ``live_from`` are not looked at. A violation raises IntegrityError.
    """

    def __init__(self, *, page: str, name: str) -> None:
        super().__init__(
            name=name,
            violation_error_message="Another revision is live at that time.",
        )
        self.page = page

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("violation_error_message", None)
        return path, args, {**kwargs, "page": self.page}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, NoOverlap)
            and self.name == other.name
            and self.page == other.page
        )

    __hash__ = models.BaseConstraint.__hash__

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        column = model._meta.get_field(self.page).column
        if schema_editor.connection.vendor == "postgresql":
            rule = _EXCLUDE.format(page=schema_editor.quote_name(column))
            return f"CONSTRAINT {schema_editor.quote_name(self.name)} {rule}"
        for suffix, event in [("insert", "INSERT"), ("update", "UPDATE")]:
            schema_editor.deferred_sql.append(
                self._trigger(model, column, suffix, event, schema_editor)
            )
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        rule = self.constraint_sql(model, schema_editor)
        return rule and Statement(
            "ALTER TABLE %(table)s ADD %(rule)s", table=table, rule=rule
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        start, end = instance.live_from, instance.live_until
        if start is None:
            return
        others = model._default_manager.using(using).exclude(pk=instance.pk)
        page_id = getattr(instance, model._meta.get_field(self.page).attname)
        clash = others.filter(**{self.page: page_id}, live_from__isnull=False).filter(
            models.Q(live_until__isnull=True) | models.Q(live_until__gt=start)
        )
        if end is not None:
            clash = clash.filter(live_from__lt=end)
        if clash.exists():
            raise ValidationError(self.get_violation_error_message())

    def _trigger(
        self,
        model: type[models.Model],
        column: str,
        suffix: str,
        event: str,
        schema_editor: BaseDatabaseSchemaEditor,
    ) -> Statement:
        table = model._meta.db_table
        return Statement(
            _TRIGGER.replace("%(label)s", self.name),
            name=schema_editor.quote_name(f"{self.name}_{suffix}"),
            event=event,
            table=Table(table, schema_editor.quote_name),
            page=Columns(table, [column], schema_editor.quote_name),
        )
