"""Running Git: with nobody's settings but ours, in its own process group, with a time limit, never with a secret on its argument list."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from countersign.ports import GitTrouble

#: Seconds that a command on local objects may take, and one that talks to a server (a large repository's first fetch).
LOCAL_SECONDS = 60.0
NETWORK_SECONDS = 600.0

#: `merge-tree --write-tree` came with it.
OLDEST = (2, 38)

#: Held against whatever a machine's, a person's or a repository's own settings say, because the result of a judgement hangs on it.
PINNED = (
    ("core.hooksPath", os.devnull),
    ("core.attributesFile", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.quotePath", "true"),
    ("core.bigFileThreshold", "64m"),
    ("credential.helper", ""),
    ("diff.algorithm", "histogram"),
    ("diff.ignoreSubmodules", "none"),
    ("diff.renameLimit", "1000"),
    ("gc.auto", "0"),
    ("gc.autoDetach", "false"),
    ("maintenance.auto", "false"),
    ("merge.conflictStyle", "merge"),
    ("merge.directoryRenames", "conflict"),
    ("merge.renames", "true"),
    ("merge.renameLimit", "7000"),
    ("merge.renormalize", "false"),
)

_USAGE = 129  # Git's exit code for an option that it does not know
_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")
_AUTHORISATION = re.compile(r"(authorization\s*:|\bbasic\s|\bbearer\s).*", re.IGNORECASE)


class GitFailed(GitTrouble):
    """Git ran, and failed. ``code``: its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class TookTooLong(GitTrouble):
    """Git was ended because it did not end by itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """code: the exit code, one of those that the caller allowed."""

    code: int
    output: bytes


def environment(keep: Iterable[str] = ()) -> dict[str, str]:
    """What Git is started with: the search path, a fixed language, no prompts, and of this process's own variables those of ``keep``.

    A hook's or a person's GIT_* variables would send Git to other repositories, or make it print what it sends.
    """
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", *keep) if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ATTR_NOSYSTEM": "1",
    }


def with_settings(variables: Mapping[str, str], settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """``variables`` and Git settings, passed as variables too: neither other users' process lists nor a file shows them."""
    merged = dict(variables)
    count = int(merged.get("GIT_CONFIG_COUNT", "0"))
    for key, value in settings:
        merged[f"GIT_CONFIG_KEY_{count}"], merged[f"GIT_CONFIG_VALUE_{count}"] = key, value
        count += 1
    merged["GIT_CONFIG_COUNT"] = str(count)
    return merged


def run(
    arguments: Iterable[str],
    *,
    directory: Path,
    variables: Mapping[str, str],
    given: bytes = b"",
    allowed: tuple[int, ...] = (0,),
    seconds: float = LOCAL_SECONDS,
) -> Answer:
    """Run ``git ARGUMENTS`` in ``directory`` with ``given`` on its standard input.

    Raises `GitFailed` with Git's own last line if the exit code is not one of ``allowed``; `TookTooLong` if it does not end within
    ``seconds``; `GitTrouble` if it cannot be run.
    """
    command = ["git", *arguments]
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; arguments are ours, full object ids or full refs
            command,
            cwd=directory,
            env=dict(variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
    except FileNotFoundError as error:
        raise missing(error, directory) from None
    with process:
        try:
            output, complaint = process.communicate(given, timeout=seconds)
        except BaseException as error:
            end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TookTooLong(f"git {command[1]} did not end within {seconds:.0f} s") from None
            raise
    if process.returncode in allowed:
        return Answer(process.returncode, output)
    if process.returncode == _USAGE:
        version_check()
    raise GitFailed(f"git {command[1]}: {last_line(complaint) or f'exit code {process.returncode}'}", process.returncode)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started, and wait for it."""
    if process.returncode is None:  # not waited for yet: its number, and its group's, are still its own
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def missing(error: FileNotFoundError, directory: Path) -> GitTrouble:
    """Popen says the same of a program and of a working directory that is not there."""
    if directory.is_dir():
        return GitTrouble(f"git was not found: install Git {OLDEST[0]}.{OLDEST[1]} or newer and put it on the PATH")
    return GitTrouble(f"{error.filename}: there is no repository here")


def last_line(complaint: bytes) -> str:
    """The last line of what Git said on its standard error: printable, at most 300 characters, nothing that can hold a credential."""
    lines = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines:
        return ""
    line = _AUTHORISATION.sub(r"\1 ***", _USERINFO.sub("***@", lines[-1]))
    return "".join(c if c.isprintable() else "?" for c in line)[:300]


def version_check() -> tuple[int, int]:
    """Git's version (major, minor). Raises `GitTrouble` with the remedy if it is older than 2.38."""
    said = run(["version"], directory=Path("/"), variables=environment()).output.decode("ascii", "replace").strip()
    found = re.match(r"git version (\d+)\.(\d+)", said)
    if found is None:
        raise GitTrouble(f"git version was not understood: {said[:100]!r}")
    version = int(found[1]), int(found[2])
    if version < OLDEST:
        raise GitTrouble(
            f"Git {version[0]}.{version[1]} is too old: Countersign judges merge results with git merge-tree --write-tree. "
            f"Install Git {OLDEST[0]}.{OLDEST[1]} or newer"
        )
    return version
