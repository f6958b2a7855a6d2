"""A wrong key or value of HQ's settings is refused with its name and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.hq import settings
from sync.hq.settings import WrongSetting


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    """Each key once."""
    (tmp_path / "hq.toml").write_text('port = 9001\npublic_url = "https://hq.example"\n')
    loaded = settings.load(tmp_path, {"STORE_EDGE_HQ_PORT": "9002", "OTHER": "x"})
    assert (loaded.port, loaded.public_url, loaded.bind) == (
        9002,
        "https://hq.example",
        "127.0.0.1",
    )


@pytest.mark.parametrize(
    ("file", "environment", "names"),
    [
        ("prot = 1", {}, ("prot", "port")),
        ('port = "many"', {}, ("port", "many")),
        ("", {"STORE_EDGE_HQ_PORT": "70000"}, ("port", "65535")),
        ("", {"STORE_EDGE_HQ_PUBLIC_URL": "hq.example/"}, ("public_url", "http")),
        ("", {"STORE_EDGE_HQ_COLOUR": "red"}, ("colour", "bind")),
        ("port =", {}, ("file",)),
        ('database_url = "mysql://x"', {}, ("database_url", "this")),
        (
            'database_url = "postgresql://hq:word@db/hq"',
            {},
            ("password", "database_password_file"),
        ),
        ('database_url = "postgresql://db/hq?password=word"', {}, ("database_password_file",)),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, file: str, environment: dict[str, str], names: tuple[str, ...]
) -> None:
    """And what is allowed is said."""
    (tmp_path / "hq.toml").write_text(file)
    with pytest.raises(WrongSetting) as refused:
        settings.load(tmp_path, environment)
    assert all(name in refused.value.message() for name in names)
    assert "word@" not in refused.value.message()


def test_the_databases_password_is_in_no_trace(tmp_path: Path) -> None:
    """From the environment it may come with the address; shown it is never."""
    loaded = settings.load(tmp_path, {"STORE_EDGE_HQ_DATABASE_URL": "postgresql://hq:word@db/hq"})
    assert "word@" in loaded.database_url
    assert ":word@" not in f"{loaded!r} {loaded}"


def test_each_front_door_has_its_own_line_address_or_all_have_one(tmp_path: Path) -> None:
    """Two doors and three addresses cannot be told apart; the setting is refused by name."""
    doors = {"STORE_EDGE_HQ_FRONT_DOOR_URL": "http://a:1,http://b:1"}
    with pytest.raises(WrongSetting) as refused:
        settings.load(
            tmp_path, {**doors, "STORE_EDGE_HQ_LINE_URL": "https://x,https://y,https://z"}
        )
    assert "line_url" in refused.value.message()
    apart = settings.load(tmp_path, {**doors, "STORE_EDGE_HQ_LINE_URL": "https://x, https://y/"})
    assert apart.line_at("http://b:1") == "https://y"
    assert settings.load(tmp_path, doors).line_at("http://b:1") == "http://b:1"
    with pytest.raises(WrongSetting):
        settings.load(tmp_path, {"STORE_EDGE_HQ_FRONT_DOOR_URL": "http://a:1 http://b:1"})
