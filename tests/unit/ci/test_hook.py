"""The pre-commit hook, run by Git itself in a repository with a work tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.gitrepo import ENVIRONMENT
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY

_ROOT = Path(__file__).parents[3]
(HOOK,) = yaml.safe_load((_ROOT / ".pre-commit-hooks.yaml").read_text())
_PERSON = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@b.c"}
#: `countersign` on the path, out of this tree.
_ENVIRONMENT = {
    **ENVIRONMENT,
    **_PERSON,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{ENVIRONMENT['PATH']}",
    "PYTHONPATH": str(_ROOT / "bot"),
}

#: What no signature helps against.
HALF = ORDERS.replace("schema:", "schema: [")


class Work:
    """A clone with the hook in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(path)], check=True, env=_ENVIRONMENT)
        hook = path / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {HOOK['entry']}\n")
        hook.chmod(0o755)

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *words], cwd=self.path, env=_ENVIRONMENT, capture_output=True, text=True)

    def state(self) -> tuple[str, str, int]:
        """What a hook must leave alone: the index, the work tree, the object store."""
        return (
            self.git("status", "--porcelain").stdout,
            self.git("ls-files", "--stage").stdout,
            len([*(self.path / ".git/objects").rglob("*")]),
        )


@pytest.fixture
def work(tmp_path: Path) -> Work:
    made = Work(tmp_path / "orders-service")
    made.write("contracts-policy.yaml", POLICY)
    made.write(CONTRACT, ORDERS)
    made.git("add", ".")
    done = made.git("commit", "--quiet", "-m", "Begin")
    assert done.returncode == 0 and "there is no commit yet" in done.stderr
    return made


def test_a_contract_that_cannot_be_read_is_not_committed(work: Work) -> None:
    work.write(CONTRACT, HALF)
    work.git("add", ".")
    done = work.git("commit", "-m", "Half")
    assert done.returncode == 1 and f"{CONTRACT}" in done.stderr and "contract-unreadable" in done.stderr


def test_a_break_is_shown_with_its_line_and_left_to_the_pull_request(work: Work) -> None:
    work.write(CONTRACT, BROKEN)
    done = work.git("commit", "-a", "-m", "Break")
    assert done.returncode == 0
    assert "Blocked: an owner must sign" in done.stderr and "old line 13" in done.stderr


def test_what_lies_in_the_work_tree_and_is_not_staged_does_not_count(work: Work) -> None:
    work.write(CONTRACT, HALF)
    work.write("README.md", "Orders.\n")
    work.git("add", "README.md")
    assert work.git("commit", "-m", "Read me").returncode == 0


def test_a_commit_of_named_files_is_judged_by_these_and_not_by_what_else_is_staged(work: Work) -> None:
    work.write(CONTRACT, HALF)
    work.write("README.md", "Orders.\n")
    work.git("add", ".")
    assert work.git("commit", "-m", "Read me", "--", "README.md").returncode == 0
    assert work.git("commit", "-m", "Half", "--", CONTRACT).returncode == 1


def test_a_commit_that_only_deletes_is_judged(work: Work) -> None:
    work.git("rm", "--quiet", CONTRACT)
    done = work.git("commit", "-m", "Tidy up")
    assert done.returncode == 0 and "contract-removed" in done.stderr
    assert HOOK["always_run"] and not HOOK["pass_filenames"]


def test_a_linked_work_tree_has_an_index_of_its_own(work: Work, tmp_path: Path) -> None:
    other = tmp_path / "other"
    work.git("worktree", "add", "--quiet", str(other))
    (other / CONTRACT).write_text(HALF)
    linked = Work.__new__(Work)
    linked.path = other
    linked.git("add", ".")
    assert linked.git("commit", "-m", "Half").returncode == 1
    assert work.git("commit", "--allow-empty", "-m", "Here").returncode == 0


def test_judging_leaves_index_work_tree_and_objects_as_they_are(work: Work) -> None:
    work.write(CONTRACT, BROKEN)
    work.git("add", ".")
    before = work.state()
    said = subprocess.run(HOOK["entry"].split(), cwd=work.path, env=_ENVIRONMENT, capture_output=True, text=True)
    assert (said.returncode, work.state()) == (0, before)
    assert "Blocked: " in said.stdout


def test_a_conflict_that_is_not_resolved_is_said(work: Work) -> None:
    work.git("checkout", "--quiet", "-b", "other")
    work.write("README.md", "One.\n")
    work.git("add", ".")
    work.git("commit", "--quiet", "-m", "One")
    work.git("checkout", "--quiet", "main")
    work.write("README.md", "Two.\n")
    work.git("add", ".")
    work.git("commit", "--quiet", "-m", "Two")
    work.git("merge", "other")
    done = subprocess.run(HOOK["entry"].split(), cwd=work.path, env=_ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 2 and "README.md is in conflict. Resolve it and stage it." in done.stderr


def test_a_repository_without_a_work_tree_has_nothing_staged(work: Work, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    work.git("clone", "--quiet", "--bare", str(work.path), str(bare))
    done = subprocess.run(HOOK["entry"].split(), cwd=bare, env=_ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 2 and "nothing is staged there, because it has no work tree" in done.stderr
