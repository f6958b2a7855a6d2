"""Every command that writes, by name: what the service does for the command line."""

from __future__ import annotations

from edge.cli import backup, devices, doctor, enrol, init, products, qr, staff, sync
from edge.cli.service import Command

COMMANDS: dict[str, Command] = {
    "init": init.init,
    "enrol": enrol.enrol,
    "doctor": doctor.doctor,
    "backup.drilled": backup.drilled,
    "products.import": products.import_products,
    "staff.add": staff.add_person,
    "staff.pin": staff.change_pin,
    "staff.disable": staff.disable_person,
    "staff.list": staff.people,
    "devices.code": devices.make_code,
    "devices.revoke": devices.revoke_device,
    "devices.list": devices.devices,
    "sync.status": sync.stand,
    "sync.now": sync.exchange,
    "sync.reconcile": sync.compare,
    "qr": qr.codes_to_print,
    "qr.sheets": qr.sheets,
}
