"""How long a child takes to judge a pull request of 20 contracts, by format: parsing both sides, comparing, judging.

In this process, by the function that the bounded child runs, with what the fork server imports beforehand. JSON in and out, Git and the
fork are left out; `judge_repository` has them. ``--profile FORMAT`` prints where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.contracts import contract
from benchmarks.results import Row, median
from countersign.formats.binary import as_text
from countersign.model.profile import USUAL
from countersign.services.child import judge_contract
from countersign.services.codec import dump

JSON = Any
CONTRACTS, FIELDS = 20, 50
TARGET_MS = 300.0

#: Of a contract's number and whether it is changed: its file and its text. Changed, the first field has another type and the last is gone.
Make = Callable[[int, bool], tuple[str, str]]


def run(rounds: int = 5) -> list[Row]:
    """The first round, which imports what is needed, is not counted."""
    rows = []
    for name, make in FORMATS.items():
        items = _items(make)
        walls, cpus = zip(*[_judged(items) for _ in range(rounds + 1)][1:], strict=True)
        what = f"judging {CONTRACTS} contracts of {FIELDS} fields, {name}"
        rows.append(Row(what=what, unit="ms", ours=median(walls), cpu=median(cpus), target=TARGET_MS))
    return rows


def _items(make: Make) -> list[JSON]:
    def source(number: int, changed: bool) -> JSON:
        file, text = make(number, changed)
        return {"file": file, "text": text}

    return [
        {"id": f"c{n}", "direction": "readers", "profile": dump(USUAL), "base": source(n, False), "landed": source(n, True)}
        for n in range(CONTRACTS)
    ]


def _judged(items: list[JSON]) -> tuple[float, float]:
    """ms by the clock, and of processor time."""
    began, used = time.perf_counter(), time.process_time()
    for item in items:
        found = judge_contract(item).get("findings", [])
        if len([one for one in found if one["level"] == "breaking"]) < 2:
            raise SystemExit(f"expected two breaks in {item['base']['file']}, got {found}")
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def _names(changed: bool) -> list[str]:
    return [f"field_{at}" for at in range(FIELDS - changed)]


def _odcs(number: int, changed: bool) -> tuple[str, str]:
    return f"contracts/{number}.odcs.yaml", contract(number, FIELDS - changed, "integer" if changed else "string")


def _avro(number: int, changed: bool) -> tuple[str, str]:
    fields = [{"name": name, "type": "int" if changed and not at else "string", "doc": f"{at}"} for at, name in enumerate(_names(changed))]
    return f"schemas/{number}.avsc", json.dumps({"type": "record", "name": f"R{number}", "fields": fields}, indent=1)


def _json_schema(number: int, changed: bool) -> tuple[str, str]:
    names = _names(changed)
    kinds = {name: {"type": "integer" if changed and not at else "string", "maxLength": 20 + at} for at, name in enumerate(names)}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": kinds, "required": names[:10]}
    return f"schemas/{number}.schema.json", json.dumps(schema, indent=1)


def _protobuf(number: int, changed: bool) -> tuple[str, str]:
    fields = [f"  {'int64' if changed and not at else 'string'} {name} = {at + 1};" for at, name in enumerate(_names(changed))]
    return f"proto/{number}.proto", "\n".join(['syntax = "proto3";', f"package p{number};", "message Order {", *fields, "}", ""])


def _sql(number: int, changed: bool) -> tuple[str, str]:
    columns = [f"  {name} {'INTEGER' if changed and not at else 'VARCHAR(20)'} NOT NULL" for at, name in enumerate(_names(changed))]
    return f"ddl/{number}.sql", f"CREATE TABLE t_{number} (\n" + ",\n".join(columns) + "\n);\n"


def _message(number: int, changed: bool) -> tuple[str, str]:
    fields = [f"  required {'int64' if changed and not at else 'int32'} {name};" for at, name in enumerate(_names(changed))]
    return f"tables/{number}.parquet.schema", "\n".join([f"message t_{number} {{", *fields, "}", ""])


def _footer(number: int, changed: bool) -> tuple[str, str]:
    import pyarrow as pa

    from benchmarks.draws.parquet import written

    kinds = {name: pa.int64() if changed and not at else pa.int32() for at, name in enumerate(_names(changed))}
    file = f"tables/{number}.parquet"
    return file, as_text(file, written(pa.schema(kinds)))


def _iceberg(number: int, changed: bool) -> tuple[str, str]:
    fields = [
        {"id": at + 1, "name": name, "required": True, "type": "long" if changed and not at else "int"}
        for at, name in enumerate(_names(changed))
    ]
    return f"tables/{number}.iceberg.json", json.dumps({"type": "struct", "schema-id": number, "fields": fields}, indent=1)


FORMATS: Mapping[str, Make] = {
    "ODCS": _odcs,
    "Avro": _avro,
    "JSON Schema": _json_schema,
    "Protobuf": _protobuf,
    "SQL": _sql,
    "Parquet's text": _message,
    "Parquet files": _footer,
    "Iceberg": _iceberg,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description="Where the time of judging goes.")
    parser.add_argument("--profile", choices=FORMATS, default="ODCS", metavar="FORMAT", help=", ".join(FORMATS))
    items = _items(FORMATS[parser.parse_args().profile])
    _judged(items)
    profile = cProfile.Profile()
    profile.runcall(_judged, items)
    pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
