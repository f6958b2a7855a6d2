"""An order's life as people live it, through the routes that screens use."""

from typing import Any

from tests.bench import shop
from tests.bench.asking import Client

LINES = (1, 2, 3)


def play(staff: Client, number: int) -> dict[str, Any]:
    """Received and accepted, fetched line by line, staged and ready, handed over: eight requests."""
    order = shop.order(number)
    path = f"/api/v1/orders/{order['order_id']}"
    staff.json("POST", "/api/v1/orders", order)
    staff.json("POST", f"{path}/picking", {})
    for line_no in LINES:
        staff.json("POST", f"{path}/picks", {"line_no": line_no, "qty": line_no})
    staff.json("POST", f"{path}/staging", {"bin": f"B{number % 40 + 1}"})
    staff.json("POST", f"{path}/bringing", {})
    handed: dict[str, Any] = staff.json(
        "POST", f"{path}/handover", {"override_reason": "known to us"}
    )
    return handed
