"""``python -m benchmarks [NAME…] [--rounds N] [--json FILE]``: measure, beside peers, and print one table.

``python -m benchmarks --organisation [--hours N] [--scale F] [--seed N]`` simulates an organisation instead, and ``--conformance DIR`` puts
other people's verdicts to the engine (`benchmarks.conformance`).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from benchmarks.results import Row, machine, machine_line, table

#: What can be asked for, in the order of the table. Each is a module with a function `run`.
NAMES = (
    "judge_repository",
    "growth",
    "backtest",
    "odcs_pair",
    "judging",
    "implementations",
    "protobuf_tree",
    "intake",
    "outage",
    "guard",
    "pages",
)


def main() -> int:
    """0, whatever the figures are: they hang on the machine. Of the simulation and of conformance 1 if something does not hold, for that
    hangs on us."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, beside peers, and print one table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each is measured; each has a sensible number of its own")
    parser.add_argument("--path", action="append", metavar="PATH", help="of `pages`: measure this page; may be given several times")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--organisation", action="store_true", help="simulate an organisation for a day instead: limits, and who is asked")
    parser.add_argument("--hours", type=float, default=24.0, metavar="N", help="how long it is simulated (default: 24)")
    parser.add_argument("--scale", type=float, default=1.0, metavar="F", help="how large it is (default: 1, which is 500 repositories)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another organisation, and another day (default: 1)")
    parser.add_argument("--conformance", metavar="DIR", help="compare our verdicts with the vectors in a folder instead")
    options = parser.parse_args()
    if options.organisation:
        if options.hours <= 0 or options.scale <= 0:
            parser.error("--hours and --scale must be more than 0")
        return _organisation(options.hours, options.scale, options.seed)
    if options.conformance:
        return importlib.import_module("benchmarks.conformance").main([options.conformance])
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    facts = machine()
    rows: list[Row] = []
    for name in options.names or NAMES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        run = importlib.import_module(f"benchmarks.{name}").run
        wanted = {"rounds": options.rounds} if options.rounds else {}
        rows += run(**wanted, paths=options.path) if name == "pages" and options.path else run(**wanted)
    load_after = os.getloadavg()[0]
    print(f"{machine_line(facts, load_after)}\n\n{table(rows)}")
    if options.json:
        figures = {"machine": {**facts, "load_after": round(load_after, 1)}, "rows": [row.as_json() for row in rows]}
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _organisation(hours: float, scale: float, seed: int) -> int:
    from benchmarks.organisation import report, simulate  # it needs the database and the services, which the others do not

    print(f"simulating {hours:g} hours …", file=sys.stderr, flush=True)
    outcome = simulate(hours, scale, seed)
    print(report(outcome))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
