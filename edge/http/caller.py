"""Who asks, by which way they came, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flask import Request, current_app

from edge.base.edge import Edge
from sync.core.answers import Key
from sync.core.errors import NotFound, Refusal

PUBLIC = "public"
PASS = "pass"
SCREEN = "screen"
DEVICE = "device"
STAFF = "staff"
MANAGER = "manager"
ANYONE = (PUBLIC, PASS, SCREEN, DEVICE, STAFF, MANAGER)
# Who may also do what another may: a manager is staff, and staff stand at a paired device. A kiosk or a
# display is paired too, but stands among strangers: it sees no name of a customer until staff sign in.
_INCLUDES = {
    MANAGER: {MANAGER, STAFF, DEVICE, SCREEN},
    STAFF: {STAFF, DEVICE, SCREEN},
    DEVICE: {DEVICE, SCREEN},
    SCREEN: {SCREEN},
    PUBLIC: set(),
}

LAN = "lan"
FRONT_DOOR = "front_door"
VIA_FLAG = "store_edge.via"
CLIENT_FIELD = "store_edge.client"


class SignInNeeded(Refusal):
    """Nobody known asks for something that needs a name."""

    code = "sign_in_needed"
    status = 401
    sentence = "Please sign in on this device first."


class Forbidden(Refusal):
    """Somebody known asks for something that is not theirs to do."""

    code = "forbidden"
    status = 403
    sentence = "Your role does not allow this. Ask a manager."


@dataclass(frozen=True)
class Caller:
    """Who asks: `id` is the staff id, the device id, or "customer" for a pickup pass."""

    role: str = PUBLIC
    id: str = ""
    name: str = ""
    device_id: str = ""
    order_id: str = ""
    via: str = LAN
    lang: str = "en"
    key: Key | None = None
    # How long ago they proved who they are: what is grave asks anew after some minutes.
    pin_age_seconds: float = 0.0

    @property
    def is_on_lan(self) -> bool:
        """Whether the request came in the store itself, not over the road."""
        return self.via == LAN

    def may(self, who: str) -> bool:
        """Whether this caller may do what `who` may."""
        return who == PUBLIC or who in _INCLUDES.get(self.role, set())


def _nobody(_: Request) -> Caller:
    return Caller()


def _unnamed(who: str) -> str:
    return who


def _owns_nothing(_: str) -> str:
    raise NotFound


@dataclass
class Ports:
    """What features give to the rim: who asks, which order a pass token opens, and what a person is called."""

    edge: Edge
    identify: Callable[[Request], Caller] = field(default=_nobody)
    owns: Callable[[str], str] = field(default=_owns_nothing)
    known_as: Callable[[str], str] = field(default=_unnamed)


def ports() -> Ports:
    """The ports of the running app."""
    found: Ports = current_app.extensions["store_edge"]
    return found


def edge() -> Edge:
    """The store behind the running app."""
    return ports().edge


def came_via(request: Request) -> str:
    """LAN, or FRONT_DOOR when the store's own line carried the request in."""
    return FRONT_DOOR if request.environ.get(VIA_FLAG) == FRONT_DOOR else LAN


def client_of(request: Request) -> str:
    """The address for rate limits only; never logged, never trusted."""
    return str(request.environ.get(CLIENT_FIELD) or request.remote_addr or "")


def admit(request: Request, who: str, token: str | None) -> Caller:
    """The caller, if they may do this; SignInNeeded, Forbidden or NotFound otherwise."""
    via = came_via(request)
    if who == PASS:
        order_id = ports().owns(token or "")
        return Caller(role=PASS, id="customer", order_id=order_id, via=via)
    if who != PUBLIC and via == FRONT_DOOR:
        raise NotFound
    caller = ports().identify(request)
    if via != caller.via:
        caller = replace(caller, via=via)
    if caller.may(who):
        return caller
    raise Forbidden if caller.role != PUBLIC and caller.id and who == MANAGER else SignInNeeded
