"""Bad and good input made from the API documents: never a failure of ours, only what is documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from werkzeug.test import TestResponse

from edge.app import _openapi as edge_document
from sync.hq.http import openapi as hq_openapi
from sync.hq.http.routes import ROUTES
from tests.attack.edge_world import EdgeWorld, refusal
from tests.attack.test_hq_matrix import Attacked
from tests.hq.world import ORIGIN

EXAMPLES = 12
STORE_ROLES = ("nobody", "front_door", "kiosk", "device", "picker", "manager")
HQ_ROLES = ("nobody", "viewer", "manager", "admin", "api_key", "store")
ERROR_STATUSES = range(400, 500)


def edge_schema() -> dict[str, Any]:
    """What the store says of itself."""
    document: dict[str, Any] = msgspec.json.decode(edge_document().data)
    return document


def operations(document: dict[str, Any]) -> list[Any]:
    """Every operation that schemathesis finds in a document."""
    generation = GenerationConfig(allow_x00=True, modes=list(schemathesis.GenerationMode))
    project = ProjectConfig(generation=generation)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_dict(document, config=config)
    return [found.ok() for found in schema.get_all_operations()]


EDGE = operations(edge_schema())
HQ = operations(hq_openapi.document(ROUTES))


def is_documented(document: dict[str, Any], case: Any, answer: TestResponse) -> bool:
    """Whether a status is one that the document names for this operation."""
    named = document["paths"][case.operation.path][case.operation.method.lower()]["responses"]
    status = str(answer.status_code)
    return status in named or f"{status[0]}XX" in named or "default" in named


def has_shape(document: dict[str, Any], case: Any, answer: TestResponse) -> None:
    """A done answer validates against its schema."""
    import jsonschema_rs

    named = document["paths"][case.operation.path][case.operation.method.lower()]["responses"]
    media = named.get(str(answer.status_code), {}).get("content", {}).get("application/json", {})
    schema = {**media.get("schema", {}), "components": document["components"]}
    jsonschema_rs.validator_for(schema).validate(answer.json)


def filled(path: str, known: dict[str, str], given: dict[str, Any]) -> str:
    """A path with things that are there, so that the request comes further than "unknown"."""
    from urllib.parse import quote

    for name, value in given.items():
        chosen = known.get(name) or quote(str(value), safe="") or "x"
        path = path.replace(f"{{{name}}}", chosen)
    return path


def body_of(case: Any) -> bytes | None:
    """The generated body as it goes over the wire."""
    if isinstance(case.body, bytes):
        return case.body
    if case.body.__class__.__name__ == "NotSet":
        return None
    import json

    return json.dumps(case.body).encode("utf-8", "surrogatepass")


def good_and_bad(operation: Any) -> Any:
    """Input as documented, and input that breaks the documented shape."""
    good = operation.as_strategy()
    if not operation.body:
        return good
    return good | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def hq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """One HQ for all examples."""
    made = Attacked(tmp_path_factory.mktemp("hq") / "hq")
    yield made
    made.world.close()


_few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("operation", EDGE, ids=lambda each: f"{each.method} {each.path}")
def test_the_store_answers_as_it_says_it_does(
    shared_world: EdgeWorld, operation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As everybody with their live token, on an order, a pass and an offer that are there."""
    from edge.http import limits

    monkeypatch.setattr(limits, "_count", lambda limit, whom: None)
    document = edge_schema()
    known = {
        "order_id": shared_world.ben["order_id"],
        "token": shared_world.ana["pass_token"],
        "offer_id": shared_world.offer.offer_id,
    }
    roles = STORE_ROLES
    if operation.path == "/api/v1/sessions/current":
        # Whoever signs out here is signed out for all that follow.
        known, roles = {}, ("nobody", "device")

    @_few
    @given(case=good_and_bad(operation), who=st.sampled_from(roles) | st.just(roles[-1]))
    def run(case: Any, who: str) -> None:
        path = filled(case.operation.path, known, case.path_parameters or {})
        answer = shared_world.ask(
            who,
            case.method,
            path,
            data=body_of(case),
            query_string=dict(case.query or {}),
            headers={"Content-Type": "application/json"},
        )
        judge(document, case, answer)

    run()


def judge(document: dict[str, Any], case: Any, answer: TestResponse) -> None:
    """No failure, nothing undocumented, and either the promised shape or the one error shape."""
    said = (case.method, case.operation.path, case.body, answer.status_code, answer.text[:300])
    assert answer.status_code < 500, said
    assert is_documented(document, case, answer), said
    if answer.status_code in ERROR_STATUSES:
        assert refusal(answer), said
    elif answer.status_code < 300:
        has_shape(document, case, answer)


@pytest.mark.parametrize("operation", HQ, ids=lambda each: f"{each.method} {each.path}")
def test_hq_answers_as_it_says_it_does(hq: Attacked, operation: Any) -> None:
    """As everybody there: people in their browsers, a till with its key, a store with its signature."""
    document = hq_openapi.document(ROUTES)

    @_few
    @given(case=good_and_bad(operation), who=st.sampled_from(HQ_ROLES))
    def run(case: Any, who: str) -> None:
        known = {"source_name": "woo", "order_id": hq.order_id}
        path = filled(case.operation.path, known, case.path_parameters or {})
        judge(document, case, asked_of_hq(hq, who, case, path))

    run()


def asked_of_hq(hq: Attacked, who: str, case: Any, path: str) -> TestResponse:
    """The answer to a generated ask of somebody known."""
    body = body_of(case)
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    if who == "api_key":
        headers["Authorization"] = f"Bearer {hq.key}"
    if who == "store":
        headers |= hq.here.signed(path.removeprefix("/sync/v1/"), body or b"")
    client = hq.browsers.get(who) or hq.world.app.test_client()
    return client.open(path, method=case.method, data=body, headers=headers)


def test_an_answer_that_is_not_as_documented_is_found(shared_world: EdgeWorld) -> None:
    """The judge can fail: another document says that products are a list of numbers."""
    document = edge_schema()
    said = document["paths"]["/api/v1/products"]["get"]["responses"]["200"]
    said["content"]["application/json"]["schema"] = {"type": "array", "items": {"type": "number"}}
    operation = next(each for each in EDGE if each.path == "/api/v1/products")
    answer = shared_world.ask("manager", "GET", "/api/v1/products")
    case = operation.Case()
    with pytest.raises(ValueError, match="is not of type"):
        judge(document, case, answer)
