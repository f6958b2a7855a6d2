"""HTTPS on the store's own network: a certificate that is read anew when it was renewed, and patient handshakes."""

from __future__ import annotations

import errno
import logging
import ssl
import threading
from pathlib import Path
from typing import Any

import click

HANDSHAKE_SECONDS = 5.0

log = logging.getLogger("edge.tls")


class Certificate:
    """The context for new connections; a renewed file counts from the next one on, without a restart."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._guard = threading.Lock()
        self._seen = self._stamps()
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """The newest context that could be loaded; a half-written renewal leaves the old one in use."""
        with self._guard:
            try:
                if (stamps := self._stamps()) != self._seen:
                    self._context = self._load()
                    self._seen = stamps
                    log.info("the certificate was renewed")
            except (OSError, ssl.SSLError) as problem:
                log.warning("the renewed certificate cannot be used yet: %s", problem)
            return self._context

    def _stamps(self) -> tuple[int, ...]:
        return tuple(file.stat().st_mtime_ns for file in self._files)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.sslsocket_class = _Patient
        certificate, key = self._files
        context.load_cert_chain(certificate, key)
        return context


class _Patient(ssl.SSLSocket):
    """Who opens a connection and says nothing holds one of the web's threads for seconds only."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the standard library
        """Shake hands in a few seconds, or be treated as one who left."""
        self.settimeout(HANDSHAKE_SECONDS)
        try:
            super().do_handshake(block)
        except TimeoutError as late:
            raise ConnectionResetError(errno.ECONNRESET, "no handshake in time") from late
        self.settimeout(None)


def load(certificate: Path, key: Path | None) -> Certificate:
    """The certificate that the settings name; ClickException says what is wrong with it and what to do."""
    try:
        return Certificate(certificate, key or certificate)
    except FileNotFoundError as missing:
        raise click.ClickException(
            f"{missing.filename} is not there. Make a trial certificate with `store-edge init --local-ca`, "
            "or correct certificate_file and key_file in store-edge.toml."
        ) from None
    except (OSError, ssl.SSLError) as problem:
        raise click.ClickException(
            f"{certificate} and its key cannot be used: {problem}. "
            "`store-edge doctor` looks closer; both are PEM files that belong together."
        ) from None


def gunicorn_settings(certificate: Certificate, file: Path) -> dict[str, Any]:
    """What gunicorn needs to know for the listener that speaks TLS."""
    return {
        "certfile": str(file),
        "do_handshake_on_connect": False,
        "ssl_context": lambda _config, _default: certificate.context(),
    }
