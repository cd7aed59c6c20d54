"""Run in the peers' environment: ``messages_orders.py MESSAGES ROUNDS`` prints the best round of each, and which lines it rejects.

The contract of `benchmarks/guarding/records.py` once more, as each of them wants it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import fastjsonschema
import jsonschema_rs
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")
STATUSES = ("placed", "paid", "sent", "returned")


def text(**limits: Any) -> dict[str, Any]:
    return {"type": "string", **limits}


PROPERTIES: dict[str, Any] = {
    "id": text(format="uuid"),
    "customer": text(format="uuid"),
    "placed_at": text(format="date-time"),
    "paid_at": {"type": ["string", "null"], "format": "date-time"},
    "day": text(format="date"),
    "status": {"enum": list(STATUSES)},
    "currency": text(pattern="^[A-Z]{3}$"),
    "country": text(pattern="^[A-Z]{2}$"),
    "postcode": text(minLength=4, maxLength=10),
    "email_hash": text(pattern="^[0-9a-f]{32}$"),
    "total": {"type": "number", "minimum": 0, "maximum": 1000000},
    "gift": {"type": "boolean"},
    **{name: text(maxLength=40) for name in TEXTS},
    **{name: {"type": "integer", "minimum": 0} for name in NUMBERS},
}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": [name for name in PROPERTIES if name != "paid_at"]}


def _model() -> type[BaseModel]:
    fields: dict[str, Any] = {
        "id": UUID,
        "customer": UUID,
        "placed_at": datetime,
        "day": date,
        "status": Literal[STATUSES],
        "currency": Annotated[str, Field(pattern="^[A-Z]{3}$")],
        "country": Annotated[str, Field(pattern="^[A-Z]{2}$")],
        "postcode": Annotated[str, Field(min_length=4, max_length=10)],
        "email_hash": Annotated[str, Field(pattern="^[0-9a-f]{32}$")],
        "total": Annotated[float, Field(ge=0, le=1000000)],
        "gift": bool,
        **{name: Annotated[str, Field(max_length=40)] for name in TEXTS},
        **{name: Annotated[int, Field(ge=0)] for name in NUMBERS},
    }
    whole = {name: (kind, ...) for name, kind in fields.items()} | {"paid_at": (datetime | None, None)}
    return create_model("Order", __config__=ConfigDict(strict=True), **whole)


def _raises(check: Callable[[bytes], object], error: type[Exception]) -> Callable[[bytes], bool]:
    def passes(data: bytes) -> bool:
        try:
            check(data)
        except error:
            return False
        return True

    return passes


def main() -> None:
    lines = Path(sys.argv[1]).read_bytes().splitlines()
    validator = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    fast = fastjsonschema.compile(SCHEMA)
    model = _model()
    loads = orjson.loads
    checks: dict[str, Callable[[bytes], object]] = {
        "orjson.loads, nothing checked": loads,
        "jsonschema-rs": lambda data: validator.is_valid(loads(data)),
        "pydantic": _raises(model.model_validate_json, ValidationError),
        "fastjsonschema": _raises(lambda data: fast(loads(data)), fastjsonschema.JsonSchemaException),
    }
    rejected = {name: [at for at, data in enumerate(lines) if check(data) is False] for name, check in checks.items()}
    good = [data for at, data in enumerate(lines) if at not in rejected["jsonschema-rs"]]
    seconds = dict.fromkeys(checks, float("inf"))
    for _ in range(int(sys.argv[2])):
        for name, check in checks.items():
            began = time.perf_counter()
            for data in good:
                check(data)
            seconds[name] = min(seconds[name], time.perf_counter() - began)
    print(json.dumps({"seconds": seconds, "rejected": rejected}))


if __name__ == "__main__":
    main()
