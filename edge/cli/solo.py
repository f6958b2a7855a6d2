"""`store-edge solo`: one shop without a chain, in one of two honest ways.

HQ on a small public host is advised, and the commands for it are printed. Or HQ runs on this very box, beside the
store, in one command: then what needs the internet to come in is off, and that is said.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from edge import settings as settings_module
from edge.base import facts, store_record, sync_store
from edge.base.peek import knows_itself, peek
from edge.base.store_record import StoreRecord
from edge.cli.beside_solo import Child, Ended, notify, wait_for
from edge.cli.service import home_option, run
from edge.settings import Settings
from sync.core.errors import Refusal

HQ_FOLDER = "hq"
HQ_PORT, FRONT_DOOR_PORT = 8440, 8443


@click.command()
@home_option
@click.option(
    "--hq-host",
    default="",
    metavar="NAME",
    help="print the commands for HQ on a public host of this name",
)
@click.option("--hq-port", default=HQ_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--front-door", is_flag=True, help="run the front door too, as a chain would")
@click.option(
    "--front-door-port", default=FRONT_DOOR_PORT, show_default=True, type=click.IntRange(1, 65535)
)
def command(
    home: Path, *, hq_host: str, hq_port: int, front_door: bool, front_door_port: int
) -> None:
    """Run a single shop: HQ and the store on this box, ended together by one Ctrl-C.

    With --hq-host it runs nothing and prints what to type where, for HQ on a small public host (advised).
    """
    if not knows_itself(home):
        raise click.ClickException(f"Set the store up first: store-edge init --home {home}")
    with peek(home) as reader:
        record = store_record.load(reader)
        belongs_to = facts.get(reader, "hq_url") if sync_store.enrolled_as(reader) else None
    if hq_host:
        click.echo(advised(record, hq_host, home))
        return
    hq_url = f"http://127.0.0.1:{hq_port}"
    _must_fit(home, belongs_to, hq_url)
    # Both, said aloud: who is started in the background of a script inherits a Ctrl-C that is ignored.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    solo = _Solo(home, record, hq_url, door_port=front_door_port if front_door else 0)
    try:
        solo.start(is_enrolled=bool(belongs_to))
        click.echo(solo.told())
        solo.watch()
    except KeyboardInterrupt:
        click.echo("Ending.")
    except (Ended, Refusal) as problem:
        said = problem.message() if isinstance(problem, Refusal) else str(problem)
        raise click.ClickException(said) from None
    finally:
        solo.stop()


def advised(record: StoreRecord, hq_host: str, home: Path) -> str:
    """The way with HQ on a public host, command by command."""
    pin = f" --pin {record.north},{record.east}" if record.north or record.east else ""
    bays = "".join(f" --bay {bay.number}:{bay.north},{bay.east}" for bay in record.bays)
    return f"""\
HQ on a small public host (advised): orders come in while the store is offline, passes work on the road.

