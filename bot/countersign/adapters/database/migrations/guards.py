"""What several migrations do to a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def refuse_changes(table: str) -> None:
    """A trigger that stops UPDATE, DELETE and (PostgreSQL) TRUNCATE."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )


def allow_renames(table: str, *also: str) -> None:
    """Lets a repository's rows follow it to another name that it has, by ``repository_names``: that column, and what else (``also``) is
    made of it. No other change of a row is ever allowed, for what people signed would be lost with a name, or could be rewritten.
    """
    free = ("repository", *also)
    one_repository = (
        "(OLD.repository = NEW.repository OR EXISTS (SELECT 1 FROM repository_names AS o JOIN repository_names AS n ON o.id = n.id "
        "WHERE o.name = lower(OLD.repository) AND n.name = lower(NEW.repository)))"
    )
    if op.get_bind().dialect.name == "sqlite":
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        others = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns if name not in free)
        op.execute(f"DROP TRIGGER {table}_refuses_update")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} WHEN {others} OR NOT {one_repository} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    without = "".join(f" - '{name}'" for name in free)
    op.execute(
        f"CREATE FUNCTION {table}_only_follows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF to_jsonb(NEW){without} = to_jsonb(OLD){without} AND {one_repository} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
    op.execute(f"CREATE TRIGGER {table}_only_follows BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_only_follows()")


def delete_only_where(table: str, condition: str) -> None:
    """Lets rows be deleted of which the condition (SQL, about ``OLD``) holds. For a table that `allow_renames` has seen."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_refuses_delete")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} WHEN NOT {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_deletes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN RETURN OLD; END IF; RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
    op.execute(f"CREATE TRIGGER {table}_only_deletes BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_only_deletes()")
