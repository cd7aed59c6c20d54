"""What docs/guard.md shows first does as it says: its own files, its own code, its own commands."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from countersign.cli import main

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guard.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
#: The time at which a record was set aside.
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def shown() -> list[tuple[str, str]]:
    """(language, text) of each block of the chapter."""
    chapter = PAGE.read_text().split("## Begin\n")[1].split("\n## ")[0]
    return _BLOCK.findall(chapter)


def test_the_first_chapter_works_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [language for language, _ in shown()] == ["yaml", "json", "console", "python", "console", "console"]
    for language, text in shown():
        if language == "yaml":
            Path("orders.odcs.yaml").write_text(text)
        elif language == "json":
            Path("orders.ndjson").write_text(text)
        elif language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, str(PAGE), "exec"), {})  # the page's own text
            assert out.getvalue().count("order_id") == 1
        else:
            command, _, said = text.partition("\n")
            if "replay" in command:
                contract = Path("orders.odcs.yaml").read_text()
                Path("orders.odcs.yaml").write_text(contract.replace("{value: paid}", "{value: paid}, {value: lost}"))
            done = CliRunner().invoke(main, shlex.split(command.removeprefix("$ countersign ")))
            assert _TIME.sub("TIME", done.stdout.strip("\n")) == _TIME.sub("TIME", said.strip("\n"))
