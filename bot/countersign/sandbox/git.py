"""Bare repositories through the ``git`` program. Nothing is ever checked out, and no setting of the machine's user is read."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from countersign.sandbox.errors import Refused, unprocessable

ZERO = "0" * 40
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Person:
    """As Git writes an author or committer."""

    name: str
    email: str


@dataclass(frozen=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    authored_at: str
    committer: Person
    committed_at: str
    message: str


@dataclass(frozen=True)
class FileChange:
    """One file of a comparison. status: added, removed, modified or renamed. patch: the hunks, "" for binary files."""

    path: str
    old_path: str
    status: str
    blob: str
    additions: int
    deletions: int
    patch: str


class GitFailed(Exception):
    """Git answered with an error; the message is Git's own."""


@dataclass(frozen=True)
class BareRepository:
    """One repository's directory. Revisions given to methods are commits or full refs; anything else is refused."""

    path: Path

    def run(self, *arguments: str, given: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        return self.run_bytes(*arguments, given=given, env=env).decode(errors="replace")

    def run_bytes(self, *arguments: str, given: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        done = self.attempt(arguments, given, env)
        if done.returncode:
            raise GitFailed(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def attempt(
        self, arguments: tuple[str, ...], given: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run Git and take whatever comes of it."""
        command = ["git", "--git-dir", str(self.path), *arguments]
        return subprocess.run(command, input=given, capture_output=True, env={**environment(), **(env or {})}, check=False)  # noqa: S603 - a fixed program; refs and paths are checked before

    # -- making

    def create(self, default_branch: str) -> None:
        self.path.mkdir(parents=True)
        self.run("init", "--quiet", "--bare", f"--initial-branch={default_branch}")

    def copy_from(self, other: BareRepository, default_branch: str) -> None:
        """A fork: all branches and tags, no pull requests."""
        self.create(default_branch)
        self.run("fetch", "--quiet", str(other.path), "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")

    def bring(self, other: BareRepository, sha: str) -> None:
        """Copies a commit's objects from another repository of this data directory."""
        self.run("-c", "uploadpack.allowAnySHA1InWant=true", "fetch", "--quiet", "--no-write-fetch-head", str(other.path), sha)

    # -- refs

    def branches(self) -> dict[str, str]:
        """name -> commit."""
        lines = self.run("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").splitlines()
        return dict(line.split(" ") for line in lines)

    def tip(self, branch: str) -> str | None:
        return self.branches().get(branch)

    def resolve(self, revision: str) -> str | None:
        """The commit of a full SHA, a branch or a tag; None if there is none."""
        candidates = [revision] if _SHA.fullmatch(revision) else [f"refs/heads/{revision}", f"refs/tags/{revision}", revision]
        for candidate in candidates:
            if not (_SHA.fullmatch(candidate) or candidate.startswith("refs/")):
                continue
            done = self.attempt(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}"))
            if not done.returncode:
                return done.stdout.decode().strip()
        return None

    def update_ref(self, ref: str, new: str, old: str | None = None) -> None:
        """Moves ``ref`` (deletes it if ``new`` is zeros), if it is at ``old`` where that is given."""
        if self.attempt(("check-ref-format", ref)).returncode:
            raise unprocessable(f"{ref} is not a name that Git allows for a branch")
        if new == ZERO:
            self.run("update-ref", "-d", ref)
        else:
            self.run("update-ref", ref, new, *([old] if old else []))

    # -- reading

    def merge_base(self, one: str, other: str) -> str | None:
        return _merge_base(self, one, other)

    def is_ancestor(self, one: str, other: str) -> bool:
        return self.attempt(("merge-base", "--is-ancestor", one, other)).returncode == 0

    def commit(self, sha: str) -> Commit:
        return self.commits(sha, limit=1)[0]

    def commits(self, *revisions: str, limit: int = 10_000) -> list[Commit]:
        """``git log`` of the revisions, newest first."""
        return list(_log(self, revisions, limit))

    def files(self, revision: str) -> dict[str, tuple[str, int]]:
        """path -> (blob, size in bytes) of every file of a commit."""
        found = {}
        for entry in self.run("ls-tree", "-r", "-z", "--long", revision).split("\0"):
            if entry:
                meta, path = entry.split("\t", 1)
                _, kind, blob, size = meta.split()
                if kind == "blob":
                    found[path] = (blob, int(size))
        return found

    def blob(self, sha: str) -> bytes:
        return self.run_bytes("cat-file", "blob", sha)

    def changes(self, old: str, new: str) -> list[FileChange]:
        """What differs between two commits, as a pull request's files show it."""
        return list(_changes(self, old, new))

    def patch(self, old: str, new: str) -> str:
        return self.run("diff", "--no-color", "-M", old, new)

    # -- writing

    def write_commit(
        self, tree: str, parents: list[str], message: str, author: Person, committer: Person, when: datetime, authored_at: str = ""
    ) -> str:
        """authored_at: kept where an older commit is rewritten."""
        env = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": authored_at or when.isoformat(),
            "GIT_COMMITTER_NAME": committer.name,
            "GIT_COMMITTER_EMAIL": committer.email,
            "GIT_COMMITTER_DATE": when.isoformat(),
        }
        flags = [flag for parent in parents for flag in ("-p", parent)]
        return self.run("commit-tree", tree, *flags, given=message.encode(), env=env).strip()

    def write_tag(self, name: str, commit: str, message: str, tagger: Person, when: datetime) -> str:
        """An annotated tag's object; a ref must still name it."""
        head = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger.name} <{tagger.email}> {int(when.timestamp())} +0000\n\n"
        return self.run("mktag", given=f"{head}{message}".encode()).strip()

    def write_tree(self, parent: str | None, files: Mapping[str, str | None]) -> str:
        """The tree of ``parent`` with files replaced, or removed where the text is None."""
        with tempfile.TemporaryDirectory() as scratch:
            env = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            if parent:
                self.run("read-tree", parent, env=env)
            lines = []
            for path, text in files.items():
                if text is None:
                    lines.append(f"0 {ZERO}\t{path}")
                else:
                    blob = self.run("hash-object", "-w", "--stdin", given=text.encode()).strip()
                    lines.append(f"100644 {blob}\t{path}")
            self.run("update-index", "-z", "--index-info", given="\0".join([*lines, ""]).encode(), env=env)
            return self.run("write-tree", env=env).strip()

    def merge_tree(self, one: str, other: str) -> tuple[str, bool]:
        """(tree, clean): the result of a merge without a working tree; needs Git 2.38."""
        return _merge_tree(self, one, other)


def environment() -> dict[str, str]:
    """For every call of Git: no settings of the machine or its user, no prompt, plain English."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }


def require(repository: BareRepository, revision: str) -> str:
    """The commit, or 422 as GitHub answers for a commit it does not have."""
    sha = repository.resolve(revision)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {revision}")
    return sha


# What two commits hold never changes, so what is read of them may be remembered.


@lru_cache(maxsize=4096)
def _merge_base(repository: BareRepository, one: str, other: str) -> str | None:
    return repository.attempt(("merge-base", one, other)).stdout.decode().strip() or None


@lru_cache(maxsize=4096)
def _merge_tree(repository: BareRepository, one: str, other: str) -> tuple[str, bool]:
    done = repository.attempt(("merge-tree", "--write-tree", "--no-messages", one, other))
    if done.returncode > 1:
        raise GitFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode().split("\n", 1)[0].strip(), done.returncode == 0


@lru_cache(maxsize=4096)
def _log(repository: BareRepository, revisions: tuple[str, ...], limit: int) -> tuple[Commit, ...]:
    layout = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01"
    text = repository.run("log", f"--max-count={limit}", f"--format={layout}", "--end-of-options", *revisions, "--")
    found = []
    for record in text.split("\x01"):
        parts = record.strip("\n").split("\0")
        if len(parts) == 10:
            sha, tree, parents, author, author_email, authored_at, committer, committer_email, committed_at, message = parts
            found.append(
                Commit(
                    sha=sha,
                    tree=tree,
                    parents=tuple(parents.split()),
                    author=Person(author, author_email),
                    authored_at=authored_at,
                    committer=Person(committer, committer_email),
                    committed_at=committed_at,
                    message=message.rstrip("\n"),
                )
            )
    return tuple(found)


_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "modified", "C": "copied"}


@lru_cache(maxsize=4096)
def _changes(repository: BareRepository, old: str, new: str) -> tuple[FileChange, ...]:
    raw = repository.run("diff", "--raw", "--no-abbrev", "-M", "-z", old, new).split("\0")
    counts = repository.run("diff", "--numstat", "-M", "-z", old, new).split("\0")
    patches = [part.partition("\n@@")[2] for part in re.split(r"(?m)^diff --git ", repository.patch(old, new))[1:]]
    found: list[FileChange] = []
    at = count_at = 0
    while at + 1 < len(raw):
        meta = raw[at].split()
        letter = meta[4][0]
        renamed = letter in "RC"
        old_path, path = raw[at + 1], raw[at + 2] if renamed else raw[at + 1]
        at += 3 if renamed else 2
        additions, deletions, _ = counts[count_at].split("\t", 2)
        count_at += 3 if renamed else 1
        hunks = patches[len(found)] if len(found) < len(patches) else ""
        found.append(
            FileChange(
                path=path,
                old_path=old_path if renamed else "",
                status=_STATUS[letter],
                blob=meta[2] if letter == "D" else meta[3],
                additions=int(additions) if additions != "-" else 0,
                deletions=int(deletions) if deletions != "-" else 0,
                patch=("@@" + hunks).rstrip("\n") if hunks else "",
            )
        )
    return tuple(found)
