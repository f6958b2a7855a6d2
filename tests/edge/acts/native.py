"""What the native clients put on the wire, as a phone of each kind does."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from tests.edge.acts.journey_world import TOKEN, JourneyWorld

CLIENTS = ("owntracks", "overland", "osmand query", "osmand form", "traccar json")
# What each of them waits for; any other answer and it sends the same again.
LETS_GO = {
    "owntracks": b"[]",
    "overland": b'{"result":"ok"}',
    "osmand query": b"",
    "osmand form": b"",
    "traccar json": b"",
}


def basic(secret: str) -> dict[str, str]:
    """OwnTracks signs in with a user of its choice and the secret."""
    return {"Authorization": f"Basic {b64encode(f'A-01:{secret}'.encode()).decode()}"}


def bearer(secret: str) -> dict[str, str]:
    """Overland sends a token."""
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def sends(
    client: str,
    north: object,
    east: object = 5.0,
    *,
    t: float,
    acc: object = 12,
    secret: str = TOKEN,
) -> dict[str, Any]:
    """One position, as the arguments of a request."""
    fields = {"id": secret, "lat": north, "lon": east, "timestamp": int(t), "accuracy": acc}
    iso = datetime.fromtimestamp(t, UTC).isoformat(timespec="milliseconds")
    if client == "owntracks":
        said = {"_type": "location", "lat": north, "lon": east, "acc": acc, "tst": int(t)}
        return {
            "method": "POST",
            "path": "/loc/owntracks",
            "json": said,
            "headers": basic(secret),
        }
    if client == "overland":
        point = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [east, north]},
            "properties": {"timestamp": iso, "horizontal_accuracy": acc, "wifi": "home"},
        }
        return {
            "method": "POST",
            "path": "/loc/overland",
            "json": {"locations": [point]},
            "headers": bearer(secret),
        }
    if client == "osmand query":
        return {"method": "GET", "path": "/loc/osmand", "query_string": fields}
    if client == "osmand form":
        return {"method": "POST", "path": "/loc/osmand", "data": fields}
    coords = {"latitude": north, "longitude": east, "accuracy": acc, "speed": -1}
    said = {"device_id": secret, "location": {"timestamp": iso, "coords": coords, "event": "x"}}
    return {"method": "POST", "path": "/loc/osmand", "json": said}


def post(world: JourneyWorld, client: str, north: object, east: object = 5.0, **more: Any):
    """The client sends a position of now, unless told otherwise."""
    more.setdefault("t", world.clock.now().timestamp())
    return world.http.open(**sends(client, north, east, **more))


def crosses(world: JourneyWorld, event: str, region: str, north: float = 52.02):
    """OwnTracks set to transitions only."""
    at = int(world.clock.now().timestamp())
    said = {"_type": "transition", "event": event, "desc": region, "lat": north, "lon": 5.0, "acc": 20,
            "tst": at, "wtst": 150, "t": "c", "rid": "x"}  # fmt: skip
    return world.http.post("/loc/owntracks", json=said, headers=basic(TOKEN))


def ranges(world: JourneyWorld, order: Any) -> list[int]:
    """The distances that are held now, in whole metres."""
    seen = world.memory.get(order.order_id, monotonic=world.clock.monotonic())
    return [round(one.distance_m) for one in seen.trail.reports] if seen else []
