"""Asks by hand that lead somewhere: each is judged by the API document, and what was never done is known by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from werkzeug.test import TestResponse

from tests.attack.test_generated import judge

Operation = tuple[str, str]
Send = Callable[[str, str, str, Any], TestResponse]


class Reaching:
    """Sends asks, and keeps which operation was done, by whom."""

    def __init__(self, document: dict[str, Any], send: Send) -> None:
        self._document, self._send = document, send
        self.done: dict[Operation, set[str]] = defaultdict(set)

    def ask(self, who: str, method: str, template: str, body: Any = None, **values: Any) -> Any:
        """Ask, and have the answer judged; it must be done. What the answer says."""
        answer = self.look(who, method, template, body, **values)
        assert answer.status_code < 300, (who, method, template, answer.status_code, answer.text)
        return answer.json

    def look(
        self, who: str, method: str, template: str, body: Any = None, **values: Any
    ) -> TestResponse:
        """Ask and have the answer judged, whatever it is."""
        path = re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), template)
        answer = self._send(who, method, path, body)
        case = SimpleNamespace(
            method=method, body=body, operation=SimpleNamespace(path=template, method=method)
        )
        judge(self._document, case, answer)
        if answer.status_code < 300:
            self.done[method, template].add(who)
        return answer

    def never_done(self, spoken: Mapping[Operation, str]) -> set[Operation]:
        """Operations of the document that nobody has done, but for those with a spoken reason."""
        every = {
            (method.upper(), path)
            for path, methods in self._document["paths"].items()
            for method in methods
        }
        unknown = (set(spoken) | set(self.done)) - every
        assert not unknown, f"not in the document: {unknown}"
        assert not set(spoken) & set(self.done), "no longer a reason"
        return every - set(self.done) - set(spoken)
