"""A new branch with one commit, written into a person's own repository: the only thing that is ever written there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from countersign.adapters.git import names, process
from countersign.ports import GitTrouble

#: A person's own settings say who they are; so do these variables.
_KEPT = (
    *("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
    *("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"),
)


def propose(path: Path, tip: str, branch: str, files: Mapping[str, str], message: str) -> str:
    """The commit: ``files`` on top of ``tip``, on a branch that was not there before. Work tree and index stay as they are.

    Raises `GitTrouble`, for example if Git does not know who the person is.
    """
    ref = names.ref(f"refs/heads/{branch}")
    if _git(path, "for-each-ref", "--format=%(objectname)", ref):
        raise GitTrouble(f"{path}: the branch {branch} is there already. Delete it, or name another with --branch")
    try:
        author, committer = (_git(path, "var", f"GIT_{role}_IDENT") for role in ("AUTHOR", "COMMITTER"))
    except GitTrouble:
        raise GitTrouble(f"{path}: Git does not know who you are. Run git config user.name and git config user.email") from None
    stream = [f"commit {ref}\nauthor {author}\ncommitter {committer}\n".encode(), _data(message), f"from {tip}\n".encode()]
    stream += [part for file, text in files.items() for part in (f'M 100644 inline "{_escaped(file)}"\n'.encode(), _data(text))]
    _git(path, "fast-import", "--quiet", "--date-format=raw", given=b"".join(stream))
    return _git(path, "for-each-ref", "--format=%(objectname)", ref)


def _git(path: Path, *arguments: str, given: bytes = b"") -> str:
    try:
        return os.fsdecode(process.run(arguments, directory=path, variables=process.environment(_KEPT), given=given).output).strip()
    except process.GitFailed as error:
        raise GitTrouble(f"{path}: {error}") from None


def _data(text: str) -> bytes:
    raw = text.encode()
    return f"data {len(raw)}\n".encode() + raw + b"\n"


def _escaped(file: str) -> str:
    return file.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
