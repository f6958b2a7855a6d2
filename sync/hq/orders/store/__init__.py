"""What is remembered of orders: `orders` (what stores get), `intake` (sources, keys, what came when)."""

# Loaded here so that every table of the feature is among its migrations.
from sync.hq.orders.store import intake as intake
from sync.hq.orders.store.orders import migrations

# Numbered apart: see there.
from sync.hq.orders.store.shops import migrations as shop_migrations  # isort: skip

__all__ = ["migrations", "shop_migrations"]
