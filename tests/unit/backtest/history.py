"""Repositories with a past, for the tests of `countersign backtest`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from tests.gitrepo import Content, GitRepository

from countersign.cli import main

ORDERS = "schemas/orders.avsc"


def avro(*fields: tuple[str, Any]) -> str:
    """An Avro record, a field a line."""
    lines = ",\n".join("    " + json.dumps({"name": name, "type": kind}) for name, kind in fields)
    return '{"type": "record", "name": "Order",\n  "fields": [\n' + lines + "\n  ]}\n"


#: As the schema was, and without `region`.
WHOLE = avro(("id", "string"), ("amount", "double"), ("region", "string"))
WITHOUT = avro(("id", "string"), ("amount", "double"))


class Past:
    """A branch that grows by one landing at a time, each a minute after the one before."""

    def __init__(self, path: Path) -> None:
        self.git = GitRepository(path)
        self.tip = self.git.commit({"README.md": "Orders.\n"}, message="Begin")
        self.lands("Describe the orders", {ORDERS: WHOLE})

    def lands(self, message: str, files: dict[str, Content]) -> str:
        self.tip = self.git.commit(files, message=message, parents=[self.tip])
        return self.tip

    def merges(self, message: str, *commits: tuple[str, dict[str, Content]]) -> str:
        """A merge commit of a branch with these commits (message, files)."""
        head, files = self.tip, {}
        for said, content in commits:
            head = self.git.commit(content, message=said, parents=[head], branch="work")
            files |= content
        self.tip = self.git.commit(files, message=message, parents=[self.tip, head])
        return self.tip


def backtest(past: Past | Path, *words: str | Path) -> Result:
    """The command, looking back to before the first of these commits."""
    path = past.git.path if isinstance(past, Past) else past
    given = ["backtest", str(path), "--since", "2025-12-01", "--name", "acme/orders", *map(str, words)]
    return CliRunner().invoke(main, given, prog_name="countersign")


def told(past: Past, *words: str) -> dict[str, Any]:
    """What it says to programs."""
    done = backtest(past, "--format", "json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found
