"""What the front door must be told; everything else about it is a named limit in sync.protocol.relay."""

from __future__ import annotations

import msgspec


class FrontDoorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the front door listens, and the secret it shares with HQ."""

    secret: bytes
    host: str = "127.0.0.1"
    port: int = 8443
    # Only this address may say (X-Forwarded-*) who the client is and that it came by https.
    trusted_proxy: str = ""
