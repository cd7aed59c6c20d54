"""JSON messages one at a time, on one core, beside the validators that others use for it and beside bare parsing."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.guarding.orders import CONTRACT
from benchmarks.guarding.records import record
from benchmarks.peers import PeerMissing, environment
from benchmarks.results import Row
from countersign.formats import Source, parse
from countersign.guard.compiling import compile_plan
from countersign.guard.messages import Checker, compile_json

_GOOD = 5_000
#: Of the rate of bare parsing, and of jsonschema-rs.
_OF_PARSING, _OF_JSONSCHEMA_RS = 0.68, 1.4
#: What is made of a good message: (field, its value; `...` takes the field out), and the rule that this breaks.
_SPOILT: tuple[tuple[str, Any, str], ...] = (
    ("status", "lost", "enum"),
    ("currency", "eur", "pattern"),
    ("email_hash", "zz", "pattern"),
    ("id", "no-uuid", "type"),
    ("placed_at", "yesterday", "type"),
    ("day", "2026-02-30", "type"),
    ("total", -1, "minimum"),
    ("total", 1_000_001, "maximum"),
    ("points", 1.5, "type"),
    ("gift", "yes", "type"),
    ("region", "x" * 41, "maxLength"),
    ("postcode", "1", "minLength"),
    ("country", None, "null"),
    ("items", ..., "required"),
)
_PEERS = Path(__file__).parent / "peers" / "messages_orders.py"
_PATIENCE = 120


def run(rounds: int = 25, peers: bool = True) -> list[Row]:
    """Of each, theirs too, the best round: all of them share the machine with what else it does."""
    good = [record(number) for number in range(_GOOD)]
    bad = [_spoilt(at, field, value) for at, (field, value, _) in enumerate(_SPOILT)]
    checker = compile_json(compile_plan(parse(Source("orders.odcs.yaml", CONTRACT), "orders")))
    _agree(checker, good, bad)
    ours = min(_timed(checker.check, good) for _ in range(rounds))
    theirs, why = _peers(good, bad, rounds) if peers else ({}, "not asked for")
    ours = _GOOD / min(ours, *(_timed(checker.check, good) for _ in range(rounds)))  # before and after them
    size = f"messages of {sum(map(len, good)) // _GOOD} bytes and 25 fields; {len(bad)} spoilt ones are rejected by all alike"
    parsing, rust, *others = ("orjson.loads, nothing checked", "jsonschema-rs", "pydantic", "fastjsonschema")
    factors = {parsing: _OF_PARSING, rust: _OF_JSONSCHEMA_RS, **dict.fromkeys(others, 1.0)}
    notes = {parsing: why or f"{size}; the targets are {_OF_PARSING} of bare parsing and {_OF_JSONSCHEMA_RS} times jsonschema-rs"}
    return [
        Row(
            what="messages: JSON",
            unit="/s",
            ours=ours,
            target=factor * theirs[name] if name in theirs else None,
            peer=name,
            peer_value=theirs.get(name),
            note=notes.get(name, ""),
        )
        for name, factor in factors.items()
    ]


def _spoilt(number: int, field: str, value: Any) -> bytes:
    values = json.loads(record(number))
    if value is ...:
        del values[field]
    else:
        values[field] = value
    return json.dumps(values, separators=(",", ":")).encode()


def _agree(checker: Checker, good: list[bytes], bad: list[bytes]) -> None:
    found = [[(one.path[-1], one.rule) for one in checker.check(data)] for data in bad]
    if any(map(checker.check, good)) or found != [[(field, rule)] for field, _, rule in _SPOILT]:
        raise SystemExit(f"the messages were not judged as they are: {found}")


def _timed(check: Callable[[bytes], object], messages: list[bytes]) -> float:
    began = time.perf_counter()
    for data in messages:
        check(data)
    return time.perf_counter() - began


def _peers(good: list[bytes], bad: list[bytes], rounds: int) -> tuple[dict[str, float], str]:
    """Messages a second of each that rejects what is spoilt and nothing else; and why there are none, or what one answered otherwise."""
    try:
        python = environment("messages") / "python"
    except PeerMissing as why:
        return {}, str(why)
    with tempfile.TemporaryDirectory() as scratch:
        messages = Path(scratch) / "messages.ndjson"
        messages.write_bytes(b"\n".join([*bad, *good]))
        asked = [str(python), str(_PEERS), str(messages), str(rounds)]
        try:
            answered = subprocess.run(asked, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout
        except subprocess.SubprocessError as error:
            return {}, f"they did not answer: {type(error).__name__}"
    answer = json.loads(answered)
    otherwise = [name for name, lines in answer["rejected"].items() if "orjson" not in name and lines != list(range(len(bad)))]
    return {name: _GOOD / seconds for name, seconds in answer["seconds"].items()}, "; ".join(
        f"{name} judges otherwise: {answer['rejected'][name]}" for name in otherwise
    )
