"""Makes Git repositories for tests: one ``git fast-import`` a commit, dates that never change, so that the same calls give the same ids."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: The first commit's time (2026-01-01 12:00 UTC); each commit is a minute later.
FIRST_COMMIT = 1_767_268_800

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Entry:
    """What is no regular file: mode ``120000`` (link; content: its target), ``160000`` (submodule; content: a commit), ``100755``."""

    mode: str
    content: str


Content = str | bytes | Entry | None


class GitRepository:
    """A bare repository at ``path``, made if it is not there. It serves partial clones and any object id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._commits = 0
        if not path.exists():
            subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True, env=ENVIRONMENT)
            self.git("config", "uploadpack.allowFilter", "true")
            self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        branch: str = "main",
        parents: Sequence[str] | None = None,
        message: str = "change",
        author: str = "Ada <ada@example.com>",
        committer: str = "",
    ) -> str:
        """Commit ``files`` (None removes one) on ``branch``; the commit's id.

        parents: None goes on from the branch (or starts it), () starts anew, else ids; the tree starts from the first parent's.
        branch: a name below refs/heads/, or a full ref.
        """
        ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        if parents is None:
            tip = self.tip(ref)
            parents = [tip] if tip else []
        at = f"{FIRST_COMMIT + 60 * self._commits} +0000"
        self._commits += 1
        lines: list[bytes] = [f"commit {ref}\nmark :1\nauthor {author} {at}\ncommitter {committer or author} {at}\n".encode()]
        lines.append(_data(message.encode()))
        lines += [f"{'merge' if at else 'from'} {parent}\n".encode() for at, parent in enumerate(parents)]
        if not parents:
            lines.append(b"deleteall\n")
        for path, content in files.items():
            lines.append(_change(path, content))
        lines.append(b"\nget-mark :1\n")
        if not parents and self.tip(ref):
            self.git("update-ref", "-d", ref)
        done = subprocess.run(
            ["git", "fast-import", "--quiet", "--force", "--cat-blob-fd=1"],
            input=b"".join(lines),
            cwd=self.path,
            check=True,
            capture_output=True,
            env=ENVIRONMENT,
        )
        return done.stdout.decode().strip()

    def tip(self, ref: str) -> str:
        """The commit of a full ref, "" if there is none."""
        return self.git("for-each-ref", "--format=%(objectname)", ref).strip()

    def point(self, ref: str, commit: str) -> None:
        """Make or move a full ref."""
        self.git("update-ref", ref, commit)

    def blob(self, commit: str, path: str) -> str:
        """The blob of a path in a commit."""
        return self.git("rev-parse", f"{commit}:{path}").strip()

    def git(self, *arguments: str) -> str:
        """Run Git in the repository; what it printed."""
        done = subprocess.run(["git", *arguments], cwd=self.path, check=True, capture_output=True, env=ENVIRONMENT)
        return os.fsdecode(done.stdout)


def _change(path: str, content: Content) -> bytes:
    name = _quoted(path)
    if content is None:
        return b"D " + name + b"\n"
    if isinstance(content, Entry) and content.mode == "160000":
        return f"M 160000 {content.content} ".encode() + name + b"\n"
    mode = content.mode if isinstance(content, Entry) else "100644"
    text = content.content if isinstance(content, Entry) else content
    return f"M {mode} inline ".encode() + name + b"\n" + _data(text.encode() if isinstance(text, str) else text)


def _data(text: bytes) -> bytes:
    return f"data {len(text)}\n".encode() + text + b"\n"


def _quoted(path: str) -> bytes:
    plain = os.fsencode(path)
    return b'"' + plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
