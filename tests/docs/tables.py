"""The tables in docs/ that are written from the code itself, so that they cannot say something else.

`python -m tests.docs.write` writes them anew; a test compares. What a table says about a thing is that thing's own
docstring, summary or sentence: describe it there.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from sync.core.errors import refusal_kinds
from sync.core.event import event_kinds

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def load_everything() -> list[ModuleType]:
    """Import every module of the product, so that all kinds of things are known."""
    names = [
        each.name
        for package in ("edge", "sync")
        for each in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        if not each.name.endswith("__main__")
    ]
    return [importlib.import_module(name) for name in sorted(names)]


def first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    escaped = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [list(head), ["---"] * len(list(head)), *escaped]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith(("edge.", "sync."))


def events() -> str:
    """Every kind of event, what it is about and what it says."""
    load_everything()
    leaves = [kind for kind in event_kinds() if _is_ours(kind) and not kind.__subclasses__()]
    kinds = sorted(leaves, key=lambda kind: kind.kind)
    rows = [
        (f"`{kind.kind}`", first_sentence(kind.__doc__), f"`{kind.aggregate}`",
         ", ".join(f"`{name}`" for name in kind.__struct_fields__ if name != kind.aggregate) or "nothing more")
        for kind in kinds
    ]  # fmt: skip
    return _table(("kind", "what happened", "about", "says"), rows)


def refusals() -> str:
    """Every refusal: code for machines, status, sentence for people."""
    load_everything()
    kinds = {(kind.code, kind.status, kind.sentence) for kind in refusal_kinds() if _is_ours(kind)}
    return _table(
        ("code", "status", "sentence"), ((f"`{c}`", s, text) for c, s, text in sorted(kinds))
    )


def edge_routes() -> str:
    """Every declared route of the store."""
    from edge.http.routes import declared

    load_everything()
    rows = [(each.method, f"`{each.path}`", each.who, each.summary) for each in declared()]
    return _table(("method", "path", "who may ask", "what it does"), rows)


def hq_routes() -> str:
    """Every declared route of HQ."""
    from sync.hq.http import ROUTES

    load_everything()
    rows = sorted(
        (each.path, each.method, each.who.value, each.summary) for each in ROUTES.values()
    )
    return _table(
        ("method", "path", "who may ask", "what it does"),
        ((method, f"`{path}`", who, summary) for path, method, who, summary in rows),
    )


def limits() -> str:
    """How often the same caller may ask the store."""
    from edge.http.limits import TABLE

    rows = [
        (
            f"`{each.what}`" if "`" not in each.what else each.what,
            each.a_minute,
            each.per,
            each.why,
        )
        for each in TABLE
    ]
    return _table(("what", "a minute", "counted per", "because"), rows)


def metrics() -> str:
    """Every number at /metrics: its kind, its labels, what it means."""
    from edge.screens.metrics import NUMBERS

    rows = [
        (f"`{each.name}`", each.kind, ", ".join(f"`{name}`" for name in each.labels) or "none", each.meaning)
        for each in NUMBERS
    ]  # fmt: skip
    return _table(("metric", "kind", "labels", "what it says"), rows)


def records() -> str:
    """Every record type: what it is, which way it travels, how two truths are settled, what it carries."""
    from sync.records import RECORD_TYPES

    rows = []
    for each in RECORD_TYPES.values():
        about = inspect.getmodule(each.shape)
        rows.append((
            f"`{each.name}`",
            first_sentence(about.__doc__ if about else ""),
            each.direction.value,
            first_sentence(each.merge.__doc__),
            ", ".join(f"`{kind}`" for kind in sorted(each.kinds)) or "nothing",
            ", ".join(f"`{name}`" for name in each.shape.__struct_fields__),
        ))  # fmt: skip
    head = ("record type", "what it is", "direction", "two truths", "folded from", "carries")
    return _table(head, rows)


def defaults(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The default of each setting as a person writes it in TOML; the home folder is not a setting."""
    return {
        field.name: msgspec.json.encode(field.default).decode()
        for field in msgspec.structs.fields(kind)
        if field.name != "home"
    }


TABLES: dict[str, Callable[[], str]] = {
    "events": events,
    "records": records,
    "refusals": refusals,
    "edge_routes": edge_routes,
    "hq_routes": hq_routes,
    "limits": limits,
    "metrics": metrics,
}


def filled(text: str) -> str:
    """A document with its tables written anew."""
    return MARK.sub(
        lambda found: f"<!-- table: {found[1]} -->\n{TABLES[found[1]]()}\n<!-- end -->", text
    )


def documents() -> list[Path]:
    """Every document with a table in it."""
    found = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "config" / "README.md"]
    return [path for path in found if path.exists() and MARK.search(path.read_text())]
