"""The contract's rules in pandera, over Polars: FILE ROUNDS -> JSON on standard output."""

import json
import sys
import time

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")

SCHEMA = pa.DataFrameSchema(
    {
        "id": pa.Column(str, pa.Check.str_matches(UUID), unique=True),
        "customer": pa.Column(str, pa.Check.str_matches(UUID)),
        "placed_at": pa.Column(pl.Datetime("us")),
        "paid_at": pa.Column(pl.Datetime("us"), nullable=True),
        "day": pa.Column(pl.Date),
        "status": pa.Column(str, pa.Check.isin(["placed", "paid", "sent", "returned"])),
        "currency": pa.Column(str, pa.Check.str_matches("^[A-Z]{3}$")),
        "country": pa.Column(str, pa.Check.str_matches("^[A-Z]{2}$")),
        "postcode": pa.Column(str, pa.Check.str_length(4, 10)),
        "email_hash": pa.Column(str, pa.Check.str_matches("^[0-9a-f]{32}$")),
        "total": pa.Column(float, pa.Check.in_range(0, 1_000_000)),
        "gift": pa.Column(bool),
        **{name: pa.Column(str, pa.Check.str_length(max_value=40)) for name in TEXTS},
        **{name: pa.Column(int, pa.Check.ge(0)) for name in NUMBERS},
    }
)
RULES = {
    "isin": "enum",
    "in_range": "maximum",
    "greater_than_or_equal_to": "minimum",
    "str_matches": "pattern",
    "str_length": "maxLength",
    "not_nullable": "null",
    "field_uniqueness": "unique",
}


def check(file: str) -> dict[str, int]:
    try:
        SCHEMA.validate(pl.read_parquet(file), lazy=True)
    except SchemaErrors as errors:
        return {
            f"{error.schema.name} {RULES[str(error.check if isinstance(error.check, str) else error.check.name)]}": len(error.failure_cases)
            for error in errors.schema_errors
        }
    return {}


taken, found = [], {}
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    found = check(sys.argv[1])
    taken.append(time.perf_counter() - began)
print(json.dumps({"seconds": taken, "found": found}))
