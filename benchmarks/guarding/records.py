"""Records that fulfil the contract of `benchmarks.guarding.orders`, as JSON messages of about 700 bytes."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.guarding.orders import NUMBERS, TEXTS


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
        **{name: f"{name}-{number % 97:04}-abcdefghijklmn" for name in TEXTS},
        **dict.fromkeys(NUMBERS, number % 1009),
    }
    return json.dumps(values, separators=(",", ":")).encode()
