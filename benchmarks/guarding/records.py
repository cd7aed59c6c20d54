"""A contract of 25 fields and its records, about 700 bytes of JSON each, as `benchmarks/guarding/kafka.py` sends them."""

from __future__ import annotations

import json
from typing import Any

_TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
_NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: string, required: true, logicalTypeOptions: {format: uuid}}
      - {name: customer, logicalType: string, required: true, logicalTypeOptions: {format: uuid}}
      - {name: placed_at, logicalType: timestamp, required: true}
      - {name: paid_at, logicalType: timestamp}
      - {name: day, logicalType: date, required: true}
      - {name: status, logicalType: string, required: true, enum: [{value: placed}, {value: paid}, {value: sent}, {value: returned}]}
      - {name: currency, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{3}$"}}
      - {name: country, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{2}$"}}
      - {name: postcode, logicalType: string, required: true, logicalTypeOptions: {minLength: 4, maxLength: 10}}
      - {name: email_hash, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[0-9a-f]{32}$"}}
      - {name: total, logicalType: number, required: true, logicalTypeOptions: {minimum: 0, maximum: 1000000}}
      - {name: gift, logicalType: boolean, required: true}
""" + "".join(
    [f"      - {{name: {name}, logicalType: string, required: true, logicalTypeOptions: {{maxLength: 40}}}}\n" for name in _TEXTS]
    + [f"      - {{name: {name}, logicalType: integer, required: true, logicalTypeOptions: {{minimum: 0}}}}\n" for name in _NUMBERS]
)


def record(number: int, *, bad: bool = False) -> bytes:
    """bad: its status is none of the contract's."""
    values: dict[str, Any] = {
        "id": f"0190c9a4-7b1e-7d3a-9c55-{number:012x}",
        "customer": f"5f1c2d8e-0b7a-4e1f-8a66-{number * 7 % 2**48:012x}",
        "placed_at": "2026-11-23T09:30:00Z",
        "paid_at": "2026-11-23T09:31:12Z" if number % 3 else None,
        "day": "2026-11-23",
        "status": "lost" if bad else "paid",
        "currency": "EUR",
        "country": "DE",
        "postcode": f"{10000 + number % 89999}",
        "email_hash": f"{number:032x}",
        "total": number % 9973 + 0.5,
        "gift": number % 2 == 0,
        **{name: f"{name}-{number % 97:04}-abcdefghijklmn" for name in _TEXTS},
        **dict.fromkeys(_NUMBERS, number % 1009),
    }
    return json.dumps(values, separators=(",", ":")).encode()
