"""The cases that every back end of the guard is held to: `cases/*.yaml`, a file a subject.

A group has a contract and its cases; a case has a record as JSON data and the violations, each ``[where, rule]``. A contract is a list of
ODCS properties, or ``{jsonschema: …}``, ``{avro: …}``. Where reads ``lines[0].sku``; the record itself is ``""``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from countersign.formats import Source, parse
from countersign.guard.compiling import compile_plan
from countersign.guard.plan import Plan, Violation
from countersign.model.contract import Contract

DIRECTORY = Path(__file__).parent / "cases"
_FILES = {"odcs": "r.odcs.json", "jsonschema": "r.schema.json", "avro": "r.avsc"}


@dataclass(frozen=True, slots=True)
class Case:
    """format: ``odcs``, ``jsonschema``, ``avro``. schema: the contract as JSON data: ODCS's properties, or the document. broken: sorted."""

    name: str
    format: str
    schema: Any
    record: dict[str, Any]
    broken: tuple[tuple[str, str], ...]

    @property
    def contract(self) -> Contract:
        return read(self.format, json.dumps(self.schema))

    @property
    def plan(self) -> Plan:
        return plan_of(self.format, json.dumps(self.schema))


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for file in sorted(DIRECTORY.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8")):
            written = group["contract"]
            format_, schema = ("odcs", written) if isinstance(written, list) else next(iter(written.items()))
            for case in group["cases"]:
                broken = tuple(sorted((where, rule) for where, rule in case.get("broken", ())))
                found.append(Case(f"{file.stem}: {group['group']}: {case['is']}", format_, schema, case["record"], broken))
    return tuple(found)


@cache
def read(format_: str, schema: str) -> Contract:
    """The contract of a case's schema, given as JSON text."""
    data = json.loads(schema)
    if format_ == "odcs":
        head = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "r", "version": "1.0.0", "status": "active"}
        data = {**head, "schema": [{"name": "r", "logicalType": "object", "properties": data}]}
    return parse(Source(_FILES[format_], json.dumps(data)), "r", format_)


@cache
def plan_of(format_: str, schema: str) -> Plan:
    return compile_plan(read(format_, schema))


def broken(violations: tuple[Violation, ...]) -> tuple[tuple[str, str], ...]:
    """A back end's answer in the form of `Case.broken`."""
    return tuple(sorted((where(violation.at), violation.rule) for violation in violations))


def where(at: tuple[str | int, ...]) -> str:
    text = ""
    for step in at:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
