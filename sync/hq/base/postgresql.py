"""HQ's database on a PostgreSQL server (13 or newer), straight or through PgBouncer pooling transactions.

Nothing is kept in a session: no prepared statements, no SET beyond the transaction, no LISTEN, and every
lock ends with its transaction. The password comes from a file of its own or from the environment, never
from hq.toml; statements are logged without what was filled into them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url

from sync.hq.base import secret_files
from sync.hq.settings import Settings

DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 5
POOL_SECONDS = 10


def engines(settings: Settings) -> tuple[Engine, Engine]:
    """The engine that writes, and one over the same connections that can only read, one moment at a time."""
    writing = create_engine(
        _url(settings),
        pool_size=settings.database_connections,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        # A connection that a restarted server or PgBouncer has dropped is found before it is used.
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        use_native_hstore=False,
        hide_parameters=True,
        connect_args={
            "prepare_threshold": None,
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "store-edge-hq",
        },
    )
    reading = writing.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    limit = f"SET LOCAL statement_timeout = '{settings.statement_seconds}s'"

    @event.listens_for(reading, "begin")
    def _begins(connection: Any) -> None:
        connection.exec_driver_sql(limit)

    return writing, reading


def _url(settings: Settings) -> URL:
    url = make_url(settings.database_url).set(drivername=DRIVER)
    if settings.database_password_file:
        path = Path(settings.home) / settings.database_password_file
        [password, *_] = secret_files.lines(path)
        url = url.set(password=password)
    return url
