"""The guard in an environment of its own: the wheel with the extra `guard`, and nothing of the App."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: What a pipeline must not be made to install.
ABSENT = ("flask", "github", "git", "sqlalchemy", "dbos", "alembic", "pyarrow", "sqlglot")

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.4.0
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: integer, required: true, unique: true}
      - {name: status, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}]}
"""

SCRIPT = """\
import importlib.util, json, sys
from pathlib import Path

import polars
from countersign.guard import Guard, GuardMode, Runtime
from countersign.guard.batches import compile_batch
from countersign.guard.compiling import compile_plan
from countersign.guard.messages import compile_json
from countersign.guard.published import ContractFile


contract = ContractFile("orders.odcs.yaml").load().versions[0].contract
plan = compile_plan(contract)
polars.DataFrame({"order_id": [1, 2, 2], "status": ["paid", "lost", "paid"]}).write_parquet("orders.parquet")
check = compile_json(plan).check
lines = Path("orders.ndjson").read_bytes().splitlines()
with Guard(ContractFile("orders.odcs.yaml"), source="file:orders", directory="guard", runtime=Runtime(mode=GuardMode.QUARANTINE)) as guard:
    passed = [json.loads(line)["order_id"] for line in guard.stream(lines, start=0)]
print(json.dumps({
    "passed": passed,
    "bad messages": [number for number, line in enumerate(lines) if check(line)],
    "bad rows": compile_batch(plan).check("orders.parquet").bad_rows.to_list(),
    "present": [name for name in sys.argv[1:] if importlib.util.find_spec(name)],
}))
"""


def run(*command: str | Path, at: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(part) for part in command], cwd=at, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the environment's commands."""
    home = tmp_path_factory.mktemp("alone")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home, at=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = home.glob("*.whl")
    assert run(sys.executable, "-m", "venv", home / "venv", at=home).returncode == 0
    commands = home / "venv" / "bin"
    installed = run(commands / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", f"{wheel}[guard]", at=home)
    if installed.returncode and not os.environ.get("CI"):
        pytest.skip(f"the packages of the extra cannot be installed here: {installed.stderr.strip().splitlines()[-1]}")
    assert installed.returncode == 0, installed.stderr
    return commands


@pytest.mark.slow
def test_the_guard_works_without_the_app_and_brings_nothing_of_it(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "orders.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "orders.ndjson").write_text('{"order_id": 1, "status": "paid"}\n{"order_id": 2, "status": "lost"}\n', encoding="utf-8")
    (tmp_path / "use.py").write_text(SCRIPT, encoding="utf-8")
    used = run(alone / "python", "use.py", *ABSENT, at=tmp_path)
    assert used.returncode == 0, used.stderr
    assert json.loads(used.stdout) == {"passed": [1], "bad messages": [1], "bad rows": [1, 2], "present": []}


@pytest.mark.slow
def test_verify_works_without_the_app(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "orders.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "orders.csv").write_text("order_id,status\n1,paid\n2,lost\n", encoding="utf-8")
    verified = run(alone / "countersign", "verify", "orders.odcs.yaml", "orders.csv", at=tmp_path)
    assert (verified.returncode, verified.stderr) == (1, "")
    assert verified.stdout == "Broken: 1 of 2 rows breaks orders 1.4.0\n\n  1  orders.status  enum  row 2 (string of 4)\n"
