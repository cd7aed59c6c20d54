"""The GitHub Action: what its steps run, run here in the same shell with what a runner would give them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from tests.gitrepo import ENVIRONMENT
from tests.unit.cli.producer import CONTRACT, POLICY, Orders

_ROOT = Path(__file__).parents[3]
ACTION: dict[str, Any] = yaml.safe_load((_ROOT / "action.yml").read_text())
STEPS = {step.get("id", step.get("name", "")): step for step in ACTION["runs"]["steps"]}


class Runner:
    """A job of a pull request into ``main``: a full clone, and the files that a runner hands to a step."""

    def __init__(self, orders: Orders, scratch: Path, branch: str) -> None:
        self.work, self.temp = scratch / "work", scratch / "temp"
        self.temp.mkdir()
        subprocess.run(["git", "clone", "--quiet", "--branch", branch, orders.path, str(self.work)], check=True, env=ENVIRONMENT)
        self.summary, self.output = self.temp / "summary.md", self.temp / "output"
        # What the step before has installed.
        tools = self.temp / "countersign" / "bin"
        tools.mkdir(parents=True)
        (tools / "countersign").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m countersign "$@"\n')
        (tools / "countersign").chmod(0o755)
        (tools / "python").symlink_to(sys.executable)

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        given = {name.replace("-", "_").upper(): str(entry.get("default", "")) for name, entry in ACTION["inputs"].items()}
        given |= {"UPLOAD": given["UPLOAD_SARIF"], **inputs}
        names = set(STEPS["check"]["env"])
        variables = {
            **ENVIRONMENT,
            "PYTHONPATH": str(_ROOT / "bot"),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_BASE_REF": "main",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            **{name: value for name, value in given.items() if name in names},
            **{name: value for name, value in inputs.items() if name.startswith("GITHUB_")},
        }
        script = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS["check"]["run"]]
        return subprocess.run(script, cwd=self.work, env=variables, capture_output=True, text=True)


@pytest.fixture
def broken(orders: Orders, tmp_path: Path) -> Runner:
    return Runner(orders, tmp_path, "broken")


def test_a_break_fails_the_job_and_is_told_in_its_log_at_its_line_and_in_its_summary(broken: Runner) -> None:
    done = broken.check()
    assert done.returncode == 1
    assert done.stdout.startswith("Blocked: an owner must sign")
    assert f"::error file={CONTRACT},line=11,title=C-" in done.stdout
    assert "%0AA reader that names `region` fails" in done.stdout  # after the line that is gone
    assert broken.summary.read_text().startswith("# Blocked: an owner must sign")
    assert broken.output.read_text() == "conclusion=failure\n"


def test_where_the_app_asks_the_readers_only_what_needs_a_repair_fails_the_job(broken: Runner) -> None:
    done = broken.check(FAIL_ON="invalid")
    assert (done.returncode, broken.output.read_text()) == (0, "conclusion=failure\n")


def test_a_harmless_change_passes(orders: Orders, tmp_path: Path) -> None:
    runner = Runner(orders, tmp_path, "harmless")
    done = runner.check()
    assert (done.returncode, runner.output.read_text()) == (0, "conclusion=success\n")
    assert "::error" not in done.stdout


def test_sarif_and_junit_are_written_where_they_are_wanted(broken: Runner) -> None:
    broken.check(SARIF="out.sarif", JUNIT="out.xml")
    assert len(json.loads((broken.work / "out.sarif").read_text())["runs"][0]["results"]) == 2
    assert ElementTree.parse(broken.work / "out.xml").getroot().get("failures") == "1"
    assert "sarif=out.sarif" in broken.output.read_text().splitlines()


def test_an_upload_needs_no_file_to_be_named(broken: Runner) -> None:
    broken.check(UPLOAD="true")
    (line,) = [line for line in broken.output.read_text().splitlines() if line.startswith("sarif=")]
    assert json.loads(Path(line.removeprefix("sarif=")).read_text())["version"] == "2.1.0"


def test_what_cannot_be_decided_fails_the_job_with_its_reason(broken: Runner) -> None:
    done = broken.check(BASE="origin/nowhere", FAIL_ON="never")
    assert done.returncode == 2 and "is no commit here" in done.stderr
    assert "could not decide" in broken.summary.read_text()
    unknown = broken.check(GITHUB_BASE_REF="")
    assert unknown.returncode == 2 and "::error title=Countersign::What it would be merged into" in unknown.stdout


def test_a_branchs_name_is_never_a_command(orders: Orders, tmp_path: Path) -> None:
    orders.git.commit({"contracts-policy.yaml": POLICY + "# more\n"}, branch="$(touch${IFS}hit)", parents=[orders.base])
    runner = Runner(orders, tmp_path, "broken")
    runner.check(GITHUB_BASE_REF="$(touch${IFS}hit)")
    assert not (runner.work / "hit").exists()


def test_no_step_puts_a_value_into_its_script_and_every_action_is_pinned_to_a_commit() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])


def test_the_versions_that_are_installed_are_those_that_are_tested(tmp_path: Path) -> None:
    (line,) = [line for line in STEPS["install"]["run"].splitlines() if line.startswith("grep")]
    variables = {**os.environ, "SOURCE": str(_ROOT), "RUNNER_TEMP": str(tmp_path)}
    subprocess.run(["bash", "-euo", "pipefail", "-c", line], check=True, env=variables)
    versions = (tmp_path / "countersign-versions.txt").read_text().splitlines()
    wanted = yaml.safe_load(re.sub(r"(?ms).*^engine = (\[.*?\]).*", r"\1", (_ROOT / "pyproject.toml").read_text()))
    names = {re.split(r"[=;]", version)[0].strip().lower() for version in versions}
    assert {re.split(r"[>=<\[]", one)[0].lower() for one in wanted} <= names
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\\]+", version) for version in versions)
