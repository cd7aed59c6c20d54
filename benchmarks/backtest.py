"""How long `countersign backtest` takes over 1,000 merges: the whole command, cold, with the page.

The history is made: 60 schema files of five formats, with 30 to 50 fields each. Every merge changes one or two of them; in every tenth a
field goes, or one that went comes back. Beside it what Git alone takes to tell which files each merge changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.gitrepo import ENVIRONMENT

from benchmarks.contracts import contract
from benchmarks.results import Row, median
from benchmarks.timing import Stopwatch

MERGES = 1_000
FILES = 60
TARGET_MS = 60_000.0
_EVERY, _FIELDS = 10, 30


def run(rounds: int = 1, merges: int = MERGES) -> list[Row]:
    times: list[float] = []
    cpus: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        repository = Path(scratch) / "history.git"
        _make(repository, merges)
        began = time.perf_counter()
        subprocess.run(
            ["git", "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-M", "--format=%H"],
            cwd=repository,
            check=True,
            stdout=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        git = (time.perf_counter() - began) * 1000
        for _ in range(rounds):
            watch = Stopwatch()
            found = _backtest(repository)
            wall, cpu = watch.stop()
            times.append(wall)
            cpus += [] if cpu is None else [cpu]
    if found["landed"] != merges - 1 or found["unread"] or not found["red"]:
        raise SystemExit(f"expected {merges - 1} merges and some of them red, got {found['landed']} and {len(found['red'])}")
    undone = sum(one["undone"] is not None for one in found["red"])
    note = f"{len(found['red'])} of them red, {undone} taken back; {median(times) / merges:.1f} ms a merge."
    return [
        Row(
            what=f"backtest over {merges:,} merges, {FILES} schema files",
            unit="ms",
            ours=median(times),
            cpu=median(cpus) if cpus else None,
            target=TARGET_MS * merges / MERGES,
            peer="git log --raw -M",
            peer_value=git,
            note=note,
        )
    ]


def _backtest(repository: Path) -> dict[str, list[dict[str, object]]]:
    command = [str(Path(sys.executable).with_name("countersign")), "backtest", str(repository), "--since", "10y", "--format", "json"]
    said = subprocess.run([*command, "--html", str(repository / "page.html")], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[dict[str, object]]] = json.loads(said)
    return found


def _make(repository: Path, merges: int) -> None:
    """One ``git fast-import`` for all of it; the newest merge is of today."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository)], check=True, env=ENVIRONMENT)
    stream = b"".join(_commits(merges, datetime.now(UTC) - timedelta(hours=8 * merges)))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repository, input=stream, check=True, env=ENVIRONMENT)


def _commits(merges: int, began: datetime) -> Iterator[bytes]:
    remarks = dict.fromkeys(range(FILES), 0)
    short: set[int] = set()
    for at in range(merges):
        changed = range(FILES) if at == 0 else {at % FILES, (at * 7) % FILES} if at % 3 == 0 else {at % FILES}
        message = f"Change {at} (#{at})"
        for number in changed:
            remarks[number] += 1
            if at and at % _EVERY == 0 and number == at % FILES:
                short ^= {number}
                message = f"Take a field away (#{at})" if number in short else f"Bring the field back (#{at})"
        when = f"{int((began + timedelta(hours=8 * at)).timestamp())} +0000"
        yield f"commit refs/heads/main\nauthor A <a@example.com> {when}\ncommitter A <a@example.com> {when}\n".encode()
        yield _data(message)
        for number in sorted(changed):
            path, text = schema(number, remarks[number], fields=_FIELDS - (number in short))
            yield f"M 100644 inline {path}\n".encode() + _data(text)


def schema(number: int, remark: int, fields: int = _FIELDS) -> tuple[str, str]:
    """(path, text) of a schema file; formats by turns. remark: what differs without breaking anybody."""
    names = [f"field_{at}" for at in range(fields)]
    if number % 5 == 0:
        return f"contracts/table_{number}.odcs.yaml", contract(number, fields=fields + 20) + f"tags: [revision-{remark}]\n"
    if number % 5 == 1:
        members = ",\n".join(f'  {{"name": "{name}", "type": ["null", "string"], "default": null}}' for name in names)
        return f"avro/record_{number}.avsc", f'{{"type": "record", "name": "R{number}", "doc": "{remark}", "fields": [\n{members}\n]}}\n'
    if number % 5 == 2:
        properties = ",\n".join(f'  "{name}": {{"type": "string"}}' for name in names)
        return (
            f"json/event_{number}.schema.json",
            f'{{"description": "{remark}", "type": "object", "required": ["field_0"], "properties": {{\n{properties}\n}}}}\n',
        )
    if number % 5 == 3:
        body = "\n".join(f"  string {name} = {at + 1};" for at, name in enumerate(names))
        return f"proto/message_{number}.proto", f'syntax = "proto3";\npackage acme;\n// {remark}\nmessage M{number} {{\n{body}\n}}\n'
    columns = ",\n".join(f"  {name} varchar(100)" for name in names)
    return f"sql/table_{number}.sql", f"-- {remark}\nCREATE TABLE table_{number} (\n{columns}\n);\n"


def _data(text: str) -> bytes:
    raw = text.encode()
    return f"data {len(raw)}\n".encode() + raw + b"\n"
