"""ODCS documents of any size."""

from __future__ import annotations


def contract(number: int, fields: int = 50, first_type: str = "string") -> str:
    """A document of ``fields`` fields, each with a name, a type and a description. first_type: of the first field."""
    lines = [
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: contract-{number}",
        "version: 1.0.0",
        "status: active",
        "schema:",
        f"  - name: table_{number}",
        "    properties:",
    ]
    for at in range(fields):
        logical_type = first_type if at == 0 else "string"
        lines += [f"      - name: field_{at}", f"        logicalType: {logical_type}", f"        description: field {at} of {number}"]
    return "\n".join(lines) + "\n"
