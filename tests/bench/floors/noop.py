"""Floor: a request that does nothing, by bare Flask on the same server as the product. `python noop.py PORT`."""

import sys

from flask import Flask, Response
from gunicorn.app.base import BaseApplication

app = Flask("noop", static_folder=None)


@app.post("/")
def nothing() -> Response:
    """Nothing."""
    return Response(b"{}", mimetype="application/json")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with one gthread worker."""

    def load_config(self) -> None:
        """As the product runs it."""
        chosen = {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": "gthread", "threads": 100, "keepalive": 75,
                  "loglevel": "warning", "control_socket_disable": True}  # fmt: skip
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return app


if __name__ == "__main__":
    Server().run()
