"""``python -m benchmarks.fuzz [--inputs N] [--reader NAME]… [--seed N]``: texts and bytes that nobody would write, put to every reader.

Each input is a sound file that was cut, spliced, repeated or bent (`benchmarks.fuzzing`). A reader may take it, refuse it with a line that
it has, or ask for files; what it takes is compared with itself and with a sound one. Anything else is a fault: another exception, a process
that ends, more than five seconds. The work is done in processes of its own, so that the run outlives what it finds. Every input has a seed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.fuzzing import READERS, Input, attempt, bent

#: Seconds without a sign after which a process hangs; two are a file's share in the product.
HANG = 5.0
#: Address space of a process, far above what the product allows one.
_MEMORY = 4 * 2**30
_MOST_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """kind: ``crash``, ``hang`` or ``death``. said: the exception, or the signal."""

    kind: str
    input: Input
    said: str


def run(reader: str, inputs: int, seed: int) -> tuple[Counter[str], list[Fault]]:
    """What became of the inputs: ``read``, ``refused``, ``asked``; and the faults."""
    counts: Counter[str] = Counter()
    faults: list[Fault] = []
    at = 0
    while at < inputs:
        at, fault = _until_fault(reader, at, inputs, seed, counts)
        if fault is not None:
            faults.append(fault)
    return counts, faults


def _until_fault(reader: str, start: int, end: int, seed: int, counts: Counter[str]) -> tuple[int, Fault | None]:
    """Go on in a new process until it is done, hangs or ends; the number of the next input."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _work(sink, reader, start, end, seed)
    os.close(sink)
    at, rest = start, b""
    try:
        while True:
            ready, _, _ = select.select([source], [], [], HANG)
            if not ready:
                os.kill(child, signal.SIGKILL)
                return at + 1, Fault("hang", bent(reader, seed, at), f"more than {HANG:g} seconds")
            block = os.read(source, 65_536)
            if not block:
                break
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                at, outcome = json.loads(line)
                if outcome.startswith("crash "):
                    return at + 1, Fault("crash", bent(reader, seed, at), outcome.removeprefix("crash "))
                counts[outcome] += outcome != ""
    finally:
        os.close(source)
        _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        return at + 1, Fault("death", bent(reader, seed, at), f"exit {os.waitstatus_to_exitcode(status)}")
    return end, None


def _work(sink: int, reader: str, start: int, end: int, seed: int) -> None:
    """In the child: say which input is begun, and what became of it. After a crash nothing more is tried."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for at in range(start, end):
        _say(sink, [at, ""])
        outcome = attempt(bent(reader, seed, at))
        _say(sink, [at, outcome])
        if outcome.startswith("crash "):
            break
    os._exit(0)


def _say(sink: int, said: Any) -> None:
    os.write(sink, json.dumps(said).encode() + b"\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if there is no fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description="Inputs that nobody would write, for every reader.")
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N", help="in all (default: 100,000)")
    parser.add_argument("--reader", action="append", choices=list(READERS), help="this one alone; may be given several times")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other inputs (default: 1)")
    options = parser.parse_args(arguments)
    names = options.reader or list(READERS)
    faults: list[Fault] = []
    print(f"{'reader':<16}{'inputs':>8}{'read':>8}{'refused':>9}{'asked':>7}{'faults':>8}{'seconds':>9}")
    for name in names:
        started = time.perf_counter()
        counts, found = run(name, -(-options.inputs // len(names)), options.seed)
        taken = time.perf_counter() - started
        total = counts.total() + len(found)
        print(f"{name:<16}{total:>8}{counts['read']:>8}{counts['refused']:>9}{counts['asked']:>7}{len(found):>8}{taken:>9.1f}", flush=True)
        faults += found
    for fault in faults[:_MOST_SHOWN]:
        print(f"\n{fault.kind}: {fault.input.reader}, input {fault.input.number} of seed {options.seed}: {fault.said}")
        print(f"  {fault.input.file}: {fault.input.raw[:600]!r}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
