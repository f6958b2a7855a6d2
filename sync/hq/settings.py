"""Settings of HQ: each key once, with its type, its default and what it means.

Read from `hq.toml` in the home folder, then from the environment as STORE_EDGE_HQ_<KEY>. A wrong key or
value is refused with its name and what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from sync.core.errors import Refusal
from sync.protocol import spread

FILE_NAME = "hq.toml"
ENVIRONMENT_PREFIX = "STORE_EDGE_HQ_"
# Not settings: where to look for them, and STORE_EDGE_HQ_URL, by which a store knows where HQ is.
_OTHER_VARIABLES = {"HOME", "URL"}
_LINES_FOR_DOORS = (
    "name one address (of a load balancer before all front doors), or one for each address in front_door_url, "
    "in the same order"
)
_NO_PASSWORD_HERE = "a password does not stand here; name its file in database_password_file"

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
HttpUrl = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s]+$")]
# None, one, or several that are separated by commas.
Urls = Annotated[
    str, msgspec.Meta(pattern=r"^(https?://[^/\s,]+/?(\s*,\s*https?://[^/\s,]+/?)*)?$")
]
# Of all settings only this one can hold a secret, so no refusal repeats its value.
_SECRET = "database_url"
DatabaseUrl = Annotated[str, msgspec.Meta(pattern=r"^(postgresql(\+psycopg)?://\S*)?$")]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of HQ; `config/README.md` describes each."""

    home: str
    bind: str = "127.0.0.1"
    port: Port = 8440
    public_url: HttpUrl = "http://127.0.0.1:8440"
    front_door_url: Urls = ""
    line_url: Urls = ""
    pass_scheme: Literal["http", "https"] = "https"
    cookies_secure: bool = True
    threads: Count = 24
    promise_minutes: Minutes = 60
    hold_minutes: Minutes = 240
    session_minutes: Minutes = 30
    session_hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 12
    batch_events: Annotated[int, msgspec.Meta(ge=10, le=2000)] = 2000
    page_rows: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    trusted_proxies: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    database_url: DatabaseUrl = ""
    database_password_file: str = ""
    database_connections: Annotated[int, msgspec.Meta(ge=2, le=100)] = 10
    statement_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 30
    workers: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    language: Literal["en", "ja"] = "en"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def __repr__(self) -> str:
        """Names the folder only: a trace must not show the database's password."""
        return f"Settings(home={self.home!r})"

    def line_at(self, door: str) -> str:
        """Where stores reach the front door that HQ reaches at `door`."""
        outer = spread.listed(self.line_url)
        if len(outer) <= 1:
            return outer[0] if outer else door
        return outer[spread.listed(self.front_door_url).index(door)]


class WrongSetting(Refusal):
    """A setting has a wrong name or value."""

    code = "wrong_setting"
    status = 400
    sentence = "Setting {name} in {source}: {problem}"


def load(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the HQ in `home`; WrongSetting names the first wrong key and what is allowed."""
    path = home / FILE_NAME
    given = _from_file(path) if path.exists() else {}
    variables = _from_environment(environment)
    for source, values in ((str(path), given), ("the environment", variables)):
        for name, value in values.items():
            _check(name, value, source)
    said = urlsplit(str(given.get(_SECRET, "")))
    if said.password or "password=" in said.query:
        raise WrongSetting(name=_SECRET, source=str(path), problem=_NO_PASSWORD_HERE)
    settings = msgspec.convert({**given, **variables, "home": str(home)}, Settings, strict=False)
    inner, outer = spread.listed(settings.front_door_url), spread.listed(settings.line_url)
    if len(outer) > 1 and len(outer) != len(inner):
        raise WrongSetting(name="line_url", source="HQ's settings", problem=_LINES_FOR_DOORS)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise WrongSetting(name="file", source=str(path), problem=str(problem)) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {
        variable: variable.removeprefix(ENVIRONMENT_PREFIX)
        for variable in environment
        if variable.startswith(ENVIRONMENT_PREFIX)
    }
    return {
        name.lower(): environment[variable]
        for variable, name in names.items()
        if name not in _OTHER_VARIABLES
    }


def _check(name: str, value: Any, source: str) -> None:
    known = set(Settings.__struct_fields__) - {"home"}
    if name not in known:
        allowed = ", ".join(sorted(known))
        raise WrongSetting(
            name=name, source=source, problem=f"is not known; allowed are {allowed}"
        )
    try:
        msgspec.convert({"home": "", name: value}, Settings, strict=False)
    except msgspec.ValidationError as problem:
        shown = "this" if name == _SECRET else repr(value)
        said = f"{shown} is not allowed: {problem}"
        raise WrongSetting(name=name, source=source, problem=said) from None
