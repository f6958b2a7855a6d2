"""Runs the front door under uvicorn, as one process."""

from __future__ import annotations

import logging
import socket

import uvicorn

from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.frontdoor.app import create_app
from sync.frontdoor.settings import FrontDoorSettings

log = logging.getLogger("store_edge.frontdoor")


def make_server(settings: FrontDoorSettings) -> uvicorn.Server:
    """A server that is ready to run."""
    _silence_paths()
    app = create_app(settings, clock=SystemClock(), ids=SystemIds())
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws="wsproto",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxy),
        forwarded_allow_ips=settings.trusted_proxy or None,
        ws_max_size=2 * 1024 * 1024,
        timeout_keep_alive=75,
    )
    return uvicorn.Server(config)


def listen(server: uvicorn.Server) -> socket.socket:
    """The listening socket of a server."""
    listener = server.config.bind_socket()
    # Inherited by every connection: without it each answer waits 40 ms for the caller's late ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(settings: FrontDoorSettings) -> None:
    """Serve until told to stop."""
    server = make_server(settings)
    listener = listen(server)
    log.info("front door listens on %s port %d", *listener.getsockname()[:2])
    server.run(sockets=[listener])


def _silence_paths() -> None:
    # Paths hold tokens. uvicorn's own switch only looks for handlers, which others may have put in
    # place; our own line, with route templates, is the only one written.
    logging.getLogger("uvicorn.access").disabled = True
