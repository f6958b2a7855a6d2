"""What is remembered of orders: `orders` (what stores get), `intake` (sources, keys, what came when)."""
