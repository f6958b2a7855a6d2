"""Makes message shapes ready while only one thread runs.

msgspec 0.22 works a struct out when it is first decoded. When two threads do that at the same moment, the process
ends with a segmentation fault: about one start in fifty under load, before this was called.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

_ready: set[type[msgspec.Struct]] = set()


def make_ready(root: type[msgspec.Struct] = msgspec.Struct) -> None:
    """Work out every struct that is known by now; call it after the imports and before there are threads."""
    for shape in _below(root):
        if shape not in _ready:
            msgspec.json.Decoder(shape)
            _ready.add(shape)


def _below(shape: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in shape.__subclasses__():
        yield each
        yield from _below(each)
