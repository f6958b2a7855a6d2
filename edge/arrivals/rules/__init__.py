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
from edge.arrivals.rules.hindsight import EtaError, Said, judge, observe, said_now
from edge.arrivals.rules.journey import How, Journey, Phase, Ring
from edge.arrivals.rules.learned import NOTHING, Learned, Level, Seen, Step
from edge.arrivals.rules.learning import learn
from edge.arrivals.rules.reports import Doubt, RangeReport, Trail

__all__ = [
    "NOTHING",
    "Doubt",
    "Eta",
    "EtaError",
    "How",
    "Journey",
    "Lane",
    "Learned",
    "Level",
    "Phase",
    "RangeReport",
    "Ring",
    "Said",
    "Seen",
    "Sighting",
    "Source",
    "Step",
    "Trail",
    "expect",
    "judge",
    "lane",
    "learn",
    "needed_by",
    "observe",
    "said_now",
    "slack_seconds",
    "start_by",
]
