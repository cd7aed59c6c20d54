"""The contract itself in datacontract-cli, over DuckDB: FILE ROUNDS CONTRACT -> JSON on standard output."""

import json
import logging
import re
import sys
import time

from datacontract.data_contract import DataContract

logging.disable(logging.CRITICAL)
FILE, ROUNDS, CONTRACT = sys.argv[1:]


def check() -> dict[str, int]:
    """It tells the count in a sentence; what it cannot check it tells as broken, too, without one."""
    run = DataContract(data_contract_file=CONTRACT).test()
    counts = {f"{one.field} {one.type}": re.search(r"was (\d+), expected = 0", one.reason or "") for one in run.checks}
    return {name: int(count[1]) for name, count in counts.items() if count and int(count[1])}


taken, found = [], {}
for _ in range(int(ROUNDS)):
    began = time.perf_counter()
    found = check()
    taken.append(time.perf_counter() - began)
print(json.dumps({"seconds": taken, "found": found}))
