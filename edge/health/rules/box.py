"""Checks of the machine: clock, disk, memory, heat, files, certificate, printer, versions."""

from __future__ import annotations

from datetime import timedelta

from edge.health.rules.findings import Finding, broken, fine, off, warning
from edge.health.rules.seen import CertificateFileSeen, Seen

# No clock that was ever set says an earlier year than the one in which this was written.
FIRST_YEAR = 2024
AHEAD = timedelta(minutes=5)
DISK_FULL_BYTES, DISK_LOW_BYTES = 100_000_000, 1_000_000_000
MEMORY_LOW_BYTES = 80_000_000
HOT, TOO_HOT = 75.0, 82.0
RENEW_DAYS = 21
# raspberrypi.com/documentation, vcgencmd get_throttled: what is so now, and what was so since boot.
_NOW_LOW_POWER, _NOW_SLOWED, _WAS_LOW_POWER = 0x1, 0x2 | 0x4 | 0x8, 0x10000


def clock(seen: Seen) -> Finding:
    """Whether the time can be believed."""
    told = seen.store.clock
    at = f"{told.wall:%Y-%m-%d %H:%M} UTC"
    sync = "Set the time (timedatectl), or give the box a battery clock; orders and handovers go on meanwhile."
    if told.wall.year < FIRST_YEAR:
        return broken("clock", f"It says {at}: nobody has set it since the power came.", sync)
    if told.newest_event_at and told.newest_event_at - told.wall > AHEAD:
        return warning(
            "clock", f"It says {at}, but something happened here later than that.", sync
        )
    if told.jumps:
        jumped = f"It jumped {told.jumps} times since the start, last by {told.last_jump_seconds:.0f} s."
        return warning("clock", f"{jumped} The schedule was built anew.", sync)
    if told.state == "unsynced" and seen.store.sync.is_up:
        return warning("clock", f"It says {at}, and HQ says something else.", sync)
    if told.set_by_network is False:
        return warning("clock", f"It says {at}, not set by the network since the start.", sync)
    return fine("clock", f"It says {at}.")


def disk(seen: Seen) -> Finding:
    """Whether there is room."""
    free, total = seen.box.disk_free, seen.box.disk_total
    said = f"{free / 1e9:.1f} of {total / 1e9:.1f} GB are free."
    todo = "Delete what does not belong to the store, move backups elsewhere (backup_folder), or take a larger card."
    if free < DISK_FULL_BYTES:
        return broken("disk", f"{said} New orders will soon be refused.", todo)
    if free < DISK_LOW_BYTES:
        return warning("disk", said, todo)
    return fine("disk", said)


def memory(seen: Seen) -> Finding:
    """Whether the machine has memory left."""
    box = seen.box
    own = f" The service takes {seen.store.memory / 1e6:.0f} MB." if seen.store.memory else ""
    said = f"{box.memory_free / 1e6:.0f} of {box.memory_total / 1e6:.0f} MB are free.{own}"
    if box.memory_total and box.memory_free < MEMORY_LOW_BYTES:
        return warning(
            "memory",
            said,
            "End other programs, or restart the service: systemctl restart store-edge",
        )
    return fine("memory", said)


def heat(seen: Seen) -> Finding:
    """Whether the machine is too hot or has too little power, where it can say so."""
    celsius, throttled = seen.box.celsius, seen.box.throttled or 0
    if throttled & _NOW_LOW_POWER or throttled & _WAS_LOW_POWER:
        return warning(
            "power", "The power supply is too weak: the Pi reported low voltage.",
            "Use the Pi's own power supply. Low voltage is what breaks cards.",
        )  # fmt: skip
    if throttled & _NOW_SLOWED or (celsius is not None and celsius >= HOT):
        level = broken if celsius is not None and celsius >= TOO_HOT else warning
        return level(
            "heat",
            f"The processor has {celsius or 0:.0f} °C and works slower.",
            "Give it air, or a fan.",
        )
    if celsius is None:
        return fine("heat", "This machine does not say how hot it is.")
    return fine("heat", f"The processor has {celsius:.0f} °C.")


