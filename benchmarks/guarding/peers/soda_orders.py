"""The contract's rules in Soda, over DuckDB: FILE ROUNDS -> JSON on standard output."""

import json
import sys
import time

import duckdb
from soda.scan import Scan

UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")
INVALID = {
    "id": f"valid regex: '{UUID}'",
    "customer": f"valid regex: '{UUID}'",
    "status": "valid values: [placed, paid, sent, returned]",
    "currency": "valid regex: '^[A-Z]{3}$'",
    "country": "valid regex: '^[A-Z]{2}$'",
    "postcode": "valid min length: 4\n      valid max length: 10",
    "email_hash": "valid regex: '^[0-9a-f]{32}$'",
    "total": "valid min: 0\n      valid max: 1000000",
    **dict.fromkeys(TEXTS, "valid max length: 40"),
    **dict.fromkeys(NUMBERS, "valid min: 0"),
}
REQUIRED = (*INVALID, "placed_at", "day", "gift")
CHECKS = (
    "checks for orders:\n  - duplicate_count(id) = 0\n"
    + "".join(f"  - missing_count({name}) = 0\n" for name in REQUIRED)
    + "".join(f"  - invalid_count({name}) = 0:\n      {valid}\n" for name, valid in INVALID.items())
)


def check(file: str) -> dict[str, int]:
    connection = duckdb.connect()
    connection.execute(f"create view orders as select * from read_parquet('{file}')")
    scan = Scan()
    scan.disable_telemetry()
    scan.set_data_source_name("duckdb")
    scan.add_duckdb_connection(connection)
    scan.add_sodacl_yaml_str(CHECKS)
    scan.execute()
    return {
        f"{one['column']} {one['name']}": one["diagnostics"]["value"]
        for one in scan.get_scan_results()["checks"]
        if one["outcome"] != "pass"
    }


taken, found = [], {}
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    found = check(sys.argv[1])
    taken.append(time.perf_counter() - began)
print(json.dumps({"seconds": taken, "found": found}))
