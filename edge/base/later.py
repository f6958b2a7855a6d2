"""Modules that are loaded when somebody first uses them: what only talks to HQ need must not delay a start."""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

# One lock for all: they import each other.
_guard = threading.RLock()


class _Later(ModuleType):
    """Stands where a module will be, and hands on whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_loaded(self), name)


def load_later(*names: str) -> None:
    """From now on `import name` costs nothing; the first use of the module loads it. Unknown and loaded ones stay."""
    for name in names:
        if name not in sys.modules and find_spec(name) is not None:
            sys.modules[name] = _Later(name)


def _loaded(later: _Later) -> ModuleType:
    """The module itself. It takes its place for whoever imports it from now on."""
    with _guard:
        if sys.modules.get(later.__name__) is later:
            del sys.modules[later.__name__]
        return import_module(later.__name__)
