"""What is remembered of orders: `orders` (what stores get), `intake` (sources, keys, what came when)."""

# Loaded here so that every table of the feature is among its migrations.
from sync.hq.orders.store import intake as intake
from sync.hq.orders.store.orders import migrations

# Steps are applied in the order in which they are registered, so these come after what was there before.
from sync.hq.orders.store import decisions as decisions  # isort: skip
from sync.hq.orders.store import taken as taken  # isort: skip

# Numbered apart: see there.
from sync.hq.orders.store.shops import migrations as shop_migrations  # isort: skip

__all__ = ["migrations", "shop_migrations"]
