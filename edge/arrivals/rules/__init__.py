"""What is true of arrivals: reports and their doubts, the forecast, the phone's plan, the journey, the eta."""

from edge.arrivals.rules.eta import (
    Eta,
    Lane,
    Sighting,
    Source,
    expect,
    lane,
    needed_by,
    slack_seconds,
    start_by,
)
from edge.arrivals.rules.hindsight import EtaError, judge
from edge.arrivals.rules.journey import How, Journey, Phase, Ring
from edge.arrivals.rules.reports import Doubt, RangeReport, Trail

__all__ = [
    "Doubt",
    "Eta",
    "EtaError",
    "How",
    "Journey",
    "Lane",
    "Phase",
    "RangeReport",
    "Ring",
    "Sighting",
    "Source",
    "Trail",
    "expect",
    "judge",
    "lane",
    "needed_by",
    "slack_seconds",
    "start_by",
]
