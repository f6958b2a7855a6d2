"""Texts with a line break or a NUL: they forge log lines, split addresses, and stop a database that keeps none."""

from __future__ import annotations

import pytest

from tests.attack.edge_world import EdgeWorld, neutral, refusal

FIELDS = (
    "order_id",
    "source",
    "source_id",
    "customer_key",
    "customer_name",
    "currency",
    "lang",
    "shown_number",
)
ENDS = ("\n", "\x00", "\r\nfake line")


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_an_order_takes_a_control_character(
    shared_world: EdgeWorld, field: str
) -> None:
    """Not even one line break at the end, which "$" in a pattern lets through."""
    for end in ENDS:
        body = neutral(77)
        body[field] = f"{body[field]}{end}"
        answer = shared_world.ask("device", "POST", "/api/v1/orders", json=body)
        assert (answer.status_code, refusal(answer)) == (422, "wrong_field"), (field, end)


def test_no_line_of_an_order_takes_a_control_character(shared_world: EdgeWorld) -> None:
    """Neither its sku nor its name."""
    for field in ("sku", "name"):
        for end in ENDS:
            body = neutral(78)
            body["lines"][0][field] += end
            answer = shared_world.ask("device", "POST", "/api/v1/orders", json=body)
            assert (answer.status_code, refusal(answer)) == (422, "wrong_field")


def test_a_bin_is_called_in_plain_letters(shared_world: EdgeWorld) -> None:
    """It is shown on screens and told to HQ."""
    order_id = shared_world.ana["order_id"]
    for end in ENDS:
        for field in ("bin", "cold_bin"):
            staging = {"bin": "A1", field: f"A1{end}"}
            path = f"/api/v1/orders/{order_id}/staging"
            answer = shared_world.ask("picker", "POST", path, json=staging)
            assert refusal(answer) == "wrong_field"
