"""How deep a JSON text is nested: asked before it is decoded, because nobody needs more than a few levels."""

from __future__ import annotations

import re

DEEPEST = 20
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def is_too_deep(raw: bytes) -> bool:
    """Whether brackets are nested deeper than DEEPEST; a text that is no JSON at all may pass."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return False
    level = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS):
        level += 1 if bracket in b"[{" else -1
        if level > DEEPEST:
            return True
    return False
