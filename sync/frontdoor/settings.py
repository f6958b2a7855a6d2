"""What the front door must be told; everything else about it is a named limit in sync.protocol.relay."""

from __future__ import annotations

import msgspec


class FrontDoorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the front door listens, the secret it shares with HQ, and which others there are.

    `doors` are the addresses by which HQ and the other front doors reach each of them, `own_url` is ours; both
    stay empty where there is one front door only.
    """

    secret: bytes
    host: str = "127.0.0.1"
    port: int = 8443
    # Only this address may say (X-Forwarded-*) who the client is and that it came by https.
    trusted_proxy: str = ""
    doors: tuple[str, ...] = ()
    own_url: str = ""
