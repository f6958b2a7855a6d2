"""Floor: bare Flask-SocketIO on the product's server, which emits what it is given to all. `python fan_out.py PORT`.

It answers with the instant (perf_counter, one clock for all processes) at which it began to emit.
"""

import sys
import time

from flask import Flask, Response, request
from flask_socketio import SocketIO
from gunicorn.app.base import BaseApplication

app = Flask("fan-out", static_folder=None)
socketio = SocketIO(
    app, async_mode="threading", transports=["websocket"], cors_allowed_origins="*"
)


@socketio.on("connect", namespace="/live")
def connected() -> None:
    """Everybody may listen."""


@app.post("/")
def emit() -> Response:
    """To every screen."""
    message = request.get_json()
    began = time.perf_counter()
    socketio.emit("event", message, namespace="/live")
    return Response(str(began), mimetype="application/json")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with one gthread worker."""

    def load_config(self) -> None:
        """As the product runs it."""
        chosen = {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": "gthread", "threads": 100, "keepalive": 75,
                  "graceful_timeout": 2, "loglevel": "error", "control_socket_disable": True}  # fmt: skip
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return app


if __name__ == "__main__":
    Server().run()