On the host {hq_host}, with a web server for HTTPS in front (https://{hq_host} to 127.0.0.1:8440, and
https://{record.public_host} to 127.0.0.1:8443 for the front door):

  pip install 'store-edge[hq]'
  export STORE_EDGE_HQ_HOME=/var/lib/store-edge-hq STORE_EDGE_HQ_PUBLIC_URL=https://{hq_host}
  export STORE_EDGE_HQ_FRONT_DOOR_URL=http://127.0.0.1:8443 STORE_EDGE_HQ_LINE_URL=https://{record.public_host}
  export STORE_EDGE_HQ_TRUSTED_PROXIES=1
  store-edge hq serve &
  store-edge frontdoor serve --secret-file $STORE_EDGE_HQ_HOME/secrets/line.key --trusted-proxy 127.0.0.1 &
  store-edge hq enrol-store {record.store_id} --code {record.code} --name '{record.name}' \\
    --zone {record.time_zone} --currency {record.currency} --public-host {record.public_host}{pin}{bays}

It prints a code, good for ten minutes. Here, in the store:

  store-edge enrol CODE --hq https://{hq_host} --home {home}
  store-edge serve --home {home}

Then point the DNS name {record.public_host} at the host; in the store's own network, at this box."""


def _must_fit(home: Path, belongs_to: str | None, hq_url: str) -> None:
    if find_spec("sqlalchemy") is None:
        raise click.ClickException("HQ needs a few packages more: pip install 'store-edge[hq]'")
    if settings_module.load(home).port == 0:
        raise click.ClickException(
            "Give the store a port of its own: port = 8080 in store-edge.toml."
        )
    if belongs_to and belongs_to != hq_url:
        raise click.ClickException(
            f"This store belongs to the HQ at {belongs_to}. Serve it with: store-edge serve --home {home}"
        )


class _Solo:
    """HQ, perhaps its front door, and the store, as processes that live and end together."""

    def __init__(self, home: Path, record: StoreRecord, hq_url: str, *, door_port: int) -> None:
        self._home, self._record, self._hq_url = home, record, hq_url
        self._settings: Settings = settings_module.load(home)
        self._hq_home = home / HQ_FOLDER
        self._door_port = door_port
        self._children: list[Child] = []

    def start(self, *, is_enrolled: bool) -> None:
        """Start one after the other; the store enrols by itself the first time."""
        self._start("HQ", ["hq", "serve"], self._hq_environment(), f"{self._hq_url}/healthz")
        if self._door_port:
            words = ["frontdoor", "serve", "--port", str(self._door_port), "--secret-file"]
            secret = str(self._hq_home / "secrets" / "line.key")
            door = f"http://127.0.0.1:{self._door_port}/healthz"
            self._start("the front door", [*words, secret], {}, door)
        if not is_enrolled:
            self._enrol()
        words = ["serve", "--home", str(self._home)]
        self._start("the store", words, _ours(), f"{self._store_url}/healthz")
        notify("READY=1")

    def watch(self) -> None:
        """Return never; Ended when one of them ends by itself, so that an init system starts all anew."""
        while True:
            for child in self._children:
                child.must_live()
            notify("WATCHDOG=1")
            wait_for(1.0)

    def stop(self) -> None:
        """End all of them, the store first."""
        for child in reversed(self._children):
            child.stop()

    def told(self) -> str:
        """Where everything is, what is off, and why."""
        https = (
            ""
            if self._settings.certificate_file
            else " It has no certificate: store-edge init --local-ca."
        )
        door = f"  front door   http://127.0.0.1:{self._door_port}\n" if self._door_port else ""
        return f"""
{self._record.name} runs on this box. Ctrl-C ends all of it.

  board        {self._store_url}/board
  HQ           {self._hq_url}
{door}  orders       {self._hq_url}/api/v1/orders on this machine
               a key for it: store-edge hq add-api-key NAME --home {self._hq_home}

Off, and why:
  - Web shops cannot send orders here, because nobody outside reaches this box. With a tunnel of yours to
    {self._hq_url} they can, under /hooks/.
  - On the road a pass opens only with a tunnel of yours from https://{self._record.public_host} to {self._store_url}.
    On the store's Wi-Fi the name must lead to this box.{https}
  - The daily backup holds the store, not HQ's own folder {self._hq_home}: copy that one while this is stopped.
  - HQ and store share one disk: the nightly comparison still finds a damaged row, but one dead card takes both.

With HQ on a small public host none of this is off: store-edge solo --hq-host NAME --home {self._home}
"""

    @property
    def _store_url(self) -> str:
        return f"http://{self._settings.bind}:{self._settings.port}"

    def _start(
        self, name: str, words: list[str], environment: Mapping[str, str], url: str
    ) -> None:
        child = Child(name, words, environment)
        self._children.append(child)
        child.start(url)

    def _hq_environment(self) -> dict[str, str]:
        port = self._hq_url.rsplit(":", 1)[1]
        given = {
            "STORE_EDGE_HQ_HOME": str(self._hq_home),
            "STORE_EDGE_HQ_PORT": port,
            "STORE_EDGE_HQ_PUBLIC_URL": self._hq_url,
            # It answers on this machine only, where nothing is sent over a wire.
            "STORE_EDGE_HQ_COOKIES_SECURE": "false",
        }
        if self._door_port:
            given["STORE_EDGE_HQ_FRONT_DOOR_URL"] = f"http://127.0.0.1:{self._door_port}"
        return given

    def _enrol(self) -> None:
        self._tell_hq("save-store", _as_hq_knows(self._record))
        code = self._tell_hq("enrol-store", {"store_id": self._record.store_id})["code"]
        run(self._home, "enrol", {"hq_url": self._hq_url, "code": code})

    def _tell_hq(self, name: str, words: Mapping[str, Any]) -> Any:
        from sync.hq import settings as hq_settings
        from sync.hq.app.service import ask

        answer = ask(hq_settings.load(self._hq_home, self._hq_environment()), name, words)
        if "error" in answer:
            raise click.ClickException(f"HQ: {answer['error']}")
        return answer["said"]


def _ours() -> dict[str, str]:
    """Settings of the store that were given in the environment."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("STORE_EDGE_")
        and not name.startswith(("STORE_EDGE_HQ_", "STORE_EDGE_FRONT"))
    }


def _as_hq_knows(record: StoreRecord) -> dict[str, Any]:
    words: dict[str, Any] = {
        "store_id": record.store_id,
        "code": record.code,
        "name": record.name,
        "name_ja": record.name_ja,
        "zone": record.time_zone,
        "currency": record.currency,
        "public_host": record.public_host,
        "phone": record.phone,
        "bays": [
            {"label": bay.number, "north": bay.north, "east": bay.east} for bay in record.bays
        ],
    }
    if (record.north, record.east) != (0.0, 0.0):
        words["pin"] = {"label": "door", "north": record.north, "east": record.east}
    return {name: value for name, value in words.items() if value != ""}
