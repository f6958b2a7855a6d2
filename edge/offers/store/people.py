"""What links a person to offers, and how it is forgotten."""

from __future__ import annotations

from edge.base.unit import Unit


def forget_person(unit: Unit, customer_key: str) -> None:
    """Erase a person here: the kinds they stopped go, and what they redeemed is nobody's in particular."""
    unit.execute("DELETE FROM stopped_kinds WHERE customer_key = ?", (customer_key,))
    unit.execute(
        """UPDATE redemptions SET shopper_key = '', once_key = redemption_id
           WHERE shopper_key = ? AND shopper_key != ''""",
        (customer_key,),
    )
