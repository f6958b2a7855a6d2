"""A small copy of the house, every room empty: the place where faults are planted."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def settings() -> dict:
    """The tools' settings as they stand in pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def rooms() -> set[str]:
    """Every module that the contracts name, so that a new feature gets its small copy by itself."""
    named: set[str] = {"edge", "sync"}
    for contract in settings()["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", []):
            for layer in contract["layers"]:
                named |= {f"{container}.{name}" for name in re.findall(r"\w+", layer)}
        for key in ("source_modules", "forbidden_modules"):
            own = [name for name in contract.get(key, []) if name.startswith(("edge", "sync"))]
            named |= {name for name in own if "*" not in name}
    return named | {
        "edge.arrivals.rules.eta",
        "sync.hq.orders.rules.doubt",
        "sync.hq.orders.sources.shop",
    }


def build(where: Path) -> None:
    """Write the empty rooms and the contracts into a folder of their own."""
    names = rooms()
    for name in names:
        inside = any(other.startswith(name + ".") for other in names)
        path = where.joinpath(*name.split("."))
        file = path / "__init__.py" if inside else path.with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (where / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())


def plant(where: Path, module: str, source: str) -> None:
    """Write a fault into a room, which may be a new one."""
    path = where.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)


def walls(where: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts over a house."""
    return _run(where, "lint-imports", "--no-logo", "--no-cache")


def lint(where: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    """Run the bans over a house."""
    return _run(where, "ruff", "check", "--no-cache", "--output-format=concise", *paths)


def _run(where: Path, tool: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / tool, *words], cwd=where, capture_output=True, text=True, check=False, timeout=60
    )
