"""HQ put together: the only place where its features meet."""

from sync.hq.app.create import create_app, open_hq

__all__ = ["create_app", "open_hq"]
