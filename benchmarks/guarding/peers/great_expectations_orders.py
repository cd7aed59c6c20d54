"""The contract's rules in Great Expectations, over pandas: FILE ROUNDS -> JSON on standard output."""

import json
import os
import sys
import time

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd

UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")
PATTERNS = {"id": UUID, "customer": UUID, "currency": "^[A-Z]{3}$", "country": "^[A-Z]{2}$", "email_hash": "^[0-9a-f]{32}$"}
REQUIRED = (*PATTERNS, "status", "postcode", "total", "placed_at", "day", "gift", *TEXTS, *NUMBERS)

E = gx.expectations


def expectations() -> list:
    """New ones each time: one belongs to one suite."""
    return [
        E.ExpectColumnValuesToBeUnique(column="id"),
        E.ExpectColumnValuesToBeInSet(column="status", value_set=["placed", "paid", "sent", "returned"]),
        E.ExpectColumnValueLengthsToBeBetween(column="postcode", min_value=4, max_value=10),
        E.ExpectColumnValuesToBeBetween(column="total", min_value=0, max_value=1_000_000),
        *(E.ExpectColumnValuesToMatchRegex(column=name, regex=pattern) for name, pattern in PATTERNS.items()),
        *(E.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED),
        *(E.ExpectColumnValueLengthsToBeBetween(column=name, max_value=40) for name in TEXTS),
        *(E.ExpectColumnValuesToBeBetween(column=name, min_value=0) for name in NUMBERS),
    ]


def check(file: str) -> dict[str, int]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("orders").add_dataframe_asset("orders").add_batch_definition_whole_dataframe("orders")
    suite = context.suites.add(gx.ExpectationSuite(name="orders", expectations=expectations()))
    result = batch.get_batch({"dataframe": pd.read_parquet(file)}).validate(suite, result_format="SUMMARY")
    return {
        f"{one.expectation_config.kwargs['column']} {one.expectation_config.type}": one.result["unexpected_count"]
        for one in result.results
        if not one.success
    }


taken, found = [], {}
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    found = check(sys.argv[1])
    taken.append(time.perf_counter() - began)
print(json.dumps({"seconds": taken, "found": found}))
