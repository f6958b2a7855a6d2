"""What is true of health: what was seen, and what it means."""

from edge.health.rules.checks import CHECKS, judge
from edge.health.rules.findings import Finding, Level, exit_code
from edge.health.rules.seen import (
    BackupSeen,
    BoxSeen,
    CertificateFileSeen,
    ClockSeen,
    DatabaseSeen,
    DrillSeen,
    JobSeen,
    NightSeen,
    PrinterSeen,
    Seen,
    StoreSeen,
    SyncState,
)

__all__ = [
    "CHECKS",
    "BackupSeen",
    "BoxSeen",
    "CertificateFileSeen",
    "ClockSeen",
    "DatabaseSeen",
    "DrillSeen",
    "Finding",
    "JobSeen",
    "Level",
    "NightSeen",
    "PrinterSeen",
    "Seen",
    "StoreSeen",
    "SyncState",
    "exit_code",
    "judge",
]
