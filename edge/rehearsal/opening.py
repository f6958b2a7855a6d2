"""Before the curtain: HQ, its front door and one store as real processes, and an invented shop in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from edge.rehearsal import offers, processes
from edge.rehearsal.asking import Asks, Surprises
from edge.rehearsal.conducting import Tempo
from edge.rehearsal.day import Day
from edge.rehearsal.goods import CATALOGUE
from edge.rehearsal.people import Kiosk, Worker
from edge.rehearsal.processes import Process
from edge.rehearsal.stage import STORE_ID, STORE_NAME, Links, Stage
from edge.rehearsal.uplink import Uplink
from edge.rehearsal.webshop import Webshop
from sync.doors.ids import Ids, SystemIds

ZONE = "Asia/Tokyo"
OPENS_AT = "2026-11-20T10:00:00"
NIGHTLY_AT = "05:30"
PROMISE_MINUTES, HOLD_MINUTES = 20, 480
# An invented pin in the sea off Yokohama; recorded trips bring distances, not places.
PIN = (35.40, 139.70)
BAYS = (("1", 35.4001, 139.7), ("2", 35.4001, 139.7001), ("3", 35.4001, 139.7002))
HQ_LOGIN, HQ_PASSWORD = "mio", "harbour lane, open day"
_NAMES = ("Ken", "Mai", "Sora", "Yuki", "Rin", "Tomo", "Nao", "Hana")


class Opening:
    """Sets everything up in one folder; what was started is ended by the stage it returns."""

    def __init__(self, home: Path, day: Day, *, ids: Ids | None = None) -> None:
        self._home, self._day = home, day
        self._ids = ids or SystemIds()
        self._surprises = Surprises()
        self._hq_port, self._door_port, self._edge_port = (processes.free_port() for _ in range(3))
        self._to_hq = Uplink("127.0.0.1", self._hq_port)
        self._to_door = Uplink("127.0.0.1", self._door_port)
        self._processes: list[Process] = []
        self._links = Links()
        self._opening = datetime.fromisoformat(OPENS_AT).replace(tzinfo=ZoneInfo(ZONE))

    def build(self) -> Stage:
        """Everything, ready to play; when it fails, nothing is left running."""
        for uplink in (self._to_hq, self._to_door):
            uplink.start()
        try:
            secret = self._start_hq()
            self._start_front_door()
            self._start_store()
            return self._stage(secret)
        except BaseException:
            for process in reversed(self._processes):
                process.stop()
            raise

    # -- HQ and its front door --

    def _start_hq(self) -> str:
        self._start("hq", ["hq", "serve"], self._hq_environment(), self._hq_port)
        catalogue = CATALOGUE.read_text(encoding="utf-8")
        self._tell_hq("import-products", {"text": catalogue, "currency": "JPY"})
        person = {"login": HQ_LOGIN, "password": HQ_PASSWORD, "name": "Mio", "role": "admin"}
        self._tell_hq("add-person", person)
        source = {"name": "webshop", "adapter": "woocommerce", "currency": "JPY", "lang": "en"}
        return str(self._tell_hq("add-source", source)["secret"])

    def _hq_environment(self) -> dict[str, str]:
        return {
            **self._clock("hq"),
            "STORE_EDGE_HQ_HOME": str(self._home / "hq"),
            "STORE_EDGE_HQ_PORT": str(self._hq_port),
            # The store signs for the name that it asks, and it asks through its uplink.
            "STORE_EDGE_HQ_PUBLIC_URL": f"http://127.0.0.1:{self._to_hq.port}",
            "STORE_EDGE_HQ_FRONT_DOOR_URL": f"http://127.0.0.1:{self._door_port}",
            "STORE_EDGE_HQ_PASS_SCHEME": "http",
            "STORE_EDGE_HQ_COOKIES_SECURE": "false",
            "STORE_EDGE_HQ_PROMISE_MINUTES": str(PROMISE_MINUTES),
            "STORE_EDGE_HQ_HOLD_MINUTES": str(HOLD_MINUTES),
        }

    def _tell_hq(self, name: str, words: Mapping[str, object]) -> Any:
        return processes.ask_service(self._home / "hq", name, words)

    def _start_front_door(self) -> None:
        secret = self._home / "hq" / "secrets" / "line.key"
        words = [
            "frontdoor",
            "serve",
            "--secret-file",
            str(secret),
            "--port",
            str(self._door_port),
        ]
        # Every phone has an address of its own, as it would have on the road.
        self._start("frontdoor", [*words, "--trusted-proxy", "127.0.0.1"], {}, self._door_port)

    @property
    def _public_host(self) -> str:
        return f"{STORE_ID}.localhost:{self._door_port}"

    # -- the store --

    def _start_store(self) -> None:
        store = self._home / "store"
        store.mkdir(mode=0o700)
        (store / "store-edge.toml").write_text(self._settings(), encoding="utf-8")
        self._edge("enrol", self._enrolment_code())
        self._start("store", ["serve"], self._edge_environment(), self._edge_port)

    def _enrolment_code(self) -> str:
        self._tell_hq(
            "save-store",
            {
                "store_id": STORE_ID,
                "code": "HL",
                "name": STORE_NAME,
                "name_ja": "ハーバーレーン",
                "zone": ZONE,
                "public_host": self._public_host,
                "phone": "000-0000-0000",
                "pin": _place("door", *PIN),
                "bays": [_place(*bay) for bay in BAYS],
            },
        )
        return str(self._tell_hq("enrol-store", {"store_id": STORE_ID})["code"])

    def _settings(self) -> str:
        return "\n".join(
            [
                f"port = {self._edge_port}",
                f'hq_url = "http://127.0.0.1:{self._to_hq.port}"',
                f'front_door_url = "http://127.0.0.1:{self._to_door.port}"',
                f'nightly_at = "{NIGHTLY_AT}"',
                "cookies_secure = false",
                "poll_seconds = 0.5",
                "",
            ]
        )

    def _edge_environment(self) -> dict[str, str]:
        return {**self._clock("store"), "STORE_EDGE_HOME": str(self._home / "store")}

    def _edge(self, *words: str) -> str:
        return processes.command(list(words), environment=self._edge_environment())

    # -- people and devices --

    def _stage(self, secret: str) -> Stage:
        tempo = Tempo(self._opening, [self._home / "hq.sock", self._home / "store.sock"])
        tempo.go_to(self._day.begins_s)
        kiosk = self._paired("Kiosk")
        workers = [self._worker(n) for n in range(len(self._day.staff))]
        manager = self._paired("Office")
        self._sign_in(Worker(self._day.staff[0], manager), "Mio", "manager")
        codes = offers.print_offers(manager.asks, self._tell, tempo, self._day)
        self._fill_links()
        self._links.offer_code = codes.lasting.code
        return Stage(
            home=self._home,
            tempo=tempo,
            processes=self._processes,
            uplinks=[self._to_hq, self._to_door],
            webshop=Webshop(f"http://127.0.0.1:{self._hq_port}/hooks/webshop", secret, STORE_NAME),
            kiosk=kiosk,
            office=manager.asks,
            tell=self._tell,
            workers=workers,
            printed=codes.in_store,
            on_the_road=self._on_the_road,
            ids=self._ids,
            surprises=self._surprises,
            links=self._links,
            promise_seconds=60 * PROMISE_MINUTES,
            hold_seconds=60 * HOLD_MINUTES,
        )

    def _worker(self, n: int) -> Worker:
        worker = Worker(self._day.staff[n], self._paired(f"Tablet {n + 1}"))
        self._sign_in(
            worker, _NAMES[n % len(_NAMES)] + ("" if n < len(_NAMES) else str(n)), "picker"
        )
        return worker

    def _sign_in(self, worker: Worker, name: str, role: str) -> None:
        said = self._tell("staff.add", {"name": name, "role": role})
        worker.sign_in(said["staff_id"], said["pin"])
        self._links.staff[name] = said["pin"]

    def _paired(self, name: str) -> Kiosk:
        kiosk = Kiosk(self._asks(f"http://127.0.0.1:{self._edge_port}"))
        kiosk.pair(self._tell("devices.code", {}), name)
        return kiosk

    def _tell(self, name: str, words: Mapping[str, object]) -> Any:
        return processes.ask_service(self._home / "store", name, words)

    def _on_the_road(self, n: int) -> Asks:
        """A phone of its own address, as the proxy before the front door would tell it."""
        address = f"198.51.{n // 250 % 250}.{n % 250 + 1}"
        headers = {"Host": self._public_host, "X-Forwarded-For": address}
        return self._asks(f"http://127.0.0.1:{self._door_port}", headers)

    def _asks(self, url: str, headers: Mapping[str, str] | None = None) -> Asks:
        return Asks(url, ids=self._ids, surprises=self._surprises, headers=headers)

    # -- small things --

    def _clock(self, name: str) -> dict[str, str]:
        begins = self._opening.timestamp() + self._day.begins_s
        return {
            "STORE_EDGE_REHEARSAL": str(self._home / f"{name}.sock"),
            "STORE_EDGE_REHEARSAL_START": datetime.fromtimestamp(
                begins, self._opening.tzinfo
            ).isoformat(),
        }

    def _start(
        self, name: str, words: list[str], environment: Mapping[str, str], port: int
    ) -> None:
        process = Process(name, words, environment=environment, log=self._home / f"{name}.log")
        self._processes.append(process)
        tells_time = self._home / f"{name}.sock"
        has_clock = "STORE_EDGE_REHEARSAL" in environment
        process.start(
            lambda: (not has_clock or processes.listens(tells_time)) and processes.answers(port)
        )

    def _fill_links(self) -> None:
        links, edge = self._links, f"http://localhost:{self._edge_port}"
        links.board, links.kiosk = f"{edge}/board", f"{edge}/kiosk"
        links.hq = f"http://127.0.0.1:{self._hq_port}/"
        links.front_door = f"http://{self._public_host}"
        links.hq_login = f"{HQ_LOGIN} / {HQ_PASSWORD}"


def _place(label: str, north: float, east: float) -> dict[str, object]:
    return {"label": label, "north": north, "east": east}
