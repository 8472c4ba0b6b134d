"""A database constraint: the rows of a table are only ever added.

Triggers refuse every UPDATE and DELETE, on PostgreSQL also TRUNCATE, with
IntegrityError. They are written through the schema editor's deferred statements, so that
they are made anew whenever Django rebuilds the table (see :mod:`.constraints`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.ddl_references import Statement, Table

_SQLITE = """
CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s
BEGIN SELECT RAISE(ABORT, 'constraint failed: %(label)s'); END
"""
_POSTGRES = """
CREATE OR REPLACE FUNCTION core_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'constraint failed: ' || TG_NAME,
        ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s
FOR EACH STATEMENT EXECUTE FUNCTION core_only_grows()
"""


class OnlyGrows(models.BaseConstraint):
    """No row of the table may be changed or deleted, by whatever way it is tried."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        table = Table(model._meta.db_table, quote)
        if schema_editor.connection.vendor == "postgresql":
            made = [Statement(_POSTGRES, name=quote(self.name), table=table)]
        else:
            template = _SQLITE.replace("%(label)s", self.name)
            made = [
                Statement(
                    template,
                    name=quote(f"{self.name}_{event}"),
                    event=event,
                    table=table,
                )
                for event in ("UPDATE", "DELETE")
            ]
        schema_editor.deferred_sql.extend(made)
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return self.constraint_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        # Asked on PostgreSQL only: SQLite's table is rebuilt without its triggers.
        return Statement(
            "DROP TRIGGER %(name)s ON %(table)s",
            name=schema_editor.quote_name(self.name),
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """A new row is always valid; what changes one is told by the database."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OnlyGrows) and self.name == other.name

    __hash__ = models.BaseConstraint.__hash__


@contextmanager
def free_to_shrink(
    connection: BaseDatabaseWrapper, model: type[models.Model]
) -> Iterator[None]:
    """Lift the constraint within one transaction, which puts it back at its end.

    Only for emptying the whole database. It takes the right to change the table.
    """
    table = model._meta.db_table
    lift = _lift_postgres if connection.vendor == "postgresql" else _lift_sqlite
    with transaction.atomic(using=connection.alias), lift(connection, table):
        yield


@contextmanager
def _lift_postgres(connection: BaseDatabaseWrapper, table: str) -> Iterator[None]:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


@contextmanager
def _lift_sqlite(connection: BaseDatabaseWrapper, table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
            [table],
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _, statement in triggers:
            cursor.execute(statement)
