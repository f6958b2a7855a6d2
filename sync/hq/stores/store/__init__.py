"""What is remembered of stores: `registry` (who they are), `log` (what they told us), `line` (sessions)."""

# Loaded here so that every table of the feature is among its migrations.
from sync.hq.stores.store import line as line
from sync.hq.stores.store import log as log
from sync.hq.stores.store.registry import migrations

# Steps are applied in the order in which they are registered, so this one comes after what was there before.
from sync.hq.stores.store import health as health  # isort: skip

__all__ = ["migrations"]
