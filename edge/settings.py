"""Settings of a store: each key once, with its type, its default and what it means.

Read from `store-edge.toml` in the home folder, then from the environment as STORE_EDGE_<KEY>. A wrong key
or value is refused with its name and what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from sync.core.errors import Refusal

FILE_NAME = "store-edge.toml"
ENVIRONMENT_PREFIX = "STORE_EDGE_"
# Not settings: where to look for them, and the rehearsal's control channel.
_OTHER_VARIABLES = {"HOME", "REHEARSAL", "REHEARSAL_START", "SHARED"}
# HQ and the front door may run beside us; where HQ is, is ours to know.
_OF_OTHERS = ("HQ_", "FRONTDOOR_")
_OURS_ALL_THE_SAME = "HQ_URL"

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
HostPort = Annotated[str, msgspec.Meta(pattern=r"^$|^[^\s:]+:\d{1,5}$")]
HourMinute = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of the store service; `config/README.md` describes each."""

    home: str
    bind: str = "127.0.0.1"
    port: Port = 8080
    allowed_hosts: tuple[str, ...] = ()
    certificate_file: str = ""
    key_file: str = ""
    https_bind: str = "0.0.0.0"  # noqa: S104 - phones in the store ask here, over TLS
    https_port: Port = 443
    cookies_secure: bool = True
    hq_url: str = ""
    front_door_url: str = ""
    nightly_at: HourMinute = "03:30"
    backup_at: HourMinute = "04:00"
    backup_folder: str = ""
    backups_kept: Count = 7
    auto_accept: bool = True
    hold_minutes: Minutes = 240
    claim_minutes: Minutes = 10
    consent_minutes: Minutes = 240
    report_minutes: Minutes = 120
    sockets: Count = 60
    threads: Count = 100
    poll_seconds: Seconds = 2.0
    language: Literal["en", "ja"] = "en"
    printer: HostPort = ""
    log_file: str = ""
    log_megabytes: Count = 5
    log_days: Count = 14
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def path(self, name: str, otherwise: str = "") -> Path | None:
        """A setting that names a file or a folder; relative ones lie in the home folder; None when it is empty."""
        given = getattr(self, name) or otherwise
        return Path(self.home) / given if given else None


class WrongSetting(Refusal):
    """A setting has a wrong name or value."""

    code = "wrong_setting"
    status = 400
    sentence = "Setting {name} in {source}: {problem}"


def load(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the store in `home`; WrongSetting names the first key that is wrong and what is allowed."""
    path = home / FILE_NAME
    given = _from_file(path) if path.exists() else {}
    _refuse_unknown(given, str(path))
    from_environment = _from_environment(environment)
    _refuse_unknown(from_environment, "the environment")
    for source, values in ((str(path), given), ("the environment", from_environment)):
        for name, value in values.items():
            _check(name, value, source)
    return msgspec.convert(
        {**given, **from_environment, "home": str(home)}, Settings, strict=False
    )


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise WrongSetting(name="file", source=str(path), problem=str(problem)) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for variable, value in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX)
        if name in _OTHER_VARIABLES or (
            name.startswith(_OF_OTHERS) and name != _OURS_ALL_THE_SAME
        ):
            continue
        given[name.lower()] = value.split(",") if name.lower() == "allowed_hosts" else value
    return given


def _refuse_unknown(given: Mapping[str, Any], source: str) -> None:
    known = set(Settings.__struct_fields__) - {"home"}
    for name in given:
        if name not in known:
            raise WrongSetting(
                name=name,
                source=source,
                problem=f"is not known; allowed are {', '.join(sorted(known))}",
            )


def _check(name: str, value: Any, source: str) -> None:
    try:
        msgspec.convert({"home": "", name: value}, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise WrongSetting(
            name=name, source=source, problem=f"{value!r} is not allowed: {problem}"
        ) from None