def files(seen: Seen) -> Finding:
    """Whether keys and data belong to the service's own user alone."""
    if seen.box.open_to_others:
        names = ", ".join(seen.box.open_to_others)
        return broken(
            "files", f"Others on this machine may read {names}.",
            f"chmod -R go= {seen.box.home}",
        )  # fmt: skip
    return fine("files", "Keys and data belong to the service's own user alone.")


def leftovers(seen: Seen) -> Finding:
    """Whether a former store lies about."""
    if aside := seen.box.set_aside:
        return warning(
            "leftovers", f"A restore put the former store aside: {', '.join(aside)}. It holds customers' names.",
            f"When you are sure that you need nothing of it: rm -r {seen.box.home}/{aside[0]}",
        )  # fmt: skip
    return fine("leftovers", "No former store lies about.")


def certificate(seen: Seen) -> Finding:
    """Whether phones in the store can ask over HTTPS."""
    told = seen.box.certificate
    if told is None:
        return off(
            "certificate", "No HTTPS in the store: on its Wi-Fi a phone can open the pass, but not tell its distance.",
            "For a trial: store-edge init --local-ca. Or give certificate_file and key_file.",
        )  # fmt: skip
    wall = seen.store.clock.wall
    if wrong := _wrong(told, seen):
        return broken(
            "certificate",
            f"{told.file}: {wrong}",
            "Renew it, or correct certificate_file and key_file.",
        )
    days = (told.not_after - wall).days if told.not_after else 0
    if days < RENEW_DAYS:
        todo = (
            "The store renews it by itself at night."
            if told.is_trial
            else "Renew it; no restart is needed."
        )
        return warning("certificate", f"{told.file} ends in {days} days.", todo)
    made = "the store's own trial authority" if told.is_trial else "an authority"
    return fine("certificate", f"Good for {days} days, for {', '.join(told.names)}, from {made}.")


def _wrong(told: CertificateFileSeen, seen: Seen) -> str:
    wall = seen.store.clock.wall
    if told.problem:
        return f"it cannot be read ({told.problem})"
    if told.not_after and told.not_after <= wall:
        return f"it ended on {told.not_after:%Y-%m-%d}; phones refuse it"
    if told.not_before and told.not_before > wall:
        return f"it begins on {told.not_before:%Y-%m-%d} only, by this machine's clock"
    if told.fits_key is False:
        return "it does not belong to its key"
    if not told.covers_host:
        return f"it is not for {seen.store.public_host}, the store's public name"
    return ""


def printer(seen: Seen) -> Finding:
    """Whether the printer answers, where there is one."""
    told = seen.box.printer
    if told is None:
        return off(
            "printer",
            "No printer is configured; signs and sheets are printed as PDF from any computer.",
        )
    if told.problem:
        return warning(
            "printer", f"{told.address} does not answer: {told.problem}.",
            "Is it on, has it paper, is it still at this address? It is the setting printer.",
        )  # fmt: skip
    return fine("printer", f"{told.address} answers.")


def versions(seen: Seen) -> Finding:
    """Whether what is installed is what was tested."""
    box = seen.box
    said = f"store-edge {box.version}, Python {box.python}"
    if box.unlike_lock is None:
        return fine("versions", f"{said}. No lock file here to compare with.")
    if box.unlike_lock:
        few = ", ".join(box.unlike_lock[:4])
        return warning(
            "versions", f"{said}; other packages than were tested: {few}.",
            "pip install --require-hashes -r config/locks/runtime.txt",
        )  # fmt: skip
    return fine("versions", f"{said}, packages as locked.")


def settings(seen: Seen) -> Finding:
    """Whether the settings can be read, and none of a trial is left."""
    if problem := seen.box.settings_problem:
        return broken(
            "settings",
            problem,
            "The next start will refuse it. config/README.md describes each setting.",
        )
    if not seen.box.cookies_secure:
        return warning(
            "settings", "cookies_secure is false: sign-ins travel over plain HTTP.",
            "Right for a trial on one machine only; remove it before customers come.",
        )  # fmt: skip
    return fine("settings", "All settings are known and allowed.")
