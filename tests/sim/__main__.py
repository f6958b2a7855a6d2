"""`python -m tests.sim --seeds A:B`: the seeded simulator of stores and HQ. `--planted-bugs` shows that it can fail."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.sim import planted, scenarios, seeds


def main(words: list[str] | None = None) -> int:
    """Play what was asked for; 0 when everything held."""
    asked = _parser().parse_args(words)
    seeds.make_ready()
    if asked.planted_bugs:
        return planted.main()
    if asked.scenarios:
        return scenarios.main()
    first, _, last = asked.seeds.partition(":")
    return _play(range(int(first), int(last or int(first) + 1)), asked)


def _play(chosen: range, asked: argparse.Namespace) -> int:
    began, failed, digests = time.monotonic(), [], {}
    found = seeds.play_all(chosen, stores=asked.stores, twice=asked.twice, jobs=asked.jobs)
    for result in found:
        digests[result.seed] = result.digest
        if not result.is_good:
            failed.append(result)
            print(seeds.told(result), flush=True)
    took = time.monotonic() - began
    print(
        f"{len(digests)} seeds, {len(failed)} failed, {took:.0f} s, {len(digests) / max(took, 0.001):.1f} seeds/s"
    )
    if asked.json:
        report = {
            "seeds": len(digests),
            "failed": {str(each.seed): each.problem for each in failed},
            "seconds": round(took, 1),
            "digests": digests,
        }
        Path(asked.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", default="0:100", metavar="A:B", help="play seeds A to B - 1")
    parser.add_argument("--stores", type=int, default=0, help="3 to 50; else each seed chooses")
    parser.add_argument(
        "--twice", action="store_true", help="each seed twice, step by step the same"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", metavar="OUT", help="write what came out to a file")
    parser.add_argument(
        "--planted-bugs", action="store_true", help="each known mistake must be caught"
    )
    parser.add_argument(
        "--scenarios", action="store_true", help="the named scenarios of docs/sync.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
