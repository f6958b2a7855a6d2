"""What is true of arrivals: reports and their doubts, the forecast, the phone's plan, the journey, the eta."""

from edge.arrivals.rules.doubts import Doubted
from edge.arrivals.rules.eta import (
    Eta,
    Sighting,
    Source,
    expect,
)
from edge.arrivals.rules.hindsight import EtaError, Said, judge, observe, said_now
from edge.arrivals.rules.journey import How, Journey, Phase, Ring
from edge.arrivals.rules.learned import NOTHING, Learned, Level, Seen, Step
from edge.arrivals.rules.learning import learn
from edge.arrivals.rules.reports import Doubt, RangeReport, Trail

__all__ = [
    "NOTHING",
    "Doubt",
    "Doubted",
    "Eta",
    "EtaError",
    "How",
    "Journey",
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
    "learn",
    "observe",
    "said_now",
]
