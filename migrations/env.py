"""How migrations run: one transaction, short waits for locks, SQLite's foreign keys off while tables move."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from core.db import Base, FixedDecimal, UtcDateTime

target_metadata = Base.metadata


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the tables of full-text search to their own migrations: the models do not know them."""
    return not (kind == "table" and name is not None and name.startswith("offer_search"))


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration must not change with our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, FixedDecimal):
        return "sa.BigInteger()"
    return False


def run_offline() -> None:
    """Write the SQL instead of running it, for reading and linting."""
    context.configure(
        dialect_name=context.get_x_argument(as_dictionary=True).get("dialect", "postgresql"),
        target_metadata=target_metadata,
        literal_binds=True,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.execute("SET lock_timeout = '5s'")
        context.execute("SET statement_timeout = '60s'")
        context.run_migrations()


def run_online() -> None:
    """Run against the application's database."""
    engine = current_app.extensions["sqlalchemy"].get_engine()
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        # Closed at the end instead of going back to the pool: no later user may find foreign keys off, or a
        # limit on the time of statements.
        connection.detach()
        if sqlite:
            # A batch rebuild drops the old table; with keys on that would empty the tables below it. The
            # setting counts only outside a transaction, hence on the driver's own connection.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET lock_timeout = '5s'")
            connection.exec_driver_sql("SET statement_timeout = '60s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            include_name=include_name,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            # Alembic takes SQLite to commit at every change of a table; with our own BEGIN it does not.
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
