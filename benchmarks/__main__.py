"""``python -m benchmarks [NAME…] [--rounds N] [--json FILE]``: measure, beside peers, and print one table."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from benchmarks.results import Row, machine, machine_line, table

#: What can be asked for, in the order of the table. Each is a module with a function `run`.
NAMES = ("judge_repository", "odcs_pair", "intake")


def main() -> int:
    """0, whatever the figures are: they hang on the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, beside peers, and print one table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each is measured; each has a sensible number of its own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    facts = machine()
    rows: list[Row] = []
    for name in options.names or NAMES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        run = importlib.import_module(f"benchmarks.{name}").run
        rows += run(options.rounds) if options.rounds else run()
    load_after = os.getloadavg()[0]
    print(f"{machine_line(facts, load_after)}\n\n{table(rows)}")
    if options.json:
        figures = {"machine": {**facts, "load_after": round(load_after, 1)}, "rows": [row.as_json() for row in rows]}
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
