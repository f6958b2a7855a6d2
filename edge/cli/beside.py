"""What `init` makes beside the store itself: first manager, certificate, settings, unit. Nothing is overwritten."""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from edge import settings as settings_module
from edge.base import machine
from edge.cli import settings_file, unit
from edge.cli.service import run
from edge.settings import Settings
from edge.staff.rules import Role
from sync.core.errors import Refusal
from sync.doors.clock import SystemClock

HIGH_PORT = 8443


class Report:
    """What was made, what was there, and what comes next."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.store: Mapping[str, Any] = said["store"]
        self.made: list[str] = []
        self.kept: list[str] = []
        self.manager: Mapping[str, str] | None = None
        self.advice: list[str] = []
        self.next: list[str] = []
        name = f"the store {self.store['name']} ({self.store['store_id']}), {self.store['public_host']}"
        (self.kept if said["done"] == "kept" else self.made).append(name)

    def for_machines(self) -> str:
        """JSON. The manager's PIN stands in it, this one time."""
        told = {
            "store_id": self.store["store_id"],
            "made": self.made,
            "kept": self.kept,
            "manager": self.manager,
            "advice": self.advice,
            "next": self.next,
        }
        return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()

    def for_people(self, home: Path) -> str:
        """What was done, and what to do now."""
        lines = [f"In {home}:"]
        lines += [f"  made   {each}" for each in self.made]
        lines += [f"  kept   {each} (was there)" for each in self.kept]
        if self.manager:
            lines += [
                "",
                f"{self.manager['name']} signs in with PIN {self.manager['pin']}. It is shown only now.",
            ]
        lines += ["", *self.advice] if self.advice else []
        return "\n".join([*lines, "", "Next:", *(f"  {each}" for each in self.next)])


def set_up(home: Path, report: Report, given: Mapping[str, Any]) -> None:
    """Make what was asked for; a refusal ends the command in words, and running it again goes on from there."""
    try:
        wanted: dict[str, object] = {"language": given["language"]} if given["language"] else {}
        if given["certificate"] or given["key"]:
            wanted |= _own_certificate(report, given["certificate"], given["key"])
        elif given["local_ca"]:
            wanted |= _trial_certificate(home, report)
        _settings(home, report, wanted)
        if given["manager"]:
            _manager(home, report, given["manager"])
        if given["systemd"]:
            _unit(home, report, given["unit_folder"], words=given["unit_for"])
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    _what_next(home, report, is_served=given["systemd"])


def _manager(home: Path, report: Report, name: str) -> None:
    known = [each for each in run(home, "staff.list", {}) if each["role"] == Role.MANAGER.value]
    if known:
        report.kept.append(f"manager {known[0]['name']}")
        return
    report.manager = run(home, "staff.add", {"name": name, "role": Role.MANAGER.value})
    report.made.append(f"manager {name}")


def _own_certificate(
    report: Report, certificate: Path | None, key: Path | None
) -> dict[str, object]:
    from edge.base import certificates

    if certificate is None or key is None:
        raise click.UsageError("Give both: --certificate FILE --key FILE")
    host = str(report.store["public_host"]).rsplit(":", 1)[0]
    try:
        seen = certificates.read(certificate, key)
    except (OSError, ValueError, TypeError) as problem:
        raise click.ClickException(f"{certificate} or {key} cannot be read: {problem}") from None
    if not seen.fits_key:
        raise click.ClickException(f"{key} is not the key of {certificate}.")
    if not certificates.covers(seen.names, host):
        raise click.ClickException(
            f"{certificate} is for {', '.join(seen.names)}, not for {host}."
        )
    if seen.not_after <= SystemClock().wall():
        raise click.ClickException(f"{certificate} ended on {seen.not_after:%Y-%m-%d}.")
    report.kept.append(f"certificate {certificate}, good until {seen.not_after:%Y-%m-%d}")
    return _https(
        {"certificate_file": str(certificate.absolute()), "key_file": str(key.absolute())}
    )


def _trial_certificate(home: Path, report: Report) -> dict[str, object]:
    from edge.base import certificates

    folder = home / certificates.FOLDER
    made = certificates.make_trial(home, _names(report), now=SystemClock().wall())
    for file in (certificates.CA_FILE, certificates.CERTIFICATE_FILE):
        (report.made if folder / file in made else report.kept).append(str(folder / file))
    seen = certificates.read(folder / certificates.CERTIFICATE_FILE)
    report.advice += [
        f"The certificate is for a trial: it counts on phones that trust {folder / certificates.CA_FILE}.",
        f"It ends on {seen.not_after:%Y-%m-%d}; the store renews it by itself a month before.",
        "Give that one file (never ca-key.pem) to a phone, by mail or cable, and open it there:",
        "  iPhone: Settings, Profile Downloaded, Install; then General, About, Certificate Trust Settings.",
        "  Android: Settings, Security, Encryption and credentials, Install a certificate, CA certificate.",
        "It can sign for this store's names and for private addresses only.",
    ]
    return _https({"certificate_file": "tls/certificate.pem", "key_file": "tls/key.pem"})


def _https(wanted: dict[str, object]) -> dict[str, object]:
    # The unit may listen on 443; a person who tries it out without root may not.
    return wanted if os.geteuid() == 0 else {**wanted, "https_port": HIGH_PORT}


def _names(report: Report) -> list[str]:
    host = str(report.store["public_host"]).rsplit(":", 1)[0]
    names = [
        host,
        "localhost",
        "127.0.0.1",
        f"{socket.gethostname().split('.')[0].lower()}.local",
        *_addresses(),
    ]
    return list(dict.fromkeys(names))


def _addresses() -> list[str]:
    """The IPv4 addresses of this machine on its networks."""
    return [each for each in machine.addresses() if not each.startswith("127.")]


def _settings(home: Path, report: Report, wanted: Mapping[str, object]) -> None:
    added, other = settings_file.add(home, wanted)
    if added:
        report.made.append(f"settings {', '.join(added)} in {home / settings_module.FILE_NAME}")
    if other:
        report.kept.append(f"settings {', '.join(other)}")


def _unit(home: Path, report: Report, folder: Path, *, words: str) -> None:
    settings: Settings = settings_module.load(home, {})
    target, is_ours = unit.install(unit.text(settings, words=words), home, folder)
    if home.stat().st_uid == 0:
        report.advice += [
            "The unit runs as root, because the folder is root's. Better give the store a user of its own:",
            f"  useradd --system store-edge && chown -R store-edge: {home}, remove {target}, and run this again",
        ]
    (report.made if is_ours else report.kept).append(str(target))
    if not is_ours:
        report.advice.append(
            f"{target} differs from what would be written; remove it first to have it made anew."
        )
    if target.parent != unit.SYSTEM_FOLDER:
        report.next.append(f"sudo cp {shlex.quote(str(target))} {unit.SYSTEM_FOLDER}/")
    report.next.append(f"sudo systemctl daemon-reload && sudo systemctl enable --now {unit.NAME}")


def _what_next(home: Path, report: Report, *, is_served: bool) -> None:
    where = f"--home {shlex.quote(str(home))}"
    if report.manager is None and not any(each.startswith("manager") for each in report.kept):
        report.next.append(f"store-edge staff add NAME --role manager {where}")
    report.next.append(f"store-edge products import FILE.csv {where}")
    if not is_served:
        report.next.append(f"store-edge serve {where}")
    report.next.append(f"store-edge devices code {where}    # type it on a screen, at /board")
    report.next.append(f"store-edge doctor {where}")
