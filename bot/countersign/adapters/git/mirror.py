"""One blobless bare mirror: made, fetched into, packed, thrown away.

The mirror's own configuration names no remote. Only the commands here that fetch are told, through their environment, where from and
that the remote promises the missing blobs; every other command takes a missing blob for missing, so that Git never fetches lazily, one
blob at a time (GIT_NO_LAZY_FETCH alone would need Git 2.45).

Refs are kept under ``refs/mirror/``, named by the hash of what they are called there: two branches ``a`` and, later, ``a/b`` are no
conflict between a file and a directory, and a hostile branch name is never a path here.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import git

from countersign.adapters.git import names, process

#: Each fetch leaves a pack; past so many of them, looking an object up costs more than packing them into one.
MOST_PACKS = 50

_FETCH = (
    "fetch",
    "--quiet",
    "--filter=blob:none",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
    "--no-show-forced-updates",
    "--stdin",
    "--end-of-options",
    "origin",
)


@dataclass(frozen=True)
class Remote:
    """A repository elsewhere, and the token that reads it and nothing else ("" for none). The token is in no text made of this."""

    url: str
    token: str = field(repr=False)

    def settings(self) -> tuple[tuple[str, str], ...]:
        """Git settings: the URL, that it promises missing blobs, and the token, sent to that URL alone and never on after a redirect."""
        names.clone_url(self.url)
        plain = (
            ("remote.origin.url", self.url),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialCloneFilter", "blob:none"),
            ("http.followRedirects", "false"),
            ("http.sslVerify", "true"),
            ("http.lowSpeedLimit", "1000"),
            ("http.lowSpeedTime", "60"),
            ("protocol.version", "2"),
            ("protocol.allow", "never"),
            (f"protocol.{self.url.partition(':')[0]}.allow", "always"),  # names.clone_url: https, or http to this machine
        )
        if not self.token:
            return plain
        secret = base64.b64encode(f"x-access-token:{self.token}".encode()).decode("ascii")
        return (*plain, (f"http.{self.url}.extraHeader", f"Authorization: Basic {secret}"))


class Mirror:
    """path: the bare repository. The caller holds the lock for everything that writes."""

    def __init__(self, path: Path, variables: Mapping[str, str]) -> None:
        self.path = path
        self._variables = {**variables, "GIT_DIR": str(path)}

    @property
    def variables(self) -> dict[str, str]:
        """For commands on local objects."""
        return process.with_settings(self._variables, process.PINNED)

    def make(self) -> None:
        """An empty mirror. HEAD names no branch: a bare repository's HEAD may say which attributes files count (Git 2.43)."""
        variables = {**self.variables, "GIT_TEMPLATE_DIR": ""}  # no template: no hooks, not even samples
        repository = git.Repo.init(self.path, mkdir=True, expand_vars=False, bare=True, env=variables)
        with repository.config_writer() as config:
            config.set_value("gc", "auto", 0)  # for a person who runs Git in here
        repository.head.reference = git.Head(repository, "refs/heads/none")
        repository.close()

    def fetch(self, remote: Remote, wanted: Sequence[str], seconds: float | None = None) -> None:
        """Bring refs and commits, with their history and trees, and give them their names here."""
        self._run(_FETCH, remote.settings(), [f"+{name}:{kept_as(name)}" for name in wanted], seconds)

    def fetch_blobs(self, remote: Remote, oids: Sequence[str]) -> None:
        """Bring blobs, all in one request."""
        self._run(_FETCH, (*remote.settings(), ("fetch.negotiationAlgorithm", "noop")), oids)

    def push(self, remote: Remote, commit: str, ref: str) -> None:
        """Make a ref elsewhere. One that is there is never moved: the lease says that it must not be, and the same commit is no move."""
        wanted = f"{commit}:{names.ref(ref)}"
        self._run(["push", "--quiet", "--no-verify", f"--force-with-lease={ref}:", "origin", wanted], remote.settings())

    def tidy(self, remote: Remote) -> None:
        """Pack what has gathered, if it is much."""
        packs = sum(entry.name.endswith(".pack") for entry in os.scandir(self.path / "objects" / "pack"))
        if packs > MOST_PACKS:
            self._run(["gc", "--quiet"], remote.settings())

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def _run(
        self, arguments: Sequence[str], settings: Iterable[tuple[str, str]], lines: Sequence[str] = (), seconds: float | None = None
    ) -> None:
        given = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
        variables = process.with_settings(self.variables, settings)
        process.run(arguments, directory=self.path, variables=variables, given=given, seconds=seconds or process.NETWORK_SECONDS)


def kept_as(name: str) -> str:
    """The mirror's ref for a full ref or a commit elsewhere. Raises `GitTrouble` if it is neither."""
    if not names.is_sha(name):
        names.ref(name)
    return f"refs/mirror/{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()}"


def place(root: Path, repository: str) -> Path:
    """Where a repository's mirror is. GitHub's names do not tell upper from lower case; neither may the mirrors."""
    return root / f"{names.repository(repository).lower()}.git"
